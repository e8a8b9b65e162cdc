// The APIs that a custom template of a server container can require, each behind its permission.
// Facts: server, section 3; sandbox, section 4.
(function (rt) {
  'use strict';

  const {quietly} = rt;
  const copy = (value) => rt.copyAcross(value);

  // A callback that runs later as part of the same event and tag.
  rt.bindTag = function (callback) {
    const {event, currentTag, request, response} = rt;
    const bound = rt.bindDoing(callback);
    return (...list) => {
      const before = [rt.event, rt.currentTag, rt.request, rt.response];
      [rt.event, rt.currentTag, rt.request, rt.response] = [event, currentTag, request, response];
      try { return bound(...list); } finally {
        [rt.event, rt.currentTag, rt.request, rt.response] = before;
      }
    };
  };

  const needHttpUrl = function (url) {
    if (!rt.parseUrl(url)) throw new TypeError('The URL of a request is not an absolute one.');
  };
  // Both forms: (url, options, body) gives a promise, (url, callback, options, body) calls back.
  const sendHttp = (permitted, method) => function (url, ...list) {
    const callback = typeof list[0] === 'function' ? rt.bindTag(list.shift()) : undefined;
    const [options, body] = list;
    permitted('send_http', url);
    needHttpUrl(url);
    const settings = {method, ...(options ? copy(options) : {})};
    if (callback) {
      // The code 0 stands for a request that got no answer.
      return void rt.sendHttp(url, settings, body, (answer) => quietly(callback,
        answer ? [answer.status, copy(answer.headers), answer.body] : [0, {}, '']));
    }
    return rt.sandboxPromise(new Promise((resolve, reject) => {
      rt.sendHttp(url, settings, body, (answer, reason) => (answer
        ? resolve({statusCode: answer.status, headers: copy(answer.headers), body: answer.body})
        : reject({reason})));
    }));
  };

  const insertRows = (permitted) => function (table, rows, options) {
    const {projectId, datasetId, tableId} = table;
    permitted('access_bigquery', 'write', projectId, datasetId, tableId);
    rt.records.bigquery.push({step: rt.currentStep, tag: rt.currentTag, table: rt.describe(table),
      rows: rt.describe(rows), options: rt.describe(options || {})});
    return rt.sandboxPromise(Promise.resolve());
  };

  const setCookie = (permitted) => function (name, value, options, noEncode) {
    const settings = options || {};
    permitted('set_cookies', name, settings);
    const late = rt.response.sent;
    const text = noEncode ? value : encodeURIComponent(value);
    rt.response.cookies.push({name, value: text, options: rt.describe(settings), ...(late ? {late: true} : {})});
    if (rt.request.keepsCookies) rt.keepCookie(name, text, settings);
  };

  // No public suffix list is at hand: the last two labels, or three below a short country's (co.uk).
  const effectiveDomain = function (text) {
    const parsed = rt.parseUrl(text) || rt.parseUrl(`https://${text}`);
    if (!parsed || !parsed.hostname.includes('.') || /^[\d.]+$/.test(parsed.hostname)) return undefined;
    const labels = parsed.hostname.split('.');
    const [second, top] = labels.slice(-2);
    const deep = top.length === 2 && /^(co|com|net|org|gov|edu|ac)$/.test(second);
    return labels.slice(deep ? -3 : -2).join('.');
  };

  rt.effectiveDomain = effectiveDomain;

  const expressions = new WeakMap();
  const createRegex = function (pattern, flags) {
    try {
      const expression = {};
      expressions.set(expression, new RegExp(pattern, flags || ''));
      return expression;
    } catch (error) {
      return null;
    }
  };
  const testRegex = function (expression, text) {
    const known = expressions.get(expression);
    if (!known) throw new TypeError('This is no regular expression of createRegex.');
    return known.test(text);
  };

  // Real APIs that this runtime does not have: a template that requires one stops, by name.
  const MISSING = ['Firestore', 'getGoogleAuth', 'getGoogleScript', 'hmacSha256', 'sendEventToGoogleAnalytics',
    'isRequestMpv1', 'extractEventsFromMpv1'];

  const signatures = {
    callLater: ['function'], getEventData: ['string'], getCookieValues: ['string'], setCookie: ['string', 'string'],
    sha256: ['string', 'function'], sha256Sync: ['string'], getRequestHeader: ['string'],
    getRequestQueryParameter: ['string'], sendHttpGet: ['string'], sendHttpRequest: ['string'],
    sendPixelFromBrowser: ['string'], createRegex: ['string'], computeEffectiveTldPlusOne: ['string'],
  };

  rt.templateApis = function (template, storage) {
    const permitted = rt.permissionOf(template);
    const storageApi = {
      getItemCopy(key) { permitted('access_template_storage'); return storage.has(key) ? copy(storage.get(key)) : null; },
      setItemCopy(key, value) { permitted('access_template_storage'); storage.set(key, copy(value)); },
      removeItem(key) { permitted('access_template_storage'); storage.delete(key); },
      clear() { permitted('access_template_storage'); storage.clear(); },
    };
    const table = {
      ...rt.valueApis(template),
      ...rt.clientApis(permitted),
      callLater(callback) {
        const bound = rt.bindTag(callback);
        rt.schedule(() => quietly(bound), 0);
      },
      getAllEventData() { permitted('read_event_data'); return copy(rt.event.data); },
      getEventData(path) { permitted('read_event_data', path); return copy(rt.valueAt(rt.event.data, path)); },
      sendHttpRequest: sendHttp(permitted, 'GET'),
      sendHttpGet: sendHttp(permitted, 'GET'),
      sendPixelFromBrowser(url) {
        permitted('send_pixel_from_browser', url);
        rt.records.pixels.push({step: rt.currentStep, tag: rt.currentTag, url});
        return true;
      },
      sha256(text, onSuccess, options) {
        const settings = options || {};
        const done = rt.bindTag(onSuccess);
        rt.host.sha256(text, settings.outputEncoding, (digest) => quietly(done, [digest]));
      },
      sha256Sync: (text, options) => rt.sha256(text, (options || {}).outputEncoding),
      getCookieValues(name, noDecode) { permitted('get_cookies', name); return rt.requestCookies(name, noDecode !== true); },
      setCookie: setCookie(permitted),
      getClientName: () => (rt.response.client === null ? undefined : rt.response.client),
      getContainerVersion() {
        permitted('read_container_data');
        return {
          containerId: rt.container.publicId, version: rt.container.versionId, debugMode: Boolean(rt.options.debug),
          previewMode: Boolean(rt.options.debug), environmentName: rt.options.environment || '',
          environmentMode: Boolean(rt.options.environment),
        };
      },
      BigQuery: {insert: insertRows(permitted)},
      Promise: rt.promiseApi, templateDataStorage: storageApi,
      computeEffectiveTldPlusOne: effectiveDomain, createRegex, testRegex,
    };
    for (const name of MISSING) {
      Object.defineProperty(table, name, {enumerable: true, get() {
        rt.addOnce(rt.records.unsupported, `API ${name} (template ${template.name})`);
        throw new Error(`this runtime has no ${name}`);
      }});
    }
    return rt.guardApis(table, signatures, []);
  };
})
