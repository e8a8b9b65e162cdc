// The APIs that templates of web and server containers share: values, text, the clock, the log.
// Facts: sandbox, section 3; vectors sb-*.
(function (rt) {
  'use strict';

  const own = Object.hasOwn;
  const orUndefined = (attempt) => { try { return attempt(); } catch (error) { return undefined; } };
  const quietly = rt.quietly = function (callback, list) {
    if (typeof callback !== 'function') return;
    try { callback(...(list || [])); } catch (error) { rt.reportError('callback of a template', error); }
  };
  const keysOf = function (value) {
    if (value === null || value === undefined) throw new TypeError(`There are no keys of ${value}.`);
    return rt.orderedKeys(value);
  };

  const parseUrl = function (url) {
    if (typeof url !== 'string') return undefined;
    const parsed = rt.parseUrl(url, rt.host.location().protocol.replace(':', '')) || rt.parseOpaqueUrl(url);
    return parsed ? {...parsed} : undefined;
  };

  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const toBase64 = function (text) {
    const bytes = unescape(encodeURIComponent(text));
    let result = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const n = (bytes.charCodeAt(i) << 16) | (bytes.charCodeAt(i + 1) << 8) | bytes.charCodeAt(i + 2);
      for (let j = 0; j < 4; j++) result += i + j > bytes.length ? '=' : alphabet[(n >> (18 - 6 * j)) & 63];
    }
    return result;
  };
  const fromBase64 = function (text) {
    const bits = text.replace(/=+$/, '').split('').map((c) => alphabet.indexOf(c));
    if (bits.includes(-1)) return undefined;
    let bytes = '';
    let store = 0;
    bits.forEach((value, i) => {
      store = ((store << 6) | value) & 0xfffff;
      if (i % 4) bytes += String.fromCharCode((store >> (6 - 2 * (i % 4))) & 255);
    });
    return orUndefined(() => decodeURIComponent(escape(bytes)));
  };

  // What a template may do: a function that throws where it may not.
  rt.permissionOf = (template) => function (id, ...list) {
    if (!rt.isPermitted(template.permissions, id, ...list)) {
      throw new Error(`Permission denied: ${[id, ...list.filter((one) => typeof one === 'string')].join(' ')}`);
    }
  };

  const signatures = {
    callLater: ['function'], generateRandom: ['number', 'number'], queryPermission: ['string'],
    toBase64: ['string'], fromBase64: ['string'], decodeUri: ['string'], decodeUriComponent: ['string'],
  };
  const WITH_CALLBACKS = ['addEventCallback', 'callLater'];
  // Lets each API check the types of its arguments, and remember in callbacks what was running.
  rt.guardApis = function (table, expected, withCallbacks) {
    for (const name of Object.keys(expected)) {
      const inner = table[name];
      table[name] = (...list) => {
        if (expected[name].some((type, index) => rt.typeName(list[index]) !== type)) {
          throw new TypeError(`Argument error in ${name}. Expected argument types [${expected[name].join(', ')}]`);
        }
        return inner(...list);
      };
    }
    for (const name of withCallbacks) {
      const inner = table[name];
      table[name] = (...list) => inner(...list.map((one) => (typeof one === 'function' ? rt.bindDoing(one) : one)));
    }
    return table;
  };

  rt.valueApis = function (template) {
    const permitted = rt.permissionOf(template);
    return rt.guardApis({
      addEventCallback(callback) {
        permitted('read_event_metadata');
        const tell = (report) => quietly(callback, [rt.container.publicId, rt.copyAcross(report)]);
        if (rt.event && rt.event.tagCallbacks) rt.event.tagCallbacks.push(tell);
      },
      callLater(callback) { rt.host.setTimeout(() => quietly(callback), 0); },
      parseUrl: (url) => parseUrl(url),
      logToConsole(...list) {
        if (rt.isPermitted(template.permissions, 'logging')) rt.host.log('template', list);
      },
      queryPermission: (id, ...list) => rt.isPermitted(template.permissions, id, ...list),
      JSON: {
        parse: (text) => orUndefined(() => JSON.parse(text)),
        stringify: (value) => orUndefined(() => JSON.stringify(value)),
      },
      Object: {
        keys: keysOf, values: (value) => keysOf(value).map((key) => value[key]),
        entries: (value) => keysOf(value).map((key) => [key, value[key]]),
        freeze: (value) => Object.freeze(value),
        delete: rt.deleteKey,
      },
      Math: {
        abs: Math.abs, ceil: Math.ceil, floor: Math.floor, max: Math.max, min: Math.min,
        pow: Math.pow, round: Math.round, sqrt: Math.sqrt,
      },
      encodeUri: (text) => orUndefined(() => encodeURI(text)),
      encodeUriComponent: (text) => orUndefined(() => encodeURIComponent(text)),
      decodeUri: (text) => orUndefined(() => decodeURI(text)),
      decodeUriComponent: (text) => orUndefined(() => decodeURIComponent(text)),
      toBase64, fromBase64,
      generateRandom: (low, high) => low + Math.floor(rt.host.random() * (high - low + 1)),
      getTimestamp: () => rt.host.now(),
      getTimestampMillis: () => rt.host.now(),
      getType: rt.typeName,
      makeInteger: (value) => Math.round(Number(value)) || 0,
      makeNumber: (value) => Number(value),
      makeString: (value) => (typeof value === 'function' ? '' : String(value)),
      makeTableMap(list, keyColumn, valueColumn) {
        const result = {};
        let added = false;
        for (const row of Array.isArray(list) ? list : []) {
          if (row && own(row, keyColumn) && own(row, valueColumn)) {
            rt.helpers.set(result, row[keyColumn], row[valueColumn]);
            added = true;
          }
        }
        return added ? result : null;
      },
    }, signatures, WITH_CALLBACKS);
  };
})
