// The APIs that a custom template of a web container can require, each behind its permission.
// Facts: sandbox, section 3; vectors sb-*.
(function (rt) {
  'use strict';

  const own = Object.hasOwn;
  const {quietly} = rt;
  const later = (callback) => rt.host.setTimeout(() => quietly(callback), 0);
  const isDataLayer = (path) => path === (rt.options.dataLayer || 'dataLayer');
  const pageUrl = () => rt.parseUrl(rt.host.location().href);

  // One script element per token; a failure sets the token free again. The table is the container's.
  const scripts = new Map();
  const injectScript = function (url, onSuccess, onFailure, token) {
    const known = token ? scripts.get(token) : undefined;
    if (known && known.state === 'loaded') return void later(onSuccess);
    if (known) return void known.waiting.push({onSuccess, onFailure});
    const script = {state: 'pending', waiting: [{onSuccess, onFailure}]};
    if (token) scripts.set(token, script);
    const finish = (state, name) => () => {
      script.state = state;
      if (token && state === 'failed') scripts.delete(token);
      for (const one of script.waiting.splice(0)) quietly(one[name]);
    };
    rt.host.loadScript(url, finish('loaded', 'onSuccess'), finish('failed', 'onFailure'));
  };

  const writeCookie = function (name, value, options, encode) {
    const write = (one) => (encode === false ? one : encodeURIComponent(one));
    let text = `${write(name)}=${write(value)}`;
    for (const key of ['path', 'max-age', 'expires', 'samesite']) {
      if (options[key] !== undefined && options[key] !== null) text += `; ${key}=${options[key]}`;
    }
    if (options.path === undefined) text += '; path=/';
    if (options.domain && options.domain !== 'auto') text += `; domain=${options.domain}`;
    if (options.secure) text += '; secure';
    rt.host.setCookie(text);
  };

  // -------------------------------------------------------------- APIs (3)
  const signatures = {
    aliasInWindow: ['string', 'string'], callInWindow: ['string'], copyFromDataLayer: ['string'],
    copyFromWindow: ['string'], createArgumentsQueue: ['string', 'string'], createQueue: ['string'],
    getCookieValues: ['string'], getQueryParameters: ['string'], injectHiddenIframe: ['string'],
    injectScript: ['string'], sendPixel: ['string'], setCookie: ['string', 'string'], setInWindow: ['string'],
    sha256: ['string'],
  };
  const WITH_CALLBACKS = ['addConsentListener', 'callInWindow', 'injectHiddenIframe', 'injectScript', 'sendPixel',
    'setInWindow', 'sha256'];
  const isUsable = function (storageOf) {
    try {
      const storage = storageOf();
      storage.setItem('__gtmgen', '1');
      storage.removeItem('__gtmgen');
      return true;
    } catch (error) {
      return false;
    }
  };
  const urlPart = function (parsed, part) {
    switch (part) {
      case undefined: case '': return parsed.href;
      case 'protocol': return parsed.protocol.slice(0, -1);
      case 'host': return parsed.hostname;
      case 'port': return parsed.port || (parsed.protocol === 'https:' ? '443' : '80');
      case 'path': return parsed.pathname;
      case 'query': return parsed.search.slice(1);
      case 'fragment': return parsed.hash.slice(1);
      case 'extension': return (/\.([^./]+)$/.exec(parsed.pathname) || ['', ''])[1];
    }
    return parsed.href.split('#')[0];  // seen: an unknown part gives the address
  };
  const oneOrAll = (found, all) => all ? (found === undefined ? [] : [].concat(found))
    : Array.isArray(found) ? found[0] : found;

  // The paths of all values of an object, down to what is no plain object: each needs its permission.
  const flatKeys = function (value, prefix, seen) {
    const parents = (seen || []).concat([value]);
    return Object.keys(value || {}).flatMap((key) => {
      const path = prefix ? `${prefix}.${key}` : key;
      const inner = value[key];
      const goesOn = rt.isPlain(inner) && Object.keys(inner).length > 0;
      if (!goesOn) return [path];
      return parents.includes(inner) ? [] : flatKeys(inner, path, parents);
    });
  };

  // From Google Analytics' cookies: _ga holds the client, _ga_<stream> the session ("GS1.1.<id>.<number>..."
  // and since 2025 "GS2.1.s<id>$o<number>...").
  const analyticsStorage = function (options) {
    const prefix = options.cookie_prefix || '';
    const result = {sessions: []};
    for (const pair of rt.host.getCookie().split(';')) {
      const [name, ...rest] = pair.trim().split('=');
      const value = rest.join('=');
      const client = name === `${prefix}_ga` && /^GA1\.[\d-]+\.(.+)$/.exec(value);
      if (client && result.client_id === undefined) result.client_id = client[1];
      if (!name.startsWith(`${prefix}_ga_`)) continue;
      const session = /^GS1\.[\d-]+\.(\d+)\.(\d+)/.exec(value) || /^GS2\.[\d-]+\.s(\d+)\$o(\d+)/.exec(value);
      if (session) {
        result.sessions.push({measurement_id: `G-${name.slice(prefix.length + 4)}`,
          session_id: session[1], session_number: Number(session[2])});
      }
    }
    return result;
  };

  // All APIs of one template: {name: function or object of functions}.
  rt.templateApis = function (template, storage) {
    const permitted = rt.permissionOf(template);
    const consentTypes = (command) => Object.keys(command).filter((one) => one !== 'region' && one !== 'wait_for_update');
    const setConsent = (kind) => function (command) {
      for (const type of consentTypes(command)) permitted('access_consent', type, 'write');
      // Seen: it counts at once, also for what is left of the same event.
      rt.consent[kind === 'default' ? 'setDefault' : 'update'](rt.copyAcross(command));
    };
    const table = {
      ...rt.valueApis(template),
      addConsentListener(type, listener) {
        permitted('access_consent', type, 'read');
        rt.consent.addListener(type, listener);
      },
      isConsentGranted(type) {
        const types = [].concat(type);
        for (const one of types) permitted('access_consent', one, 'read');
        return types.every((one) => rt.consent.isGranted(one));
      },
      setDefaultConsentState: setConsent('default'),
      updateConsentState: setConsent('update'),
      aliasInWindow(to, from) {
        permitted('access_globals', 'write', to);
        permitted('access_globals', 'read', from);
        const [source, sourceKey] = rt.ownerInWindow(from);
        const [target, targetKey] = rt.ownerInWindow(to);
        // Seen: true for a missing source, too.
        if (!target) return false;
        target[targetKey] = source ? source[sourceKey] : undefined;
        return true;
      },
      callInWindow(path, ...list) {
        permitted('access_globals', 'execute', path);
        const [parent, key] = rt.ownerInWindow(path);
        if (!parent || typeof parent[key] !== 'function') return undefined;
        let args = list.map((one) => rt.copyAcross(one));
        if (isDataLayer(path.replace(/\.push$/, '')) && /\.push$/.test(path)) args = args.map(rt.dataLayer.wrap);
        return rt.copyAcross(parent[key](...args));
      },
      copyFromDataLayer(key, version) {
        permitted('read_data_layer', key);
        return rt.copyAcross(rt.dataLayer.get(key, version === 1 ? 1 : 2));
      },
      copyFromWindow(path) {
        permitted('access_globals', 'read', path);
        const [parent, key] = rt.ownerInWindow(path);
        return parent ? rt.copyAcross(parent[key]) : undefined;
      },
      setInWindow(path, value, override) {
        permitted('access_globals', 'readwrite', path);
        const [parent, key] = rt.ownerInWindow(path);
        if (!parent || (own(parent, key) && parent[key] !== undefined && !override)) return false;
        parent[key] = rt.copyAcross(value);
        return true;
      },
      createQueue(path) {
        permitted('access_globals', 'readwrite', path);
        const [parent, key] = rt.ownerInWindow(path);
        if (!parent) throw new Error(`\`${path}\` has no parent.`);
        parent[key] = parent[key] || [];
        const queue = parent[key];
        return (...items) => {
          const copies = items.map((one) => rt.copyAcross(one));
          return queue.push(...(isDataLayer(path) ? copies.map(rt.dataLayer.wrap) : copies));
        };
      },
      createArgumentsQueue(functionPath, arrayPath) {
        permitted('access_globals', 'readwrite', functionPath);
        permitted('access_globals', 'readwrite', arrayPath);
        const [arrayParent, arrayKey] = rt.ownerInWindow(arrayPath);
        const [parent, key] = rt.ownerInWindow(functionPath);
        if (!parent || !arrayParent) throw new Error(`\`${functionPath}\` has no parent.`);
        arrayParent[arrayKey] = arrayParent[arrayKey] || [];
        const queue = arrayParent[arrayKey];
        if (typeof parent[key] !== 'function') parent[key] = function () { queue.push(arguments); };
        const target = parent[key];
        return (...list) => rt.copyAcross(target(...list.map((one) => rt.copyAcross(one))));
      },
      gtagSet(key, value) {
        const command = typeof key === 'string' ? {[key]: value} : key;
        for (const one of flatKeys(command)) permitted('write_data_layer', one);
        rt.dataLayer.pushFirst(rt.argumentsOf('set', rt.copyAcross(command)));
      },
      injectScript(url, onSuccess, onFailure, token) {
        permitted('inject_script', url);
        injectScript(url, onSuccess, onFailure, token);
      },
      injectHiddenIframe(url, onSuccess) {
        permitted('inject_hidden_iframe', url);
        rt.host.loadFrame(url, () => quietly(onSuccess));
      },
      sendPixel(url, onSuccess, onFailure) {
        permitted('send_pixel', url);
        rt.host.loadImage(url, () => quietly(onSuccess), () => quietly(onFailure));
      },
      localStorage: {
        getItem(key) {
          permitted('access_local_storage', 'read', key);
          return rt.host.localStorage.getItem(key);
        },
        setItem(key, value) {
          permitted('access_local_storage', 'write', key);
          rt.host.localStorage.setItem(key, String(value));
          return true;
        },
        removeItem(key) {
          permitted('access_local_storage', 'write', key);
          rt.host.localStorage.removeItem(key);
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
        return rt.cookieValues(name, decode !== false);
      },
      setCookie(name, value, options, encode) {
        permitted('set_cookies', name, options);
        writeCookie(name, value, options || {}, encode);
      },
      getUrl(part) {
        permitted('get_url', part);
        return urlPart(pageUrl(), part);
      },
      getQueryParameters(key, all) {
        permitted('get_url', 'query', key);
        return oneOrAll(rt.queryOf(rt.host.location().search)[key], all);
      },
      getReferrerUrl(part) {
        permitted('get_referrer', part);
        const parsed = rt.parseUrl(rt.host.referrer());
        return parsed ? urlPart(parsed, part) : '';
      },
      getReferrerQueryParameters(key, all) {
        permitted('get_referrer', 'query', key);
        const parsed = rt.parseUrl(rt.host.referrer());
        return oneOrAll(parsed ? parsed.searchParams[key] : undefined, all);
      },
      sha256(text, onSuccess, onFailure, options) {
        const settings = typeof onFailure === 'object' && onFailure ? onFailure : options || {};
        const failure = typeof onFailure === 'function' ? onFailure : () => {};
        rt.host.sha256(text, settings.outputEncoding === 'hex' ? 'hex' : 'base64',
          (digest) => quietly(onSuccess, [digest]), (reason) => quietly(failure, [reason]));
      },
      getContainerVersion() {
        permitted('read_container_data');
        return {
          containerId: rt.container.publicId, version: String(rt.options.containerVersion || rt.container.versionId),
          environmentName: rt.options.environment || '', environmentMode: Boolean(rt.options.environment),
          debugMode: Boolean(rt.options.debug), previewMode: Boolean(rt.options.debug),
          firstPartyServing: false, containerUrl: '',
        };
      },
      readTitle() { permitted('read_title'); return rt.host.title(); },
      readCharacterSet() { permitted('read_character_set'); return rt.host.characterSet(); },
      readAnalyticsStorage(options) {
        permitted('read_analytics_storage');
        return analyticsStorage(options || {});
      },
    };
    rt.guardApis(table, signatures, WITH_CALLBACKS);
    // Where the browser forbids storage, requiring it gives undefined.
    if (!isUsable(() => rt.host.localStorage)) table.localStorage = undefined;
    return table;
  };
})
