// What the other files of the runtime share: records of what happened, and values as JSON.
(function (rt) {
  'use strict';

  rt.isPlain = function (value) {
    if (value === null || typeof value !== 'object') return false;
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return true;
    // An object of another frame or realm: its prototype is that realm's Object.prototype.
    return Object.getPrototypeOf(prototype) === null
      && Object.prototype.toString.call(value) === '[object Object]'
      && Object.hasOwn(prototype, 'hasOwnProperty');
  };
  rt.isArguments = (value) => Object.prototype.toString.call(value) === '[object Arguments]';

  rt.currentStep = -1;
  rt.records = {
    fired: [], fields: [], calls: [], requests: [], evals: [], navigations: [], events: [],
    errors: [], unsupported: [], needsDom: [], stopped: [],
  };
  rt.addOnce = function (list, text) {
    if (!list.includes(text)) list.push(text);
  };

  // A deep copy of plain objects and lists; everything else stays what it is. Seen in gtm.js since
  // mid 2025: a data layer or JavaScript variable gives a copy (vectors dl-live-object, var-j-same-object).
  rt.copyPlain = function (value, seen) {
    if (value === null || typeof value !== 'object') return value;
    const isList = Array.isArray(value);
    if (!isList && !rt.isPlain(value)) return value;
    seen = seen || new Map();
    if (seen.has(value)) return seen.get(value);
    const copy = isList ? [] : {};
    seen.set(value, copy);
    if (isList) copy.length = value.length;
    for (const key of Object.keys(value)) rt.setOwn(copy, key, rt.copyPlain(value[key], seen));
    return copy;
  };
  rt.setOwn = function (target, key, value) {
    if (key === '__proto__') {
      Object.defineProperty(target, key, {value, writable: true, enumerable: true, configurable: true});
    } else {
      target[key] = value;
    }
  };

  // ------------------------------------------------------------- values as JSON and back
  const isElement = (value) => typeof value.tagName === 'string' && 'nodeType' in value;
  const elementName = function (element) {
    const names = typeof element.className === 'string' ? element.className.trim() : '';
    return element.tagName.toLowerCase() + (element.id ? '#' + element.id : '')
      + (names ? '.' + names.split(/\s+/).join('.') : '');
  };
  rt.describe = function (value, seen) {
    switch (typeof value) {
      case 'undefined': return {$undefined: true};
      case 'function': return {$function: true};
      case 'symbol': return {$symbol: String(value)};
      case 'bigint': return {$bigint: String(value)};
      case 'number':
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return {$number: Object.is(value, -0) ? '-0' : String(value)};
      case 'object': break;
      default: return value;
    }
    if (value === null) return null;
    if (value === rt.host.window) return {$window: true};
    if (isElement(value)) return {$element: elementName(value)};
    if (Object.prototype.toString.call(value) === '[object Date]') {
      return {$date: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()};
    }
    seen = seen || [];
    if (seen.includes(value)) return {$cycle: true};
    if (seen.length > 60) return {$deep: true};
    const inner = seen.concat([value]);
    if (rt.isArguments(value)) return {$arguments: Array.from(value, (one) => rt.describe(one, inner))};
    if (Array.isArray(value)) {
      const list = [];
      for (let index = 0; index < value.length; index += 1) {
        list.push(index in value ? rt.describe(value[index], inner) : {$hole: true});
      }
      return list;
    }
    const result = {};
    for (const key of Object.keys(value)) {
      let item;
      try { item = rt.describe(value[key], inner); } catch (error) { item = {$throws: String(error)}; }
      rt.setOwn(result, key, item);
    }
    return result;
  };

  rt.argumentsOf = function () { return (function () { return arguments; }).apply(null, arguments); };
  rt.revive = function (value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      const list = [];
      value.forEach((one, index) => {
        if (one && one.$hole) list.length = index + 1;
        else list[index] = rt.revive(one);
      });
      return list;
    }
    if (value.$undefined) return undefined;
    if ('$number' in value) return Number(value.$number);
    if ('$date' in value) return new Date(value.$date);
    if ('$js' in value) return rt.host.evaluate('(' + value.$js + ')');
    if ('$arguments' in value) return rt.argumentsOf(...value.$arguments.map(rt.revive));
    if (value.$window) return rt.host.window;
    const result = {};
    for (const key of Object.keys(value)) rt.setOwn(result, key, rt.revive(value[key]));
    return result;
  };

  // What runs at the moment, in words: a tag, a variable, a template; null is the page's own code. An
  // interrupted script runs no `finally`, so this still names what was cut off.
  rt.doing = null;
  rt.during = function (what, work) {
    const before = rt.doing;
    rt.doing = what;
    try { return work(); } finally { rt.doing = before; }
  };
  rt.bindDoing = function (callback) {
    const what = rt.doing;
    return (...list) => rt.during(what, () => callback(...list));
  };
  const limitOf = function (error) {
    if (!error || !/^(RangeError|InternalError)$/.test(error.name)) return undefined;
    if (/call stack|stack overflow/i.test(error.message)) return 'recursion';
    return /out of memory|string too long|invalid string length/i.test(error.message) ? 'memory' : undefined;
  };

  rt.reportError = function (where, error) {
    // A template throws no null itself: QuickJS does, where no memory is left for an error.
    const limit = error === null && where.startsWith('template') ? 'memory' : limitOf(error);
    if (limit) rt.records.stopped.push({what: rt.doing, limit});
    rt.records.errors.push({step: rt.currentStep, where, message: String((error && error.message) || error)});
  };
})
