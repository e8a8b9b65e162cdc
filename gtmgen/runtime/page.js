// The page around the container: window, clock, scripts, dataLayer and GTM's data model.
// Facts: gtm, section 8 (data layer v2, order of messages, gtm.uniqueEventId); seen in gtm.js.
(function (rt) {
  'use strict';

  const isPlain = (value) => {
    if (value === null || typeof value !== 'object') return false;
    const prototype = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  };
  const isArguments = (value) => Object.prototype.toString.call(value) === '[object Arguments]';
  rt.isPlain = isPlain;
  rt.isArguments = isArguments;

  // ------------------------------------------------------------------ URLs
  rt.parseUrl = function (text, protocol) {
    if (/^\/\//.test(text)) text = (protocol || 'https') + ':' + text;
    const match = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#@:]*)(?::([^/?#@]*))?@)?([^/?#:]+)(?::(\d*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
    if (!match) return undefined;
    const scheme = match[1].toLowerCase();
    const hostname = match[4].toLowerCase();
    const standard = {http: '80', https: '443'}[scheme];
    const port = match[5] && match[5] !== standard ? match[5] : '';
    const host = hostname + (port ? ':' + port : '');
    const search = match[7] && match[7] !== '?' ? match[7] : '';
    const hash = match[8] && match[8] !== '#' ? match[8] : '';
    const pathname = match[6] || '/';
    return {
      href: scheme + '://' + host + pathname + search + hash,
      origin: scheme + '://' + host, protocol: scheme + ':', username: match[2] || '',
      password: match[3] || '', host, hostname, port, pathname, search,
      searchParams: rt.queryOf(search), hash,
    };
  };

  const decode = (text) => {
    try { return decodeURIComponent(text.replace(/\+/g, ' ')); } catch (error) { return text; }
  };

  rt.queryOf = function (search) {
    const found = {};
    for (const pair of search.replace(/^\?/, '').split('&')) {
      if (!pair) continue;
      const at = pair.indexOf('=');
      const key = decode(at < 0 ? pair : pair.slice(0, at));
      const value = at < 0 ? '' : decode(pair.slice(at + 1));
      if (Object.hasOwn(found, key)) found[key] = [].concat(found[key], value);
      else found[key] = value;
    }
    return found;
  };

  // ------------------------------------------------- clock, tasks, random numbers
  const tasks = [];
  let sequence = 0;
  rt.now = 0;
  rt.defer = function (task, delay) {
    tasks.push({at: rt.now + Math.max(0, Number(delay) || 0), order: sequence++, task});
    return sequence;
  };
  rt.runTask = function () {
    if (!tasks.length) return false;
    tasks.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = tasks.shift();
    rt.now = Math.max(rt.now, next.at);
    next.task();
    return true;
  };
  // The host answers digests: QuickJS has no SubtleCrypto.
  const digests = [];
  rt.askDigest = function (text, encoding, callback) { digests.push({text, encoding, callback}); };
  rt.takeDigests = function () {
    return digests.filter((one) => !one.taken).map((one) => {
      one.taken = true;
      return {id: digests.indexOf(one), text: one.text, encoding: one.encoding};
    });
  };
  rt.answerDigest = function (id, digest) {
    rt.defer(() => rt.quietly(() => digests[id].callback(digest)));
  };
  rt.random = function () {  // Park and Miller's minimal standard generator: repeatable
    rt.seed = (rt.seed * 48271) % 2147483647;
    return (rt.seed - 1) / 2147483646;
  };

  // --------------------------------------------------------------- scripts
  // One entry for each element that GTM would have put into the document.
  rt.scripts = [];
  rt.inject = function (url, onSuccess, onFailure, token) {
    const known = token && rt.scripts.find((one) => one.token === token && one.state !== 'failed');
    const script = known || {url, token, state: 'pending', waiting: []};
    if (!known) rt.scripts.push(script);
    if (script.state === 'loaded') rt.defer(() => rt.quietly(onSuccess));
    else script.waiting.push({onSuccess, onFailure});
  };
  rt.finishScripts = function (prefix, state) {
    let finished = 0;
    for (const script of rt.scripts) {
      if (script.state !== 'pending' || !script.url.startsWith(prefix)) continue;
      finished += 1;
      script.state = state;
      for (const one of script.waiting.splice(0)) {
        rt.quietly(state === 'loaded' ? one.onSuccess : one.onFailure);
      }
    }
    return finished;
  };
  rt.quietly = function (callback) {
    if (typeof callback !== 'function') return;
    try { callback(); } catch (error) { rt.swallowed.push(String(error.message || error)); }
  };
  rt.swallowed = [];

  // ------------------------------------------------------------ data model
  const merge = function (from, to) {
    for (const key of Object.keys(from)) {
      const value = from[key];
      if (isPlain(value) || Array.isArray(value)) {
        const fits = Array.isArray(value) ? Array.isArray(to[key]) : isPlain(to[key]);
        if (!fits) to[key] = Array.isArray(value) ? [] : {};
        merge(value, to[key]);
      } else {
        to[key] = value;
      }
    }
  };
  const expand = (key, value) => key.split('.').reduceRight((inner, part) => ({[part]: inner}), value);

  rt.model = {};
  rt.versionOne = {};
  rt.lookUp = function (key) {
    let value = rt.model;
    for (const part of key.split('.')) {
      if (value === null) return false;  // seen: through null the answer is false
      if (value === undefined) return undefined;
      value = value[part];
    }
    return value;
  };
  const setKey = function (key, value, clear) {
    rt.versionOne[key] = value;
    if (clear) delete rt.model[key.split('.')[0]];
    merge(expand(key, value), rt.model);
  };

  const model = {
    get: rt.lookUp,
    set: (key, value) => setKey(key, value, false),
    reset() { rt.model = {}; rt.versionOne = {}; },
  };
  const command = function (list) {
    const path = String(list[0]).split('.');
    const method = path.pop();
    const target = rt.lookUp(path.join('.'));
    if (target && typeof target[method] === 'function') target[method](...list.slice(1));
  };
  const gtag = function (list) {
    if (list[0] === 'set' && list.length === 2 && isPlain(list[1])) return list[1];
    if (list[0] === 'set' && list.length === 3) return expand(String(list[1]), list[2]);
    if (list[0] === 'event') return {event: list[1], eventModel: list[2] || {}};
    return {};
  };

  // ------------------------------------------------------------- dataLayer
  const pending = [];
  let lastId = 1;
  let started = false;
  const nextId = () => (lastId += 2);  // seen in gtm.js: numbers rise but do not follow each other

  // What a template's push leaves in window.dataLayer: its fields cannot be read there.
  class Wrapper {
    #message;
    constructor(message) { this.#message = message; }
    getUntrustedMessageValue() { return this.#message; }
  }
  rt.wrapMessage = (message) => (isPlain(message) ? new Wrapper(message) : message);

  rt.installDataLayer = function () {
    const list = Array.isArray(globalThis.dataLayer) ? globalThis.dataLayer : [];
    globalThis.dataLayer = list;
    pending.push(...list);
    list.push = function (...messages) {
      pending.push(...messages);
      return Array.prototype.push.apply(list, messages);
    };
  };
  const apply = function (message) {
    if (typeof message === 'function') return void message.call(model);
    if (isArguments(message)) return apply(gtag(Array.from(message)));
    if (Array.isArray(message)) return command(message);
    if (!isPlain(message)) return;
    for (const key of Object.keys(message)) {
      if (key !== '_clear') setKey(key, message[key], message._clear === true);
    }
  };
  const stamp = (name) => {
    const id = nextId();
    setKey('event', name, false);
    setKey('gtm.uniqueEventId', id, false);
    return {name: String(name), id};
  };

  // Applies queued messages up to and with the next event. Returns {name, id}, or null when idle.
  // gtm.init_consent and gtm.init come before the first event and are never in the array.
  const synthetic = ['gtm.init_consent', 'gtm.init'];
  rt.step = function () {
    while (pending.length) {
      const message = pending[0];
      const readable = message instanceof Wrapper ? message.getUntrustedMessageValue()
        : isArguments(message) ? gtag(Array.from(message)) : message;
      const isEvent = isPlain(readable) && Boolean(readable.event);
      if (isEvent && synthetic.length) return stamp(synthetic.shift());
      pending.shift();
      if (!isEvent) {
        apply(readable);
        continue;
      }
      const id = nextId();
      readable['gtm.uniqueEventId'] = id;
      apply(readable);
      return {name: String(readable.event), id};
    }
    return null;
  };

  // ---------------------------------------------------------------- window
  rt.storage = {};
  rt.cookies = {};
  rt.pixels = [];
  rt.frames = [];
  rt.logs = [];
  rt.consent = {};
  rt.consentListeners = [];
  rt.eventCallbacks = [];
  rt.openPage = function (options) {
    rt.url = rt.parseUrl(options.url);
    if (!rt.url) throw new Error('Not an absolute URL: ' + options.url);
    rt.referrer = options.referrer;
    rt.cookies = options.cookies;
    rt.now = options.now;
    rt.seed = 1 + (Math.abs(options.seed * 7919 + 12345) % 2147483645);
    globalThis.window = globalThis;
    globalThis.setTimeout = rt.defer;
    rt.installDataLayer();
  };
  rt.navigate = function (url) { rt.url = rt.parseUrl(url) || rt.url; };
})
