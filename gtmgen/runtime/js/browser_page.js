// Runs in a real page before its own scripts: virtual time, recorders, and the door for the driver.
// The clock stands still until the driver lets time pass, so that a wait costs no time; each timer's
// task is a task of the browser, so that an error in it is an uncaught error as always.
(function (modules, setup) {
  'use strict';

  const window = globalThis;
  if (window.top !== window) return;
  const report = window[setup.binding];
  delete window[setup.binding];

  const rt = {host: {window}};
  for (const module of modules) module(rt);
  const records = rt.records;
  records.logs = [];

  // ------------------------------------------------------------------------------- clock
  const native = {
    Date: window.Date, setTimeout: window.setTimeout.bind(window), stringify: JSON.stringify,
    Promise: window.Promise, performance: window.performance,
  };
  const passed = function () {
    const [entry] = native.performance.getEntriesByType('navigation');
    const timing = entry && (entry.serverTiming || []).find((one) => one.name === 'passed');
    return timing ? timing.duration : 0;
  };
  const opened = setup.now + passed();
  let now = opened;
  let order = 0;
  let depth = 0;
  const timers = new Map();
  const CLAMP = 4;  // HTML: a timer that a timer of a timer … sets waits for at least 4 ms
  const CLAMPED_DEPTH = 5;
  const schedule = function (task, delay, repeats, list) {
    order += 1;
    let wait = Math.max(0, Number(delay) || 0);
    if (depth >= CLAMPED_DEPTH) wait = Math.max(CLAMP, wait);
    const every = repeats ? Math.max(1, wait) : undefined;
    timers.set(order, {id: order, order, at: now + (every || wait), every, depth: depth + 1,
      run: typeof task === 'function' ? () => task.apply(window, list) : () => (0, window.eval)(String(task))});
    return order;
  };
  window.setTimeout = function setTimeout(task, delay, ...list) { return schedule(task, delay, false, list); };
  window.setInterval = function setInterval(task, delay, ...list) { return schedule(task, delay, true, list); };
  window.clearTimeout = function clearTimeout(id) { timers.delete(id); };
  window.clearInterval = function clearInterval(id) { timers.delete(id); };

  const earliest = function () {
    let next;
    for (const one of timers.values()) {
      if (!next || one.at < next.at || (one.at === next.at && one.order < next.order)) next = one;
    }
    return next;
  };
  const channel = new window.MessageChannel();
  const waiting = [];
  channel.port1.onmessage = () => waiting.shift()();
  const runTimer = (timer) => new native.Promise((resolve) => {
    waiting.push(() => {
      resolve();
      if (!timers.has(timer.id)) return;
      if (timer.every === undefined) {
        timers.delete(timer.id);
      } else {
        order += 1;
        Object.assign(timer, {order, at: timer.at + timer.every});
      }
      depth = timer.depth;
      try { timer.run(); } finally { depth = 0; }
    });
    channel.port2.postMessage(0);
  });
  // Lets time pass until then: {now, next: when the next timer is due, ran: timers that ran}.
  const advance = async function (until, most) {
    let ran = 0;
    for (let next = earliest(); next && next.at <= until && ran < most; next = earliest()) {
      now = Math.max(now, next.at);
      await runTimer(next);
      ran += 1;
    }
    if (ran < most) now = Math.max(now, until);
    const next = earliest();
    return native.stringify({now, next: next ? next.at : null, ran});
  };

  // The prototype stays the browser's: a date that the browser makes is a Date, too.
  native.Date.now = () => Math.floor(now);
  window.Date = new window.Proxy(native.Date, {
    construct: (target, list, made) => Reflect.construct(target, list.length ? list : [now], made),
    apply: () => new native.Date(now).toString(),
  });
  native.Date.prototype.constructor = window.Date;
  const FRAME = 16;
  window.requestAnimationFrame = (task) => schedule(() => task(now - opened), FRAME, false, []);
  window.cancelAnimationFrame = window.clearTimeout;
  window.requestIdleCallback = (task) => schedule(() => task({didTimeout: false, timeRemaining: () => 1}), 1, false, []);
  window.cancelIdleCallback = window.clearTimeout;
  window.performance.now = () => now - opened;

  // ---------------------------------------------------------------------------- recorders
  let step = -1;
  let runtime;
  for (const name of setup.record) {
    const parts = name.split('.');
    let target = window;
    for (const part of parts.slice(0, -1)) target = target[part] = target[part] || {};
    target[parts[parts.length - 1]] = function (...list) {
      records.calls.push({step, name, args: list.map((one) => rt.describe(one))});
    };
  }
  for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
    const original = window.console[level];
    window.console[level] = function (...list) {
      records.logs.push({step, level, args: list.map((one) => rt.describe(one))});
      return original.apply(window.console, list);
    };
  }
  window.addEventListener('error', (event) => {
    if (typeof event.message === 'string') records.errors.push({step, where: 'page', message: event.message.replace(/^Uncaught (?:\w*Error: )?/, '')});
  }, true);

  const name = `${native.performance.timeOrigin} ${Math.random()}`;
  const collect = function () {
    const result = {document: name};
    const own = runtime ? runtime.records : {};
    for (const key of Object.keys(records)) result[key] = records[key].concat(own[key] || []);
    for (const key of Object.keys(own)) if (!(key in result)) result[key] = own[key];
    const list = window[setup.dataLayer];
    result.dataLayer = (Array.isArray(list) ? list : []).map((one) =>
      ({own: Boolean(runtime && runtime.isOwnMessage(one)), message: rt.describe(one)}));
    return native.stringify(result);
  };

  for (const type of ['beforeunload', 'pagehide']) window.addEventListener(type, () => { report(collect()); });

  // --------------------------------------------------------------------- the driver's door
  const controller = {
    advance, collect,
    now: () => now,
    setStep(value) {
      step = value;
      rt.currentStep = value;
      if (runtime) runtime.currentStep = value;
    },
    // False when this document has a runtime already.
    attach(other, at) {
      if (runtime) return false;
      runtime = other;
      controller.setStep(at);
      return true;
    },
    evaluate(code, isExpression) {
      const value = code.call(window);
      if (isExpression || value !== undefined) records.evals.push({step, value: rt.describe(value)});
    },
    pause: (milliseconds) => new native.Promise((resolve) => { native.setTimeout(resolve, milliseconds); }),
    throwLater(text) { native.setTimeout(() => { throw new Error(text); }, 0); },
  };
  Object.defineProperty(window, Symbol.for(setup.binding), {value: controller});
  setup.before(window);
})
