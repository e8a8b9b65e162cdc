// Starts the runtime on a page: what gtm.js does when its script runs.
(function (rt) {
  'use strict';

  rt.options = {};

  rt.boot = function (version, templates, options) {
    rt.options = options || {};
    const window = rt.host.window;
    rt.loadContainer(version, templates);
    rt.watchTriggers();
    const manager = window.google_tag_manager = window.google_tag_manager || {};
    manager.rm = manager.rm || {};
    manager.rm[rt.container.containerId] = rt.liveValue;
    const name = rt.options.dataLayer || 'dataLayer';
    manager[rt.container.publicId] = {
      dataLayer: {name, get: (key) => rt.dataLayer.get(key, 2), set: (key, value) => rt.dataLayer.push({[key]: value})},
    };
    rt.dataLayer.install(window, name);
    rt.host.onReady(() => rt.dataLayer.push({event: 'gtm.dom'}), () => rt.dataLayer.push({event: 'gtm.load'}));
  };
})
