// Virtual time, the tasks that wait in it, and repeatable chance: for the hosts in QuickJS.
(function (rt) {
  'use strict';

  const tasks = [];
  let order = 0;
  let now = 0;
  rt.schedule = function (task, delay, every, args) {
    order += 1;
    tasks.push({id: order, at: now + Math.max(0, Number(delay) || 0), order, task, every, args});
    return order;
  };
  rt.cancel = function (id) {
    const at = tasks.findIndex((one) => one.id === id);
    if (at >= 0) tasks.splice(at, 1);
  };
  // Runs the next task that is due until then. False when there is none.
  rt.runTask = function (until) {
    let next;
    for (const one of tasks) {
      if (one.at <= until && (!next || one.at < next.at || (one.at === next.at && one.order < next.order))) next = one;
    }
    if (!next) {
      now = Math.max(now, until);
      return false;
    }
    now = Math.max(now, next.at);
    if (next.every === undefined) {
      rt.cancel(next.id);
    } else {
      order += 1;
      next.order = order;
      next.at = now + Math.max(1, next.every);
    }
    rt.runPageCode(() => next.task.apply(globalThis, next.args || []));
    return true;
  };
  rt.hasTask = (until) => tasks.some((one) => one.at <= until);
  // Runs the next task, whenever it is due. False when there is none.
  rt.runNextTask = () => tasks.length > 0 && rt.runTask(Math.min(...tasks.map((one) => one.at)));
  rt.now = () => now;
  // Nothing happens until `time`; the past stays the past.
  rt.wait = (time) => { now = Math.max(now, Number(time) || 0); };

  let seed = 1;
  rt.random = function () {  // Park and Miller's minimal standard generator: repeatable
    seed = (seed * 48271) % 2147483647;
    return (seed - 1) / 2147483646;
  };

  // `time` is in milliseconds since 1970.
  rt.startClock = function (time, start) {
    now = time;
    seed = 1 + (Math.abs((start === undefined ? 1 : start) * 7919 + 12345) % 2147483645);
  };
})
