// GTM's data layer: the queue, its messages, and the two models that variables read.
// Seen in gtm.js: vectors dl-* and ev-*; the merge rules are those of google/data-layer-helper, except
// where the vectors differ (nested _clear, dotted keys).
(function (rt) {
  'use strict';

  // ------------------------------------------------------------------------- models
  // Lists merge by index, plain objects key by key; anything else replaces. Assigned as gtm.js does:
  // `__proto__` gives the model another prototype, and nothing else (vector dl-proto-key).
  const merge = function (from, to) {
    for (const key of Object.keys(from)) {
      const value = from[key];
      if (Array.isArray(value)) {
        if (!Object.hasOwn(to, key) || !Array.isArray(to[key])) to[key] = [];
        merge(value, to[key]);
      } else if (rt.isPlain(value)) {
        if (!Object.hasOwn(to, key) || !rt.isPlain(to[key])) to[key] = {};
        merge(value, to[key]);
      } else {
        rt.setOwn(to, key, value);
      }
    }
  };
  const expand = (key, value) => key.split('.').reduceRight((inner, part) => {
    const outer = {};
    rt.setOwn(outer, part, inner);
    return outer;
  }, value);

  let model = {};
  let latest = new Map();  // version 1: the last value pushed under a literal key

  const setKey = function (key, value) {
    latest.set(key, value);
    merge(expand(key, value), model);
  };

  // A path through null throws, as in gtm.js: the variable that reads it becomes false.
  const read = function (path) {
    let value = model;
    for (const part of path.split('.')) {
      if (value === undefined) return undefined;
      value = value[part];
    }
    return value;
  };
  const readSafely = (path) => { try { return read(path); } catch (error) { return undefined; } };

  // ---------------------------------------------------------------------- messages
  // What a template's push leaves in window.dataLayer: its keys cannot be read there.
  class TemplateMessage {
    #message;
    constructor(message) { this.#message = message; }
    getUntrustedMessageValue() { return this.#message; }
  }

  const runCommand = function (list) {
    if (typeof list[0] !== 'string') return;
    const path = list[0].split('.');
    const method = path.pop();
    const target = path.length ? readSafely(path.join('.')) : undefined;
    if (target === undefined || target === null) return;
    try { target[method](...list.slice(1)); } catch (error) { rt.reportError('dataLayer', error); }
  };

  // The message that a gtag command stands for, or undefined when it changes no data.
  const messageOfGtag = function (list) {
    const [name, first, second] = list;
    if (name === 'event') {
      if (typeof first !== 'string' || list.length > 3) return undefined;
      if (list.length > 2 && second !== undefined && !rt.isPlain(second)) return undefined;
      const message = {event: first};
      if (second) {
        message.eventModel = rt.copyPlain(second);
        if (second.event_callback) message.eventCallback = second.event_callback;
        if (second.event_timeout) message.eventTimeout = second.event_timeout;
      }
      return message;
    }
    if (name === 'set') {
      if (list.length === 2 && rt.isPlain(first)) return {...rt.copyPlain(first), _clear: true};
      if (list.length === 3 && typeof first === 'string') {
        const message = {_clear: true};
        rt.setOwn(message, first, rt.copyPlain(second));
        return message;
      }
    }
    if (name === 'consent' && (first === 'default' || first === 'update') && rt.isPlain(second)) {
      if (first === 'default') rt.consent.setDefault(second);
      else rt.consent.update(second);
    }
    return undefined;
  };

  const applyKeys = function (message) {
    for (const key of Object.keys(message)) {
      if (key === '_clear') continue;
      if (message._clear && !key.includes('.')) delete model[key];
      setKey(key, message[key]);
    }
  };

  // ------------------------------------------------------------------------- queue
  const queue = [];
  let list;             // window.dataLayer
  let busy = false;
  let pageViewSeen = false;
  let lastId = 0;
  const synthetic = ['gtm.init_consent', 'gtm.init'];

  const api = {
    get: (path) => readSafely(path),
    set: (path, value) => setKey(path, value),
    reset() { model = {}; latest = new Map(); },
  };

  const isEvent = (message) => rt.isPlain(message) && typeof message.event === 'string' && message.event !== '';

  const fireSynthetic = function () {
    while (synthetic.length) {
      const name = synthetic.shift();
      lastId += 1;
      setKey('event', name);
      setKey('gtm.uniqueEventId', lastId);
      rt.handleEvent({name, id: lastId, message: {event: name}});
    }
  };

  const take = function (entry) {
    delete model.eventModel;
    if (typeof entry === 'function') {
      try { entry.call(api); } catch (error) { rt.reportError('dataLayer', error); }
      return;
    }
    let message = entry;
    if (entry instanceof TemplateMessage) message = entry.getUntrustedMessageValue();
    if (rt.isArguments(message)) message = messageOfGtag(Array.from(message));
    else if (Array.isArray(message)) return void runCommand(message);
    if (message === null || typeof message !== 'object' || !rt.isPlain(message)) return;
    if (!isEvent(message)) return void applyKeys(message);
    fireSynthetic();
    const repeated = message.event === 'gtm.js' && pageViewSeen;
    if (message.event === 'gtm.js') pageViewSeen = true;
    let id = message['gtm.uniqueEventId'];
    if (typeof id !== 'number') {
      lastId += 1;
      id = lastId;
      try { message['gtm.uniqueEventId'] = id; } catch (error) { /* a frozen message keeps its keys */ }
    }
    applyKeys(message);
    setKey('gtm.uniqueEventId', id);
    // Seen in gtm.js (vector ev-gtmjs-twice): a page that pushes gtm.js again fires nothing.
    if (!repeated) {
      rt.handleEvent({name: message.event, id, message, callback: message.eventCallback,
        timeout: message.eventTimeout});
    }
  };

  const drain = function () {
    if (busy) return;
    while (queue.length) {
      busy = true;
      try { take(queue.shift()); } finally { busy = false; }
    }
  };

  rt.dataLayer = {
    read,
    // A version 2 key is a path into the merged model; version 1 the last value of the literal key.
    get: (key, version) => (Number(version) === 1 ? latest.get(key) : read(key)),
    // What a template pushes: processed like any message, unreadable in window.dataLayer.
    wrap: (message) => (rt.isPlain(message) ? new TemplateMessage(message) : message),
    pushFirst(entry) {
      queue.unshift(entry);
      drain();
    },
    // window.dataLayer is a page's array whose push GTM replaces; what is in it already is processed.
    install(window, name) {
      list = window[name];
      if (!Array.isArray(list)) list = window[name] = [];
      const original = list.push;
      list.push = function (...entries) {
        const result = original.apply(list, entries);
        queue.push(...entries);
        while (list.length > 300) list.shift();
        drain();
        return typeof result === 'boolean' ? result : true;
      };
      queue.push(...list);
      drain();
    },
    entries: () => list,
    push: (message) => list.push(message),
  };
  const own = new WeakSet();
  rt.pushFromListener = function (message) {
    own.add(message);
    return list.push(message);
  };
  rt.isOwnMessage = (entry) => entry !== null && typeof entry === 'object' && own.has(entry);
})
