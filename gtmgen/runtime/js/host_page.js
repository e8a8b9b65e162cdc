// The page in QuickJS: window, location, history, cookies, storage, timers with virtual time and a
// network that is answered locally. No DOM: elements exist only as far as scripts need them to load others.
(function (rt) {
  'use strict';

  const window = globalThis;
  const evaluate = window.eval;
  const listeners = new Map();
  let url;
  let page;

  const {schedule, cancel} = rt;

  // An error that page code does not catch becomes an error event, as in a browser.
  const runPageCode = function (work) {
    try { return work(); } catch (error) {
      if (error instanceof InternalError) throw error;
      rt.reportError('page', error);
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      dispatch('error', {message: `Uncaught ${text}`, filename: url.href, lineno: 1, error});
      return undefined;
    }
  };
  rt.runPageCode = runPageCode;

  // -------------------------------------------------------------------------- events
  const addEventListener = function (type, listener) {
    if (!listeners.has(type)) listeners.set(type, []);
    listeners.get(type).push(listener);
  };
  const dispatch = function (type, event) {
    const full = Object.assign({type, target: window, preventDefault() {}, stopPropagation() {}}, event);
    for (const one of (listeners.get(type) || []).slice()) {
      try { (one.handleEvent || one).call(window, full); } catch (error) { rt.reportError(type, error); }
    }
    const handler = window['on' + type];
    if (typeof handler === 'function') {
      try {
        if (type === 'error') handler.call(window, full.message, full.filename, full.lineno, 0, full.error);
        else handler.call(window, full);
      } catch (error) { rt.reportError(type, error); }
    }
  };
  window.addEventListener = addEventListener;
  window.removeEventListener = function (type, listener) {
    const list = listeners.get(type) || [];
    if (list.includes(listener)) list.splice(list.indexOf(listener), 1);
  };
  window.dispatchEvent = (event) => { dispatch(event.type, event); return true; };

  // ---------------------------------------------------------------- location and history
  let entries = [];
  let place = 0;
  const leave = (target, how) => {
    if (!page.leaving) page.leaving = {url: rt.resolveUrl(target, url.href), how};
  };
  const changeHash = function (hash) {
    const target = rt.parseUrl(url.href.replace(/#[\s\S]*$/, '') + (hash && hash !== '#' ? (hash[0] === '#' ? hash : '#' + hash) : ''));
    if (target.href === url.href) return;
    const oldUrl = url.href;
    entries = entries.slice(0, place + 1);
    entries.push({url: target, state: null});
    place += 1;
    url = target;
    schedule(() => {
      dispatch('popstate', {state: null});
      dispatch('hashchange', {oldURL: oldUrl, newURL: url.href});
    }, 0);
  };
  class Location {}
  const location = Object.assign(new Location(), {
    assign: (target) => go(target, 'navigate'), replace: (target) => go(target, 'navigate'),
    reload: () => leave(url.href, 'reload'), toString: () => url.href,
  });
  const go = function (target, how) {
    const resolved = rt.resolveUrl(target, url.href);
    const parsed = rt.parseUrl(resolved);
    if (parsed && parsed.href.replace(/#[\s\S]*$/, '') === url.href.replace(/#[\s\S]*$/, '') && parsed.hash) {
      changeHash(parsed.hash);
    } else {
      leave(resolved, how);
    }
  };
  for (const part of ['protocol', 'hostname', 'host', 'port', 'pathname', 'search', 'origin']) {
    Object.defineProperty(location, part, {get: () => url[part], enumerable: true});
  }
  Object.defineProperty(location, 'href', {get: () => url.href, set: (target) => go(target, 'navigate'), enumerable: true});
  Object.defineProperty(location, 'hash', {get: () => url.hash, set: (hash) => changeHash(String(hash)), enumerable: true});
  Object.defineProperty(window, 'location', {get: () => location, set: (target) => go(String(target), 'navigate'), configurable: true});

  const change = function (name, state, target) {
    let next = url;
    if (target !== undefined && target !== null) {
      next = rt.parseUrl(rt.resolveUrl(target, url.href));
      if (!next || next.origin !== url.origin) {
        const error = new Error(`Failed to execute '${name}' on 'History': A history state object with URL '${target}' cannot be created in a document with origin '${url.origin}'.`);
        error.name = 'SecurityError';
        throw error;
      }
    }
    const entry = {url: next, state: state === undefined ? undefined : rt.copyPlain(state)};
    if (name === 'pushState') {
      entries = entries.slice(0, place + 1);
      entries.push(entry);
      place += 1;
    } else {
      entries[place] = entry;
    }
    url = next;
  };
  const move = function (by) {
    schedule(() => {
      const target = place + by;
      if (by === 0) return leave(url.href, 'reload');
      if (target < 0 || target >= entries.length) return undefined;
      const old = url.href;
      place = target;
      url = entries[place].url;
      const hashOnly = old.replace(/#[\s\S]*$/, '') === url.href.replace(/#[\s\S]*$/, '') && old !== url.href;
      const state = entries[place].state;
      dispatch('popstate', {state: state === undefined ? null : state});
      if (hashOnly) dispatch('hashchange', {oldURL: old, newURL: url.href});
      return undefined;
    }, 0);
  };
  class History {
    pushState(state, title, target) { change('pushState', state, target); }
    replaceState(state, title, target) { change('replaceState', state, target); }
    back() { move(-1); }
    forward() { move(1); }
    go(by) { move(Number(by) || 0); }
    get length() { return entries.length; }
    get state() { const state = entries[place].state; return state === undefined ? null : state; }
  }
  window.History = History;
  window.history = new History();

  // ------------------------------------------------------------------- cookies, storage
  const cookies = new Map();
  const readCookies = () => [...cookies.values()]
    .filter((one) => url.pathname.startsWith(one.path))
    .sort((one, other) => other.path.length - one.path.length).map((one) => `${one.name}=${one.value}`).join('; ');
  const writeCookie = function (text) {
    const [pair, ...attributes] = String(text).split(';').map((one) => one.trim());
    const at = pair.indexOf('=');
    const name = at < 0 ? '' : pair.slice(0, at).trim();
    const value = at < 0 ? pair : pair.slice(at + 1).trim();
    const options = {};
    for (const one of attributes) {
      const [key, ...rest] = one.split('=');
      options[key.toLowerCase()] = rest.join('=');
    }
    const domain = (options.domain || '').replace(/^\./, '');
    if (domain && domain !== url.hostname && !url.hostname.endsWith('.' + domain)) return;
    if ('secure' in options && url.protocol !== 'https:') return;
    const path = options.path && options.path[0] === '/' ? options.path : url.pathname.replace(/\/[^/]*$/, '') || '/';
    const expired = ('max-age' in options && Number(options['max-age']) <= 0)
      || (options.expires && new Date(options.expires).getTime() <= rt.now());
    const key = `${name}|${path}`;
    if (expired) cookies.delete(key);
    else cookies.set(key, {name, value, path});
  };
  const makeStorage = function (values) {
    const data = new Map(Object.entries(values || {}));
    return {
      getItem: (key) => (data.has(String(key)) ? data.get(String(key)) : null),
      setItem: (key, value) => { data.set(String(key), String(value)); },
      removeItem: (key) => { data.delete(String(key)); },
      clear: () => { data.clear(); },
      key: (index) => [...data.keys()][index] ?? null,
      get length() { return data.size; },
      dump: () => Object.fromEntries(data),
    };
  };
  rt.pageState = () => ({
    cookies: [...cookies.values()], localStorage: window.localStorage.dump(),
    sessionStorage: window.sessionStorage.dump(), leaving: page.leaving || null, url: url.href, now: rt.now(),
  });

  // ---------------------------------------------------------------------------- network
  const LATENCY = 5;
  const answer = function (target) {
    if ((page.blocked || []).some((pattern) => new RegExp(pattern).test(target))) return undefined;
    for (const one of page.responses || []) if (new RegExp(one.match).test(target)) return one.body;
    return page.network === 'empty' ? '' : undefined;
  };
  const requestUrl = function (target, kind, done) {
    const resolved = rt.resolveUrl(String(target), url.href);
    rt.records.requests.push({step: rt.currentStep, url: resolved, kind});
    schedule(() => done(answer(resolved)), LATENCY);
  };
  const loadScript = function (target, onload, onerror, around) {
    requestUrl(target, 'script', (body) => {
      if (body === undefined) return onerror && onerror();
      const run = () => runPageCode(() => evaluate(rt.globalScript(body)));
      if (around) around(run);
      else run();
      return onload && onload();
    });
  };

  // ---------------------------------------------------------------- elements, as far as needed
  class Node {
    constructor(tag) {
      this.tagName = tag.toUpperCase();
      this.nodeName = this.tagName;
      this.nodeType = 1;
      this.childNodes = [];
      this.attributes = {};
      this.style = {};
      this.id = '';
      this.className = '';
    }
    get parentElement() { return this.parentNode; }
    get firstChild() { return this.childNodes[0] || null; }
    get children() { return this.childNodes; }
    setAttribute(name, value) { this.attributes[name] = String(value); if (name in this || name === 'src') this[name] = String(value); }
    getAttribute(name) { return name in this.attributes ? this.attributes[name] : null; }
    appendChild(child) { child.parentNode = this; this.childNodes.push(child); connect(child); return child; }
    insertBefore(child) { return this.appendChild(child); }
    removeChild(child) { this.childNodes = this.childNodes.filter((one) => one !== child); return child; }
    remove() { if (this.parentNode) this.parentNode.removeChild(this); }
    addEventListener(type, listener) { this['on' + type] = listener; }
    removeEventListener() {}
    matches(selector) {
      // Simple selectors alone: anything else is a browser's work.
      if (!/^(\*|[a-z][\w-]*)?([#.][\w-]+)*$/i.test(selector) || selector === '') {
        rt.addOnce(rt.records.needsDom, `the selector ${selector}`);
        return false;
      }
      const tag = /^(\*|[a-z][\w-]*)?/i.exec(selector)[0];
      const names = String(this.className).split(/\s+/);
      return (!tag || tag === '*' || tag.toUpperCase() === this.tagName)
        && (selector.match(/[#.][\w-]+/g) || []).every((one) => (one[0] === '#' ? this.id === one.slice(1) : names.includes(one.slice(1))));
    }
    closest() { return null; }
    querySelector() { return null; }
    querySelectorAll() { return []; }
    getElementsByTagName() { return []; }
    get src() { return this.address || ''; }
    set src(value) {
      this.address = String(value);
      if (this.tagName === 'IMG') {
        requestUrl(value, 'image', (body) => call(body === undefined ? this.onerror : this.onload, this));
      }
    }
  }
  const call = (callback, self) => { if (typeof callback === 'function') runPageCode(() => callback.call(self, {type: 'load'})); };
  const connect = function (element) {
    if (element.tagName === 'SCRIPT') {
      if (element.address) {
        loadScript(element.address, () => call(element.onload, element), () => call(element.onerror, element));
      } else {
        runPageCode(() => evaluate(rt.globalScript(String(element.text || element.textContent || element.innerHTML || ''))));
      }
    } else if (element.tagName === 'IFRAME' && element.address) {
      requestUrl(element.address, 'frame', () => call(element.onload, element));
    }
  };
  const root = new Node('html');
  const head = new Node('head');
  const body = new Node('body');
  const firstScript = new Node('script');
  head.childNodes.push(firstScript);
  firstScript.parentNode = head;
  root.childNodes.push(head, body);
  head.parentNode = body.parentNode = root;
  const unseen = (what, value) => function () {
    rt.addOnce(rt.records.needsDom, `document.${what}`);
    return value();
  };
  const document = {
    nodeType: 9, documentElement: root, head, body, readyState: 'complete', title: '', characterSet: 'UTF-8',
    visibilityState: 'visible', hidden: false,
    createElement: (tag) => new Node(String(tag)), write: (...list) => write(...list),
    writeln: (...list) => write(...list, '\n'), open() {}, close() {},
    createTextNode: (text) => Object.assign(new Node('#text'), {data: text}),
    getElementsByTagName: (tag) => (/^script$/i.test(tag) ? [firstScript] : /^head$/i.test(tag) ? [head]
      : /^body$/i.test(tag) ? [body] : unseen('getElementsByTagName', () => [])()),
    getElementById: unseen('getElementById', () => null), querySelector: unseen('querySelector', () => null),
    querySelectorAll: unseen('querySelectorAll', () => []),
    getElementsByClassName: unseen('getElementsByClassName', () => []),
    addEventListener, removeEventListener: window.removeEventListener, dispatchEvent: window.dispatchEvent,
    get location() { return location; }, set location(target) { go(String(target), 'navigate'); },
    get URL() { return url.href; }, get referrer() { return page.referrer || ''; },
    get cookie() { return readCookies(); }, set cookie(text) { writeCookie(text); },
    get currentScript() { return firstScript; }, get domain() { return url.hostname; },
  };
  window.window = window.self = window.top = window.parent = window;
  window.document = document;
  window.Image = function () { return new Node('img'); };
  window.navigator = {
    // A Chromium's, so that containers that look at it do the same in both engines.
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    vendor: 'Google Inc.', platform: 'Linux x86_64', doNotTrack: null, maxTouchPoints: 0,
    language: 'en', languages: ['en'], onLine: true, cookieEnabled: true,
    sendBeacon(target) { requestUrl(target, 'beacon', () => undefined); return true; },
  };
  window.screen = {width: 1000, height: 700};
  window.innerWidth = 1000;
  window.innerHeight = 700;
  window.setTimeout = (task, delay, ...args) => pageTimer(task, delay, undefined, args);
  window.setInterval = (task, delay, ...args) => pageTimer(task, delay, Math.max(1, Number(delay) || 0), args);
  window.clearTimeout = window.clearInterval = cancel;
  window.requestAnimationFrame = (task) => schedule(() => task(rt.now()), 16);
  window.cancelAnimationFrame = cancel;
  const pageTimer = function (task, delay, every, args) {
    return schedule(typeof task === 'function' ? task : () => window.eval(String(task)), delay, every, args);
  };
  window.console = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'group', 'groupEnd', 'table']) {
    window.console[level] = (...list) => { rt.host.log(level, list); };
  }
  window.fetch = (target) => new Promise((resolve, reject) => {
    requestUrl(target, 'fetch', (text) => (text === undefined ? reject(new TypeError('Failed to fetch'))
      : resolve({ok: true, status: 200, text: () => Promise.resolve(text), json: () => Promise.resolve(JSON.parse(text))})));
  });
  window.queueMicrotask = (task) => { Promise.resolve().then(task); };

  window.Event = class Event { constructor(type, init) { Object.assign(this, init, {type: String(type)}); } };
  window.CustomEvent = class CustomEvent extends window.Event {
    constructor(type, init) { super(type, {detail: null, ...init}); }
  };
  // What a browser has besides: code that asks for it would go another way there.
  for (const name of ['XMLHttpRequest', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'crypto', 'Intl',
    'MutationObserver', 'IntersectionObserver', 'ResizeObserver', 'PerformanceObserver', 'AbortController', 'Headers',
    'Request', 'Response', 'FormData', 'Blob', 'File', 'FileReader', 'WebSocket', 'Worker', 'BroadcastChannel',
    'MessageChannel', 'DOMParser', 'Element', 'HTMLElement', 'indexedDB', 'matchMedia', 'getComputedStyle',
    'postMessage', 'requestIdleCallback', 'structuredClone', 'scrollTo', 'open']) {
    Object.defineProperty(window, name, {
      configurable: true,
      get() { rt.addOnce(rt.records.needsDom, `window.${name}`); return undefined; },
      set(value) { Object.defineProperty(window, name, {value, writable: true, enumerable: true, configurable: true}); },
    });
  }

  // ------------------------------------------------------------------------ Custom HTML
  // What a script writes: with support for document.write it stands where the script stands and runs next.
  let written;
  const write = function (...list) {
    if (written === undefined) rt.addOnce(rt.records.needsDom, 'document.write');
    else written += list.join('');
  };
  const runHtml = function (html, done, blocked, writes) {
    const collect = function (work) {
      const before = written;
      written = writes ? '' : undefined;
      try { work(); return written; } finally { written = before; }
    };
    for (const match of rt.withoutScripts(html).matchAll(/<(img|iframe)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi)) {
      const src = rt.attributeOf(match[2], 'src');
      if (src) requestUrl(src.replace(/&amp;/g, '&'), match[1].toLowerCase() === 'img' ? 'image' : 'frame', () => undefined);
    }
    const scripts = rt.scriptsOf(html);
    const next = function (index) {
      const one = scripts[index];
      if (!one) return done(true);
      const goOn = function (text) {
        if (!text) return next(index + 1);
        return runHtml(text, (succeeded) => (succeeded ? next(index + 1) : done(false)), blocked, writes);
      };
      if (one.src === undefined) return goOn(collect(() => runPageCode(() => evaluate(rt.globalScript(one.code)))));
      // A script whose file fails to load ends the tag: what stands after it does not run.
      let text;
      return loadScript(one.src, () => goOn(text), () => done(false), (run) => { text = collect(run); });
    };
    next(0);
  };

  // --------------------------------------------------------------------------- the host
  Math.random = rt.random;
  const RealDate = Date;
  const VirtualDate = function (...list) {
    if (!new.target) return new RealDate(rt.now()).toString();
    return list.length ? new RealDate(...list) : new RealDate(rt.now());
  };
  VirtualDate.prototype = RealDate.prototype;
  VirtualDate.now = () => Math.round(rt.now());
  VirtualDate.parse = RealDate.parse;
  VirtualDate.UTC = RealDate.UTC;
  RealDate.prototype.constructor = VirtualDate;
  window.Date = VirtualDate;
  Object.defineProperty(window, 'performance', {value: {now: () => rt.now() - page.opened, timeOrigin: 0}, configurable: true});

  rt.host = {
    window, document: null, now: () => Math.round(rt.now()),
    setTimeout: (task, delay) => schedule(task, delay), clearTimeout: cancel,
    setInterval: (task, delay) => schedule(task, delay, Math.max(1, Number(delay) || 0)), clearInterval: cancel,
    location: () => location, referrer: () => page.referrer || '', title: () => document.title,
    characterSet: () => document.characterSet,
    getCookie: readCookies, setCookie: writeCookie, get localStorage() { return window.localStorage; },
    loadScript,
    loadImage: (target, onload, onerror) => requestUrl(target, 'image', (text) => (text === undefined ? onerror : onload)()),
    loadFrame: (target, onload) => requestUrl(target, 'frame', () => onload && onload()),
    runHtml, evaluate: (code) => evaluate(code),
    sha256(text, encoding, ok, fail) {
      if (url.protocol !== 'https:') return schedule(() => fail({name: 'BrowserNotSupported', message: 'crypto.subtle is missing'}), 0);
      return schedule(() => ok(rt.sha256(text, encoding)), 1);
    },
    random: rt.random, log: (level, list) => rt.records.logs.push({step: rt.currentStep, level, args: list.map((one) => rt.describe(one))}),
    onReady(ready, loaded) { schedule(ready, 1); schedule(loaded, 2); },
  };
  rt.records.logs = [];

  // options: url, referrer, cookies [{name, value, path}], localStorage, sessionStorage, responses,
  // blocked, network, now (ms since 1970), seed
  rt.openPage = function (options) {
    page = options;
    url = rt.parseUrl(options.url);
    if (!url) throw new Error(`not an absolute URL: ${options.url}`);
    page.opened = options.now;
    rt.startClock(options.now, options.seed);
    entries = [{url, state: null}];
    for (const one of options.cookies || []) cookies.set(`${one.name}|${one.path || '/'}`, {path: '/', ...one});
    window.localStorage = makeStorage(options.localStorage);
    window.sessionStorage = makeStorage(options.sessionStorage);
  };
  rt.page = {dispatch, changeHash, move, leave: go, reload: () => leave(url.href, 'reload')};
})
