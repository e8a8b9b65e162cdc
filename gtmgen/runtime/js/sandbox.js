// The sandbox of GTM custom templates: members, the border, permissions, and instances that run.
// Seen in gtm.js: vectors sb-*; facts: sandbox, sections 1.3 (permissions), 2.2 to 2.4 (values, members,
// errors). Translated code (translate.py) calls the helpers `$` for everything that differs from JavaScript.
(function (rt) {
  'use strict';

  const own = Object.hasOwn;
  const typeName = (value) => value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  rt.typeName = typeName;

  // ------------------------------------------------- the order of an object's keys
  // Google's interpreter keeps keys in the order of insertion, numbers too; JavaScript puts numbers
  // first. Objects that have such a key carry their order here.
  const orders = new WeakMap();
  const isIndex = (key) => String(key >>> 0) === key;
  const forgetKey = function (object, key) {
    const order = orders.get(object);
    if (order) orders.set(object, order.filter((one) => one !== key));
  };
  const noteKey = function (object, key) {
    if (Array.isArray(object)) return;
    const order = orders.get(object);
    if (order) {
      if (!order.includes(key)) order.push(key);
    } else if (isIndex(key)) {
      orders.set(object, Object.keys(object).concat([key]));
    }
  };
  const orderedKeys = function (object) {
    const keys = Object.keys(object);
    const order = orders.get(object);
    return order ? order.filter((key) => own(object, key)) : keys;
  };

  // -------------------------------------------------------- members (2.3)
  const methods = {
    string: 'charAt concat indexOf lastIndexOf match replace search slice split substring toLowerCase toLocaleLowerCase toString toUpperCase toLocaleUpperCase trim',
    array: 'concat every filter forEach hasOwnProperty indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toString unshift',
    object: 'hasOwnProperty toString', function: 'hasOwnProperty toString',
    number: 'toString', boolean: 'toString',
  };
  for (const key of Object.keys(methods)) methods[key] = new Set(methods[key].split(' '));
  const hidden = new Set(['name', 'length', 'prototype', 'arguments', 'caller']);
  // An undefined argument is an absent one there: `reduce(f, undefined)` begins with the first element.
  const undefinedIsAbsent = new Set(['reduce', 'reduceRight', 'splice', 'lastIndexOf']);

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
      const name = String(key);
      const found = ownValue(value, name);
      if (found !== undefined) return found;
      if (!methods[typeName(value)] || !methods[typeName(value)].has(name)) return undefined;
      // A method taken off its object still works on it.
      return (...list) => $.call(value, name, list);
    },
    set(value, key, to) {
      need(value, key, 'set');
      if ((typeof value === 'object' || typeof value === 'function') && !Object.isFrozen(value)) {
        const name = String(key);
        if (!own(value, name)) noteKey(value, name);
        rt.setOwn(value, name, to);
      }
      return to;
    },
    object(...pairs) {
      const result = {};
      for (let index = 0; index < pairs.length; index += 2) $.set(result, pairs[index], pairs[index + 1]);
      return result;
    },
    update(value, key, change) { return $.set(value, key, change($.get(value, key))); },
    step(value, key, by, prefix) {
      const old = Number($.get(value, key));
      $.set(value, key, old + by);
      return prefix ? old + by : old;
    },
    call(value, key, list) {
      need(value, key, 'call');
      const name = String(key);
      // What templates do most; no text has a property of its own with such a name.
      if (typeof value === 'string' && methods.string.has(name) && !undefinedIsAbsent.has(name)) {
        return value[name](...list);
      }
      const found = ownValue(value, name);
      if (typeof found === 'function') return found(...list);
      const type = typeName(value);
      if (found === undefined && methods[type] && methods[type].has(name)) {
        let args = list;
        if (undefinedIsAbsent.has(name)) {
          args = list.slice();
          while (args.length && args[args.length - 1] === undefined) args.pop();
        }
        if (name === 'toString' && (type === 'object' || type === 'function')) {
          return type === 'function' ? '' : '[object Object]';
        }
        return value[name](...args);
      }
      throw new TypeError(`\`${name}\` is not a function of this ${type}.`);
    },
    // A call of what is no function ends the template.
    apply(callee, list) {
      if (typeof callee !== 'function') throw new TypeError(`This ${typeName(callee)} is not a function.`);
      return callee(...list);
    },
    keys(value) {  // seen: an array's named keys come before its indexes
      if (value === null || value === undefined) return [];
      if (!Array.isArray(value)) return orderedKeys(Object(value));
      const keys = Object.keys(value);
      return keys.filter((key) => !isIndex(key)).concat(keys.filter(isIndex));
    },
    items(value) {
      if (typeof value === 'string') return value.split('');
      if (Array.isArray(value)) return value.slice();
      throw new TypeError(`This ${typeName(value)} cannot be iterated.`);
    },
    list: (args) => Array.from(args),
    undeclared(name) { throw new ReferenceError(`\`${name}\` is not defined.`); },
  };
  rt.helpers = $;
  rt.orderedKeys = (value) => $.keys(value);
  rt.deleteKey = function (value, key) {
    if (!Object.isFrozen(value) && delete value[key]) forgetKey(value, String(key));
    return !own(value, key);
  };

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
    if (isList) result.length = value.length;
    for (const key of isList ? Object.keys(value) : orderedKeys(value)) $.set(result, key, copy(value[key], seen));
    return result;
  };
  const wrap = function (inner) {
    const call = rt.bindDoing((self, list) => inner.apply(self, list));
    const outer = function (...list) { return copy(call(outer, list.map((one) => copy(one)))); };
    return outer;
  };
  rt.copyAcross = copy;

  // [parent, last key] of a path in window; paths may not pass through window or document.
  rt.ownerInWindow = function (path) {
    const window = rt.host.window;
    const keys = path.split('.');
    const last = keys.pop();
    let parent = window;
    for (const key of keys) {
      parent = parent[key];
      if (parent === null || parent === undefined || parent === window || parent === window.document) return [undefined, last];
      if (typeof parent !== 'object' && typeof parent !== 'function') return [undefined, last];
    }
    return [parent, last];
  };

  // ---------------------------------------------------- permissions (1.3)
  // The rows of a permission's list by the value of one column; a template asks some hundred times.
  const indexes = new WeakMap();
  const rows = function (list, column, value) {
    if (!list) return [];
    let index = indexes.get(list);
    if (!index) {
      index = new Map();
      for (const row of list) index.set(row[column], (index.get(row[column]) || []).concat([row]));
      indexes.set(list, index);
    }
    return index.get(value) || [];
  };
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
  const MODES = new Set(['read', 'write', 'execute']);
  // "any", or the one that is allowed; no export with another word than "any" was seen.
  const flagAllowed = (word, isSet) => word === undefined || word === '' || word === 'any'
    || isSet !== /^(non|not|no|without|persistent|insecure|false)/i.test(String(word));
  const hasExpiry = (options) => [options['max-age'], options.expires].some((one) => one !== undefined && one !== null);
  const checks = {
    access_globals: (granted, mode, path) => rows(granted.keys, 'key', path).some((row) =>
      mode === 'readwrite' ? row.read && row.write : MODES.has(mode) && row[mode]),
    access_local_storage: (granted, mode, key) =>
      rows(granted.keys, 'key', key).some((row) => MODES.has(mode) && row[mode]),
    access_consent: (granted, type, mode) =>
      rows(granted.consentTypes, 'consentType', type).some((row) => MODES.has(mode) && row[mode]),
    get_cookies: (granted, name) =>
      granted.cookieAccess === 'any' || (granted.cookieNames || []).includes(name),
    set_cookies: (granted, name, options) => (granted.allowedCookies || []).some((row) =>
      (row.name === '*' || row.name === name)
      && (row.domain === '*' || row.domain === (options || {}).domain)
      && (row.path === '*' || row.path === ((options || {}).path || '/'))
      && flagAllowed(row.secure, Boolean((options || {}).secure))
      && flagAllowed(row.session, !hasExpiry(options || {}))),
    get_url: partAllowed,
    get_referrer: partAllowed,
    inject_script: (granted, url) => urlAllowed(url, granted.urls, false),
    inject_hidden_iframe: (granted, url) => urlAllowed(url, granted.urls, false),
    send_pixel: (granted, url) => urlAllowed(url, granted.urls, granted.allowedUrls === 'any'),
    read_data_layer: (granted, key) => granted.allowedKeys === 'any' || keyAllowed(key, granted.keyPatterns),
    write_data_layer: (granted, key) => keyAllowed(key, granted.keyPatterns),
    logging: (granted) => granted.environments === 'all' || Boolean(rt.options.debug),
  };
  const allowed = function (permissions, id, ...list) {
    if (!own(permissions, id)) return false;
    return own(checks, id) ? Boolean(checks[id](permissions[id], ...list)) : true;
  };

  rt.isPermitted = allowed;
  rt.permissionChecks = checks;
  rt.isUrlAllowed = urlAllowed;
  rt.isKeyAllowed = keyAllowed;

  // ------------------------------------------------- instances (2.4 and 3)
  // A template as the bundle gives it: {code: function ($, require, data), permissions, kind, optional}.
  const prepared = new WeakMap();
  const prepare = function (template) {
    if (!prepared.has(template)) {
      const state = {storage: new Map()};
      state.apis = rt.templateApis(template, state.storage);
      prepared.set(template, state);
    }
    return prepared.get(template);
  };
  rt.requireFrom = (apis) => function (name) {
    if (!own(apis, name)) throw new Error(`"${name}" is not a valid API name.`);
    return apis[name];
  };

  // Fields of an instance: texts left empty are absent, unless the template lets them be empty.
  const fieldsFor = function (template, fields) {
    const data = {};
    const mayBeEmpty = template.mayBeEmpty || [];
    for (const key of Object.keys(fields)) {
      const value = fields[key];
      if (value === '' && !mayBeEmpty.includes(key)) continue;
      if (Array.isArray(value) && value.length === 0) continue;
      $.set(data, key, copy(value));
    }
    return data;
  };

  rt.runTemplateTag = function (template, fields, context, onSuccess, onFailure) {
    const {apis} = prepare(template);
    const data = fieldsFor(template, fields);
    let called = false;
    let threw = false;
    const finish = (callback) => () => {
      if (called) return;
      called = true;
      rt.host.setTimeout(() => { if (!threw) callback(); }, 0);
    };
    data.gtmOnSuccess = finish(onSuccess);
    data.gtmOnFailure = finish(onFailure);
    data.gtmTagId = context.tagId;
    data.gtmEventId = context.eventId;
    try {
      template.code($, rt.requireFrom(apis), data);
    } catch (error) {
      // A throw is a failure, also after gtmOnSuccess.
      threw = true;
      rt.reportError(`template ${template.name || ''}`, error);
      if (context.threw) context.threw();
      onFailure();
    }
  };

  rt.evaluateTemplateVariable = function (template, fields, context) {
    const {apis} = prepare(template);
    const data = fieldsFor(template, fields);
    data.gtmEventId = context.eventId;
    try {
      return copy(template.code($, rt.requireFrom(apis), data));
    } catch (error) {
      rt.reportError(`template ${template.name || ''}`, error);
      return rt.THREW;
    }
  };
})
