// Two faults that are not the shop's own messages: TikTok's code stands in the page beside the
// container. The queue is the one that every installation of the pixel makes.
window.installPixel = function (id) {
  'use strict';

  const ttq = window.ttq = window.ttq || [];
  ttq.methods = ['page', 'track', 'identify', 'instances', 'debug', 'on', 'off', 'once', 'ready', 'alias',
    'group', 'enableCookie', 'disableCookie', 'holdConsent', 'revokeConsent', 'grantConsent'];
  const addMethods = function (queue) {
    for (const name of ttq.methods) {
      queue[name] = queue[name] || function (...list) { queue.push([name, ...list]); };
    }
  };
  addMethods(ttq);
  ttq._i = ttq._i || {};
  ttq._i[id] = ttq._i[id] || [];
  addMethods(ttq._i[id]);
  ttq._o = ttq._o || {};
  ttq._o[id] = {historyObserver: false};
  ttq.instance = ttq.instance || ((name) => ttq._i[name]);
  const script = document.createElement('script');
  script.async = true;
  script.src = `https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${id}&lib=ttq`;
  document.head.append(script);
  return ttq.instance(id);
};

// The pixel is called at once, whatever the visitor chooses.
if (window.shopFault === 'consent-ignored') window.installPixel('{{pixel}}').page();
