// Runs in each document of a visited site before its own scripts, and changes nothing that they see:
// messages, history, consent and policy reports are told to the driver as they come. What is told is
// bounded, however large or endless the page's objects are.
(function (setup) {
  'use strict';

  const window = globalThis;
  if (window.top !== window) return;
  const binding = window[setup.binding];
  delete window[setup.binding];
  const {stringify} = JSON;
  const now = Date.now;
  const report = (kind, more) => binding(stringify({kind, time: now(), ...more}));

  // ------------------------------------------------------------------ values, within a budget
  const DEPTH = 20;
  const isElement = (value) => typeof value.tagName === 'string' && 'nodeType' in value;
  const describeText = function (text, budget) {
    if (text.length > setup.text) budget.cut = true;
    const cut = text.slice(0, setup.text);
    const kept = cut.toWellFormed ? cut.toWellFormed() : cut;  // half a character is no JSON for others
    budget.left -= 1 + kept.length / 100;
    return kept;
  };
  const describe = function (value, budget, depth) {
    if (budget.left <= 0 || depth > DEPTH) {
      budget.cut = true;
      return null;
    }
    budget.left -= 1;
    switch (typeof value) {
      case 'string': return describeText(value, budget);
      case 'number': return Number.isFinite(value) ? value : String(value);
      case 'bigint': return String(value);
      case 'boolean': return value;
      case 'object': return value === null ? null : describeObject(value, budget, depth);
      default: return undefined;
    }
  };
  const describeObject = function (value, budget, depth) {
    if (value === window || isElement(value)) return {$element: value === window ? 'window' : value.tagName};
    if (value instanceof Date) return {$date: String(value)};
    if (Array.isArray(value)) {
      const list = [];
      for (let index = 0; index < value.length && !budget.cut; index += 1) {
        list.push(describe(value[index], budget, depth + 1) ?? null);
      }
      return list;
    }
    const result = {};
    for (const key in value) {
      if (budget.cut) break;
      if (!Object.hasOwn(value, key)) continue;
      let inner;
      try { inner = describe(value[key], budget, depth + 1); } catch (error) { inner = {$throws: String(error).slice(0, 100)}; }
      const name = describeText(key, budget);
      if (inner !== undefined) Object.defineProperty(result, name, {value: inner, enumerable: true, configurable: true});
    }
    return result;
  };
  const bounded = function (value) {
    const budget = {left: setup.nodes, cut: false};
    return {value: describe(value, budget, 0), cut: budget.cut};
  };

  // ----------------------------------------------------------------------------- data layer
  const tell = function (entry) {
    try {
      if (entry === null || typeof entry !== 'object') return;
      if (Object.prototype.toString.call(entry) === '[object Arguments]') {
        report('command', bounded(Array.from(entry)));
      } else if (!Array.isArray(entry)) {
        report('message', bounded(entry));
      }
    } catch (error) { report('trouble', {where: 'page', text: `a message cannot be read: ${error}`}); }
  };
  const watched = new WeakSet();
  const watch = function (list) {
    if (!Array.isArray(list) || watched.has(list)) return;
    watched.add(list);
    list.forEach(tell);
    const {push} = list;
    list.push = function (...entries) {
      entries.forEach(tell);
      return push.apply(list, entries);
    };
  };
  let list;
  Object.defineProperty(window, setup.dataLayer, {
    configurable: true, enumerable: true,
    get: () => list,
    set(value) { list = value; watch(value); },
  });

  // -------------------------------------------------------------------------------- addresses
  for (const how of ['pushState', 'replaceState']) {
    const original = window.history[how];
    window.history[how] = function (...given) {
      const before = window.location.href;
      const result = original.apply(this, given);
      if (window.location.href !== before) report('move', {how, url: window.location.href});
      return result;
    };
  }
  window.addEventListener('popstate', () => report('move', {how: 'popstate', url: window.location.href}));

  window.addEventListener('securitypolicyviolation', (event) => report('policy', {
    enforced: event.disposition !== 'report',
    directive: event.effectiveDirective, blocked: String(event.blockedURI).slice(0, setup.text),
  }));

  // ------------------------------------------------------------------------- the driver's door
  const controller = {
    call: (pack, call) => report('call', {pack, ...bounded(call)}),
    // False when this document has a runtime already.
    attach(rt) {
      if (controller.isTaken) return false;
      controller.isTaken = true;
      report('start', {});
      const watchRecords = function (name, tellRecord) {
        const records = rt.records[name];
        const {push} = records;
        records.push = function (...entries) {
          entries.forEach(tellRecord);
          return push.apply(records, entries);
        };
      };
      watchRecords('fields', (one) => report('tag', {event: one.event, tag: one.tag, ...bounded(one.fields)}));
      watchRecords('errors', (one) => report('trouble', {where: one.where, text: String(one.message).slice(0, setup.text)}));
      watchRecords('unsupported', (text) => report('trouble', {where: 'runtime', text: String(text).slice(0, setup.text)}));
      return true;
    },
  };
  Object.defineProperty(window, Symbol.for(setup.binding), {value: controller});
  report('document', {url: window.location.href});
})
