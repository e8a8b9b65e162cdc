// The sandbox of GTM custom templates: member access, the border, permissions and the APIs.
// Facts: sandbox, sections 1.3 (permissions), 2.2 to 2.4 (values, members, errors) and 3 (APIs).
(function (rt) {
  'use strict';

  const own = Object.hasOwn;
  const typeName = (value) => value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

  // -------------------------------------------------------- members (2.3)
  const methods = {
    string: 'charAt concat indexOf lastIndexOf match replace search slice split substring toLowerCase toLocaleLowerCase toString toUpperCase toLocaleUpperCase trim',
    array: 'concat every filter forEach hasOwnProperty indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toString unshift',
    object: 'hasOwnProperty toString', function: 'hasOwnProperty toString',
    number: 'toString', boolean: 'toString',
  };
  for (const key of Object.keys(methods)) methods[key] = new Set(methods[key].split(' '));
  const hidden = new Set(['name', 'length', 'prototype', 'arguments', 'caller']);

  const ownValue = function (value, key) {
    if (typeof value === 'function' && hidden.has(key)) return undefined;
    return own(Object(value), key) ? value[key] : undefined;
  };
  const need = function (value, key, verb) {
    if (value === null || value === undefined) {
      throw new TypeError(`Cannot ${verb} \`${String(key)}\` of ${value}.`);
    }
  };
  const $ = {
    get(value, key) {
      need(value, key, 'read');
      const found = ownValue(value, String(key));
      if (found !== undefined) return found;
      return methods[typeName(value)].has(String(key)) ? value[key] : undefined;
    },
    set(value, key, to) {
      need(value, key, 'set');
      if (typeof value === 'object' || typeof value === 'function') {
        if (String(key) === '__proto__') {
          Object.defineProperty(value, key, {value: to, writable: true, enumerable: true, configurable: true});
        } else if (!Object.isFrozen(value)) {
          value[key] = to;
        }
      }
      return to;
    },
    update(value, key, change) { return $.set(value, key, change($.get(value, key))); },
    step(value, key, by, prefix) {
      const old = Number($.get(value, key));
      $.set(value, key, old + by);
      return prefix ? old + by : old;
    },
    call(value, key, list) {
      need(value, key, 'call');
      const found = ownValue(value, String(key));
      if (typeof found === 'function') return found(...list);
      if (found === undefined && methods[typeName(value)].has(String(key))) return value[key](...list);
      throw new TypeError(`\`${String(key)}\` is not a function of this ${typeName(value)}.`);
    },
    keys(value) {  // seen: an array's named keys come before its indexes
      if (value === null || value === undefined) return [];
      const keys = Object.keys(value);
      if (!Array.isArray(value)) return keys;
      const index = (key) => String(key >>> 0) === key;
      return keys.filter((key) => !index(key)).concat(keys.filter(index));
    },
    items(value) {
      if (typeof value === 'string') return value.split('');
      if (Array.isArray(value)) return value.slice();
      throw new TypeError(`This ${typeName(value)} cannot be iterated.`);
    },
    list: (args) => Array.from(args),
  };
  rt.helpers = $;

  // --------------------------------------------------------- border (2.2)
  // Deep copy with cycles; functions become wrappers, what is not plain becomes undefined.
  const copy = function (value, seen) {
    if (typeof value === 'function') return wrap(value);
    if (value === null || typeof value !== 'object') return typeof value === 'symbol' ? undefined : value;
    seen = seen || new Map();
    if (seen.has(value)) return seen.get(value);
    const isList = Array.isArray(value) || rt.isArguments(value);
    if (!isList && !rt.isPlain(value)) return undefined;
    const result = isList ? [] : {};
    seen.set(value, result);
    for (const key of Object.keys(value)) $.set(result, key, copy(value[key], seen));
    return result;
  };
  const wrap = function (inner) {
    const outer = function (...list) { return copy(inner.apply(outer, list.map((one) => copy(one)))); };
    return outer;
  };
  rt.copy = copy;

  const owner = function (path) {  // [parent, last key]; paths may not pass through window itself
    const keys = path.split('.');
    const last = keys.pop();
    let parent = globalThis;
    for (const key of keys) {
      parent = parent[key];
      if (parent === null || parent === undefined || parent === globalThis) return [undefined, last];
      if (typeof parent !== 'object' && typeof parent !== 'function') return [undefined, last];
    }
    return [parent, last];
  };

  // ---------------------------------------------------- permissions (1.3)
  const rows = (list, column, value) => (list || []).filter((row) => row[column] === value);
  const escape = (text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const urlAllowed = function (url, patterns, any) {
    const parsed = rt.parseUrl(url);
    if (!parsed || parsed.protocol !== 'https:' || parsed.port) return false;
    if (any) return true;
    return (patterns || []).some((pattern) => {
      const match = /^https:\/\/([^/]+)(\/.*)?$/.exec(pattern);
      if (!match) return false;
      const host = match[1].startsWith('*.')
        ? parsed.hostname === match[1].slice(2) || parsed.hostname.endsWith(match[1].slice(1))
        : parsed.hostname === match[1];
      const path = match[2] || '/';
      const prefix = /\/\*?$/.test(path);
      const expression = escape(path.replace(/\/\*$/, '/')).replace(/\*/g, '.*');
      return host && new RegExp('^' + expression + (prefix ? '' : '$')).test(parsed.pathname + parsed.search);
    });
  };
  const keyAllowed = function (key, patterns) {
    return (patterns || []).some((pattern) => {
      if (pattern === key) return true;
      if (!pattern.endsWith('*')) return false;
      const base = pattern === '*' ? '' : pattern.slice(0, -2);
      const below = base === '' || key === base || key.startsWith(base + '.');
      return below && key.split('.').every((token) => /^[A-Za-z_$][\w$]*$/.test(token));
    });
  };
  const partAllowed = function (granted, part, key) {
    if (!granted) return false;
    if (granted.urlParts !== 'specific') return true;
    if (!part) return ['protocol', 'host', 'port', 'path', 'query', 'fragment'].every((one) => granted[one]);
    if (!granted[part]) return false;
    if (part !== 'query' || granted.queriesAllowed !== 'specific') return true;
    return key !== undefined && (granted.queryKeys || []).includes(key);
  };
  const checks = {
    access_globals: (granted, mode, path) => rows(granted.keys, 'key', path).some((row) =>
      mode === 'readwrite' ? row.read && row.write : row[mode]),
    access_local_storage: (granted, mode, key) => rows(granted.keys, 'key', key).some((row) => row[mode]),
    access_consent: (granted, type, mode) =>
      rows(granted.consentTypes, 'consentType', type).some((row) => row[mode]),
    get_cookies: (granted, name) =>
      granted.cookieAccess === 'any' || (granted.cookieNames || []).includes(name),
    set_cookies: (granted, name, options) => (granted.allowedCookies || []).some((row) =>
      (row.name === '*' || row.name === name)
      && (row.domain === '*' || row.domain === (options || {}).domain)
      && (row.path === '*' || row.path === (options || {}).path)),
    get_url: partAllowed,
    get_referrer: partAllowed,
    inject_script: (granted, url) => urlAllowed(url, granted.urls, false),
    inject_hidden_iframe: (granted, url) => urlAllowed(url, granted.urls, false),
    send_pixel: (granted, url) => urlAllowed(url, granted.urls, granted.allowedUrls === 'any'),
    read_data_layer: (granted, key) => granted.allowedKeys === 'any' || keyAllowed(key, granted.keyPatterns),
    write_data_layer: (granted, key) => keyAllowed(key, granted.keyPatterns),
    logging: (granted) => granted.environments === 'all' || rt.debugMode === true,
  };
  const allowed = function (permissions, id, ...list) {
    if (!own(permissions, id)) return false;
    return own(checks, id) ? Boolean(checks[id](permissions[id], ...list)) : true;
  };

  // -------------------------------------------------------------- APIs (3)
  const signatures = {
    aliasInWindow: ['string', 'string'], callInWindow: ['string'], callLater: ['function'],
    copyFromDataLayer: ['string'], copyFromWindow: ['string'], createArgumentsQueue: ['string', 'string'],
    createQueue: ['string'], getCookieValues: ['string'], getQueryParameters: ['string'],
    generateRandom: ['number', 'number'], injectHiddenIframe: ['string'], injectScript: ['string'],
    queryPermission: ['string'], sendPixel: ['string'], setCookie: ['string', 'string'],
    setInWindow: ['string'], sha256: ['string'], toBase64: ['string'], fromBase64: ['string'],
    parseUrl: ['string'], encodeUri: ['string'], encodeUriComponent: ['string'],
    decodeUri: ['string'], decodeUriComponent: ['string'],
  };
  const checkArguments = function (name, list) {
    const expected = signatures[name] || [];
    if (expected.some((type, index) => typeName(list[index]) !== type)) {
      throw new TypeError(`Argument error in ${name}. Expected argument types [${expected.join(', ')}]`);
    }
  };
  const orUndefined = (attempt) => { try { return attempt(); } catch (error) { return undefined; } };
  const urlPart = function (parsed, part) {
    switch (part) {
      case undefined: case '': return parsed.href.split('#')[0];
      case 'protocol': return parsed.protocol.slice(0, -1);
      case 'host': return parsed.hostname;
      case 'port': return parsed.port || (parsed.protocol === 'https:' ? '443' : '80');
      case 'path': return parsed.pathname;
      case 'query': return parsed.search.slice(1);
      case 'fragment': return parsed.hash.slice(1);
      case 'extension': return (/\.([^./]+)$/.exec(parsed.pathname) || ['', ''])[1];
    }
    throw new TypeError(`Unknown URL part \`${part}\`.`);
  };
  const oneOrAll = (found, all) => all ? (found === undefined ? [] : [].concat(found))
    : Array.isArray(found) ? found[0] : found;
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
    return orUndefined(() => decodeURIComponent(globalThis.escape(bytes)));
  };

  // All APIs of one template: {name: function or object of functions}.
  rt.apis = function (template) {
    const permitted = function (id, ...list) {
      if (!allowed(template.permissions, id, ...list)) {
        throw new Error(`Permission denied: ${[id, ...list.filter((one) => typeof one === 'string')].join(' ')}`);
      }
    };
    const consentTypes = (command) => Object.keys(command).filter((one) => one !== 'region' && one !== 'wait_for_update');
    const setConsent = function (command) {
      for (const type of consentTypes(command)) permitted('access_consent', type, 'write');
      for (const type of consentTypes(command)) {
        const before = rt.consent[type] !== 'denied';
        rt.consent[type] = command[type];
        const after = command[type] !== 'denied';
        if (before !== after) rt.consentListeners.filter((one) => one.type === type).forEach((one) => one.listener(type, after));
      }
    };
    const storage = template.storage;
    const table = {
      addConsentListener(type, listener) {
        permitted('access_consent', type, 'read');
        rt.consentListeners.push({type, listener});
      },
      isConsentGranted(type) {
        const types = [].concat(type);
        for (const one of types) permitted('access_consent', one, 'read');
        return types.every((one) => rt.consent[one] !== 'denied');
      },
      setDefaultConsentState: setConsent,
      updateConsentState: setConsent,
      addEventCallback(callback) {
        permitted('read_event_metadata');
        rt.eventCallbacks.push(callback);
      },
      aliasInWindow(to, from) {
        permitted('access_globals', 'write', to);
        permitted('access_globals', 'read', from);
        const [source, sourceKey] = owner(from);
        const [target, targetKey] = owner(to);
        if (!source || !target || source[sourceKey] === undefined) return false;
        target[targetKey] = source[sourceKey];
        return true;
      },
      callInWindow(path, ...list) {
        permitted('access_globals', 'execute', path);
        const [parent, key] = owner(path);
        if (!parent || typeof parent[key] !== 'function') return undefined;
        let args = list.map((one) => copy(one));
        if (path === 'dataLayer.push') args = args.map(rt.wrapMessage);
        return copy(parent[key](...args));
      },
      callLater(callback) { rt.defer(() => rt.quietly(callback)); },
      copyFromDataLayer(key, version) {
        permitted('read_data_layer', key);
        return copy(version === 1 ? rt.versionOne[key] : rt.lookUp(key));
      },
      copyFromWindow(path) {
        permitted('access_globals', 'read', path);
        const [parent, key] = owner(path);
        return parent ? copy(parent[key]) : undefined;
      },
      setInWindow(path, value, override) {
        permitted('access_globals', 'readwrite', path);
        const [parent, key] = owner(path);
        if (!parent || (parent[key] !== undefined && !override)) return false;
        parent[key] = copy(value);
        return true;
      },
      createQueue(path) {
        permitted('access_globals', 'readwrite', path);
        const [parent, key] = owner(path);
        if (!parent) throw new Error(`\`${path}\` has no parent.`);
        parent[key] = parent[key] || [];
        const queue = parent[key];
        return (...items) => {
          const copies = items.map((one) => copy(one));
          return queue.push(...(path === 'dataLayer' ? copies.map(rt.wrapMessage) : copies));
        };
      },
      createArgumentsQueue(functionPath, arrayPath) {
        permitted('access_globals', 'readwrite', functionPath);
        permitted('access_globals', 'readwrite', arrayPath);
        const [arrayParent, arrayKey] = owner(arrayPath);
        const [parent, key] = owner(functionPath);
        if (!parent || !arrayParent) throw new Error(`\`${functionPath}\` has no parent.`);
        arrayParent[arrayKey] = arrayParent[arrayKey] || [];
        const queue = arrayParent[arrayKey];
        if (typeof parent[key] !== 'function') parent[key] = function () { queue.push(arguments); };
        const target = parent[key];
        return (...list) => copy(target(...list.map((one) => copy(one))));
      },
      gtagSet(key, value) {
        const command = typeof key === 'string' ? {[key]: value} : key;
        for (const one of Object.keys(command)) permitted('write_data_layer', one);
        (function () { globalThis.dataLayer.push(arguments); })('set', copy(command));
      },
      injectScript(url, onSuccess, onFailure, token) {
        permitted('inject_script', url);
        rt.inject(url, onSuccess, onFailure, token);
      },
      injectHiddenIframe(url, onSuccess) {
        permitted('inject_hidden_iframe', url);
        rt.frames.push(url);
        rt.defer(() => rt.quietly(onSuccess));
      },
      sendPixel(url, onSuccess) {
        permitted('send_pixel', url);
        rt.pixels.push(url);
        rt.defer(() => rt.quietly(onSuccess));
      },
      localStorage: {
        getItem(key) {
          permitted('access_local_storage', 'read', key);
          return own(rt.storage, key) ? rt.storage[key] : null;
        },
        setItem(key, value) {
          permitted('access_local_storage', 'write', key);
          rt.storage[key] = String(value);
          return true;
        },
        removeItem(key) {
          permitted('access_local_storage', 'write', key);
          delete rt.storage[key];
        },
      },
      templateStorage: {
        getItem(key) { permitted('access_template_storage'); return storage.has(key) ? storage.get(key) : null; },
        setItem(key, value) { permitted('access_template_storage'); storage.set(key, value); },
        removeItem(key) { permitted('access_template_storage'); storage.delete(key); },
        clear() { permitted('access_template_storage'); storage.clear(); },
      },
      getCookieValues(name, decode) {
        permitted('get_cookies', name);
        const found = own(rt.cookies, name) ? [rt.cookies[name]] : [];
        return decode === false ? found : found.map((one) => orUndefined(() => decodeURIComponent(one)));
      },
      setCookie(name, value, options, encode) {
        permitted('set_cookies', name, options);
        rt.cookies[name] = encode === false ? value : encodeURIComponent(value);
      },
      getUrl(part) {
        permitted('get_url', part);
        return urlPart(rt.url, part);
      },
      getQueryParameters(key, all) {
        permitted('get_url', 'query', key);
        return oneOrAll(rt.url.searchParams[key], all);
      },
      getReferrerUrl(part) {
        permitted('get_referrer', part);
        const parsed = rt.parseUrl(rt.referrer);
        return parsed ? urlPart(parsed, part) : '';
      },
      getReferrerQueryParameters(key, all) {
        permitted('get_referrer', 'query', key);
        const parsed = rt.parseUrl(rt.referrer);
        return oneOrAll(parsed ? parsed.searchParams[key] : undefined, all);
      },
      parseUrl: (url) => rt.parseUrl(url, rt.url.protocol.slice(0, -1)),
      sha256(text, onSuccess, onFailure, options) {
        const settings = typeof onFailure === 'object' && onFailure ? onFailure : options || {};
        const failure = typeof onFailure === 'function' ? onFailure : () => {};
        if (rt.url.protocol !== 'https:' && rt.url.hostname !== 'localhost') {
          const reason = {name: 'BrowserNotSupported', message: 'crypto.subtle is not available.'};
          return void rt.defer(() => rt.quietly(() => failure(reason)));
        }
        rt.askDigest(text, settings.outputEncoding === 'hex' ? 'hex' : 'base64', onSuccess);
      },
      logToConsole(...list) {
        if (allowed(template.permissions, 'logging')) rt.logs.push(list.map(String).join(' '));
      },
      queryPermission: (id, ...list) => allowed(template.permissions, id, ...list),
      getContainerVersion() {
        permitted('read_container_data');
        return {
          containerId: 'GTM-LOCAL', version: '1', environmentName: '', environmentMode: false,
          debugMode: rt.debugMode === true, previewMode: false, firstPartyServing: false, containerUrl: '',
        };
      },
      readTitle() { permitted('read_title'); return String((globalThis.document || {}).title || ''); },
      readCharacterSet() { permitted('read_character_set'); return 'UTF-8'; },
      readAnalyticsStorage() { permitted('read_analytics_storage'); return {sessions: []}; },
      JSON: {
        parse: (text) => orUndefined(() => JSON.parse(text)),
        stringify: (value) => orUndefined(() => JSON.stringify(value)),
      },
      Object: {
        keys: $.keys, values: (value) => $.keys(value).map((key) => value[key]),
        entries: (value) => $.keys(value).map((key) => [key, value[key]]),
        freeze: (value) => Object.freeze(value),
        delete: (value, key) => delete value[key],
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
      generateRandom: (low, high) => low + Math.floor(rt.random() * (high - low + 1)),
      getTimestamp: () => rt.now,
      getTimestampMillis: () => rt.now,
      getType: typeName,
      makeInteger: (value) => Math.round(Number(value)) || 0,
      makeNumber: (value) => Number(value),
      makeString: (value) => String(value),
      makeTableMap(list, keyColumn, valueColumn) {
        const result = {};
        let added = false;
        for (const row of Array.isArray(list) ? list : []) {
          if (row && own(row, keyColumn) && own(row, valueColumn)) {
            result[row[keyColumn]] = row[valueColumn];
            added = true;
          }
        }
        return added ? result : null;
      },
    };
    for (const name of Object.keys(signatures)) {
      const inner = table[name];
      table[name] = (...list) => { checkArguments(name, list); return inner(...list); };
    }
    return table;
  };

  rt.require = (apis) => function (name) {
    if (!own(apis, name)) throw new Error(`"${name}" is not a valid API name.`);
    return apis[name];
  };

  // ------------------------------------------------- instances (2.4 and 3)
  rt.templates = [];
  rt.addTemplate = function (code, permissions) {
    const template = {permissions, storage: new Map(), code: undefined, runs: 0};
    template.code = globalThis.eval(`(function ($, _require, _data) {"use strict"; return function () {${code}\n}; })`);
    rt.templates.push(template);
    return rt.templates.length - 1;
  };
  rt.run = function (template, data, apis) {
    return template.code($, rt.require(apis), data)(data);
  };
  rt.tags = [];
  rt.fire = function (index, fields, gtmTagId) {
    const template = rt.templates[index];
    const tag = {status: 'running', error: null};
    const settle = (status) => { if (tag.status === 'running') tag.status = status; };
    const finish = (status) => () => rt.defer(() => settle(status));
    rt.tags.push(tag);
    const data = Object.assign(copy(fields), {
      gtmOnSuccess: finish('success'), gtmOnFailure: finish('failure'), gtmTagId,
      gtmEventId: rt.lookUp('gtm.uniqueEventId'),
    });
    try {
      rt.run(template, data, rt.apis(template));
    } catch (error) {
      tag.error = String(error.message);
      settle('failure');
    }
    return rt.tags.length - 1;
  };
  rt.variableErrors = [];
  rt.evaluate = function (index, fields) {
    const template = rt.templates[index];
    const data = Object.assign(copy(fields), {gtmEventId: rt.lookUp('gtm.uniqueEventId')});
    try {
      return copy(rt.run(template, data, rt.apis(template)));
    } catch (error) {
      rt.variableErrors.push(String(error.message));
      return false;  // seen: what throws is false, not undefined
    }
  };
})
