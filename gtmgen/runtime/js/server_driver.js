// Starts a server container and hands it requests; the host in Python lets time pass between them.
(function (rt) {
  'use strict';

  rt.options = {};
  rt.boot = function (version, templates, options) {
    rt.options = options || {};
    rt.loadContainer(version, templates);
    rt.watchTriggers();
    rt.loadClients(version, templates);
    for (const one of version.transformation || []) {
      rt.addOnce(rt.records.unsupported, `transformation type ${one.type}`);
    }
  };

  rt.driver = {
    open(options) { rt.openServer(options); },
    receive(step, request) {
      rt.currentStep = step;
      rt.openRequest(step, request);
      rt.askClients();
    },
    now: () => rt.now(),
    // Without a task that is due, the clock stays: the next request decides how late it is.
    runTask: (until) => rt.hasTask(until) && rt.runTask(until),
    records: () => rt.records,
    doing: () => rt.doing,
  };
})
