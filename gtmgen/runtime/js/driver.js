// Plays the steps of a scenario in the page; the host in Python lets time pass between them.
(function (rt) {
  'use strict';

  const record = function (name) {
    const hook = function (...list) {
      rt.records.calls.push({step: rt.currentStep, name, args: list.map((one) => rt.describe(one))});
    };
    const parts = name.split('.');
    let target = rt.host.window;
    for (const part of parts.slice(0, -1)) target = target[part] = target[part] || {};
    target[parts[parts.length - 1]] = hook;
  };

  const push = (...entries) => {
    const window = rt.host.window;
    const name = rt.dataLayerName;
    window[name] = window[name] || [];
    for (const one of entries) window[name].push(one);
  };
  const gtag = (list) => push(rt.argumentsOf(...list.map(rt.revive)));

  rt.driver = {
    // What a page has before GTM: recorders, consent defaults, messages.
    open(step, page) {
      rt.currentStep = step;
      rt.openPage(page);
    },
    now: () => rt.now(),
    runTask: (until) => rt.runTask(until),
    state: () => rt.pageState(),
    records: () => rt.records,
    doing: () => rt.doing,
    prepare(scenario, dataLayerName) {
      rt.dataLayerName = dataLayerName;
      for (const name of scenario.record || []) if (!name.includes(':')) record(name);
      if (scenario.consentDefault) gtag(['consent', 'default', scenario.consentDefault]);
      for (const one of scenario.dataLayer || []) push(rt.revive(one));
    },
    // In QuickJS: the scripts of the page's HTML, with the snippet where it stands among them.
    load(scenario, html, dataLayerName) {
      rt.driver.prepare(scenario, dataLayerName);
      const at = (html || '').indexOf('<!--GTM-->');
      const scripts = rt.scriptsOf(html || '');
      const run = (list) => list.forEach((one) => {
        if (one.src) rt.host.loadScript(one.src);
        else rt.runPageCode(() => rt.host.evaluate(rt.globalScript(one.code)));
      });
      if (at >= 0) run(scripts.filter((one) => one.index < at));
      push({'gtm.start': rt.host.now(), event: 'gtm.js'});
      run(at >= 0 ? scripts.filter((one) => one.index > at) : scripts);
      return undefined;
    },
    // Plays one step. {wait} when time has to pass, {unsupported} when it needs a DOM.
    play(index, step) {
      rt.currentStep = index;
      const window = rt.host.window;
      if ('push' in step) push(...(Array.isArray(step.push) ? step.push : [step.push]).map(rt.revive));
      else if ('gtag' in step) gtag(step.gtag);
      else if ('consentUpdate' in step) gtag(['consent', 'update', step.consentUpdate]);
      else if ('pushState' in step) rt.runPageCode(() => window.history.pushState(rt.revive('state' in step ? step.state : null), '', step.pushState));
      else if ('replaceState' in step) rt.runPageCode(() => window.history.replaceState(rt.revive('state' in step ? step.state : null), '', step.replaceState));
      else if ('hash' in step) rt.page.changeHash(step.hash);
      else if ('back' in step) window.history.back();
      else if ('forward' in step) window.history.forward();
      else if ('error' in step) rt.host.setTimeout(() => { throw new Error(step.error); }, 0);
      else if ('eval' in step) evaluatePage(step.eval);
      else if ('cookie' in step) rt.host.setCookie(step.cookie);
      else if ('wait' in step) return {wait: step.wait};
      else if ('goto' in step) rt.page.leave(step.goto, 'goto');
      else if ('navigate' in step) rt.page.leave(step.navigate, 'navigate');
      else if ('reload' in step) rt.page.reload();
      else return {unsupported: Object.keys(step)[0]};
      return {};
    },
    // The messages that stand in the data layer: {own: pushed by GTM itself, message}.
    dataLayer: () => (rt.dataLayer.entries() || []).map((one) => ({own: rt.isOwnMessage(one), message: rt.describe(one)})),
  };

  // An expression's value is recorded; statements only when they return something.
  const evaluatePage = function (code) {
    const window = rt.host.window;
    rt.runPageCode(() => {
      let compiled;
      let isExpression = true;
      try { compiled = window.eval(`(function(){return (${code}\n)})`); } catch (error) {
        isExpression = false;
        compiled = window.eval(`(function(){${code}\n})`);
      }
      const value = compiled.call(window);
      if (isExpression || value !== undefined) rt.records.evals.push({step: rt.currentStep, value: rt.describe(value)});
    });
  };
})
