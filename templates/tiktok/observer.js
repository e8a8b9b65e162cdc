// Stands in for TikTok's events.js while `gtmgen test` runs: takes over the queue that the base code
// has made and reports each call per pixel, as TikTok's interface is documented and was seen. A call
// that names no pixel reaches every pixel of the page. It sends nothing.
//
// (window, report, isLoaded): without `isLoaded` it reports what still waits in the queue, because
// the script is blocked or consent is held, and changes nothing.
(function (window, report, isLoaded) {
  'use strict';

  const ttq = window.ttq;
  if (!ttq || typeof ttq !== 'object') return;
  const METHODS = ['page', 'track', 'identify', 'holdConsent', 'grantConsent', 'revokeConsent'];
  const KEYS = {sha256_email: 'email', sha256_phone_number: 'phone_number', sha256_external_id: 'external_id'};
  const state = ttq.observed || {identities: {}, consent: 'granted', held: [], taken: []};
  const pixels = () => Object.keys(ttq._i || {});

  const identify = function (ids, user) {
    for (const id of ids) {
      const known = state.identities[id] = Object.assign({}, state.identities[id]);
      for (const key of Object.keys(user || {})) known[KEYS[key] || key] = user[key];
    }
  };
  const send = function (call) {
    if (state.consent === 'revoked') return;
    if (!isTaken()) report(Object.assign({state: 'queued'}, call));
    else if (state.consent === 'held') state.held.push(call);
    else report(Object.assign({state: 'sent'}, call));
  };
  const isTaken = () => Boolean(ttq.observed);
  const call = function (method, id, addressed, event, params, options) {
    send({
      method, account: id, addressed, event, params: params || {},
      event_id: (options && options.event_id) || undefined,
      identify: Object.assign({}, state.identities[id]),
    });
  };

  // `pixel` is that of ttq.instance(id), or undefined.
  const run = function (pixel, entry) {
    const [method, ...list] = Array.from(entry);
    const ids = pixel === undefined ? pixels() : [pixel];
    switch (method) {
      case 'page': return ids.forEach((id) => call('page', id, pixel !== undefined, 'Pageview', {}, list[0]));
      case 'track': {
        const options = list[2] || {};
        const named = options.pixel_code ? [].concat(options.pixel_code) : ids;
        const addressed = pixel !== undefined || Boolean(options.pixel_code);
        return named.forEach((id) => call('track', id, addressed, list[0], list[1], options));
      }
      case 'identify':
        report({method, state: isTaken() ? 'sent' : 'queued', account: ids.join(' '), addressed: pixel !== undefined,
          identify: list[0]});
        return identify(ids, list[0]);
      case 'holdConsent': state.consent = 'held'; return undefined;
      case 'revokeConsent':
        report({method: 'consent', event: method, state: isTaken() ? 'sent' : 'queued', account: ids.join(' '),
          addressed: pixel !== undefined});
        state.consent = 'revoked';
        state.held = [];
        return undefined;
      case 'grantConsent':
        state.consent = 'granted';
        return state.held.splice(0).forEach(send);
      default: return undefined;
    }
  };

  if (!isLoaded) {
    if (isTaken()) return state.held.forEach((one) => report(Object.assign({state: 'queued'}, one)));
    if (Array.isArray(ttq)) Array.from(ttq).forEach((entry) => run(undefined, entry));
    for (const id of pixels()) Array.from(ttq._i[id] || []).forEach((entry) => run(id, entry));
    return;
  }

  ttq.observed = state;
  const takeOver = function (queue, pixel) {
    const waiting = Array.isArray(queue) ? queue.splice(0) : [];
    if (!state.taken.includes(queue)) {
      state.taken.push(queue);
      for (const method of ttq.methods || METHODS) {
        queue[method] = function () { run(pixel, [method].concat(Array.from(arguments))); };
      }
      queue.push = (...entries) => { entries.forEach((entry) => run(pixel, entry)); return 0; };
    }
    waiting.forEach((entry) => run(pixel, entry));
  };
  takeOver(ttq, undefined);
  for (const id of pixels()) if (ttq._i[id]) takeOver(ttq._i[id], id);
  ttq.instance = (id) => {
    ttq._i = ttq._i || {};
    if (!ttq._i[id]) ttq._i[id] = [];
    takeOver(ttq._i[id], id);
    return ttq._i[id];
  };

  // The pixel's own history observer: one page view for each change of the address, unless it is off.
  if (state.watching) return;
  state.watching = true;
  let address = window.location.href;
  const moved = function () {
    if (window.location.href === address) return;
    address = window.location.href;
    for (const id of pixels()) {
      const options = (ttq._o || {})[id] || {};
      if (options.historyObserver !== false) call('page', id, true, 'Pageview', {}, {});
    }
  };
  for (const name of ['pushState', 'replaceState']) {
    const original = window.history[name];
    window.history[name] = function () {
      const result = original.apply(this, arguments);
      moved();
      return result;
    };
  }
  window.addEventListener('popstate', moved);
})
