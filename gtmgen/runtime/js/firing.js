// What happens on an event: triggers are decided, tags start, sequences run, callbacks follow.
// Seen in gtm.js: vectors fire-*, seq-*, ev-*, group-*, consent-*.
(function (rt) {
  'use strict';

  // ------------------------------------------------------------------------- triggers
  // At most once an event, whatever number of triggers has it (cond-evaluated-once).
  const decideCondition = function (one, decided) {
    let result = decided.get(one.key);
    if (result === undefined) {
      const left = rt.resolveText(one.left);
      const right = rt.resolveText(one.right);
      result = {holds: rt.holds(one.type, left, right, one.ignoreCase), left, right};
      decided.set(one.key, result);
    }
    return result;
  };

  // true, false, or null when a condition threw: then nothing fires, and an exception blocks.
  const decideTrigger = function (trigger, decided, trace) {
    if (trigger.never) return false;
    if (!trace && trigger.event !== undefined && trigger.event !== rt.event.name) return false;
    let result = true;
    for (const one of trigger.ordered) {
      const {holds, left, right} = decideCondition(one, decided);
      if (trace) trace(one, holds, left, right);
      if (holds === null) result = null;
      else if (holds === one.negate) result = false;
      if (result !== true) break;
    }
    return result;
  };

  const traceOf = function (trigger, decided) {
    const seen = new Map();
    const matched = decideTrigger(trigger, decided, (one, holds, left, right) =>
      seen.set(one, {holds: holds === null ? null : holds !== one.negate, left, right}));
    const conditions = trigger.conditions.filter((one) => !one.implicit || seen.has(one)).map((one) => {
      const found = seen.get(one);
      return {
        type: one.type, negate: one.negate, ignore_case: one.ignoreCase, left: one.left, right: one.right,
        left_value: found ? rt.describe(found.left) : null, right_value: found ? rt.describe(found.right) : null,
        holds: found ? found.holds : null, evaluated: Boolean(found),
      };
    });
    return {trigger: trigger.name, id: trigger.id, type: trigger.type, matched: matched === true, conditions, result: matched};
  };

  // ------------------------------------------------------------------------------ tags
  const pageState = new Map();  // ONCE_PER_LOAD: tag -> 'running' | 'success' | 'failure'
  const pageWaiting = new Map();

  const scheduled = (tag) => {
    const now = rt.host.now();
    return (tag.start === undefined || now >= tag.start) && (tag.end === undefined || now <= tag.end);
  };

  const missingConsent = (tag) => tag.consent.filter((type) => !rt.consent.isGranted(type));

  // Runs a tag of an event: once per event, whoever asks; `done(succeeded)` is called when it ended.
  const request = function (run, tag, done) {
    if (tag.option === 'ONCE_PER_LOAD') {
      // An attempt that consent denied, or that failed, has used it up; one that an exception
      // blocks never comes here, and uses nothing (fire-load-denied, -failed, -blocked).
      const state = pageState.get(tag);
      if (state === 'running') return void pageWaiting.get(tag).push(done);
      if (state) {
        if (run.started.get(tag) === undefined) run.note(tag, 'once', 'it has run, or was tried, on this page');
        return void done(state === 'success');
      }
    } else if (tag.option === 'ONCE_PER_EVENT') {
      const state = run.started.get(tag);
      if (state) {
        if (state.ended === undefined) state.waiting.push(done);
        else done(state.ended);
        return;
      }
    }
    const state = {waiting: [done], ended: undefined};
    run.started.set(tag, state);
    if (tag.option === 'ONCE_PER_LOAD') {
      pageState.set(tag, 'running');
      pageWaiting.set(tag, state.waiting);
    }
    const finish = function (succeeded) {
      if (state.ended !== undefined) return;
      state.ended = succeeded;
      if (tag.option === 'ONCE_PER_LOAD') pageState.set(tag, succeeded ? 'success' : 'failure');
      for (const one of state.waiting.splice(0)) one(succeeded);
    };
    start(run, tag, finish);
  };

  const start = function (run, tag, finish) {
    if (tag.paused) {
      run.note(tag, 'paused', 'the tag is paused');
      return finish(false);
    }
    if (!scheduled(tag)) {
      run.note(tag, 'schedule', 'the tag is not scheduled for this time');
      return finish(false);
    }
    execute(run, tag, finish);
  };

  const execute = function (run, tag, finish) {
    // As it is now, and only now: no later update brings the tag back (consent-wait-*).
    const lacking = missingConsent(tag);
    if (lacking.length) {
      run.note(tag, 'consent', `${lacking.join(', ')} not granted`);
      return finish(false);
    }
    const previous = rt.event;
    const doing = rt.doing;
    const currentTag = rt.currentTag;
    rt.event = run.event;
    rt.currentTag = tag.name;
    rt.doing = `the tag \`${tag.name}\`${tag.template ? ` (template \`${tag.template.name}\`)` : ''}`;
    let fields;
    const record = {step: rt.currentStep, event: run.event.name, tag: tag.name};
    const entry = run.note(tag, 'fired', '');
    let over = false;
    const started = rt.host.now();
    // What addEventCallback tells of the tag: it counts as timed out until it has ended.
    const report = {...eventMetadata(tag), id: tag.id, status: 'timeout', executionTime: 0};
    run.reports.push(report);
    const threw = () => { report.status = 'exception'; };
    const end = (succeeded) => {
      if (over) return;
      over = true;
      entry.outcome = succeeded ? 'success' : 'failure';
      if (report.status === 'timeout') report.status = entry.outcome;
      report.executionTime = rt.host.now() - started;
      finish(succeeded);
    };
    try {
      fields = rt.resolveTag(tag);
      const described = rt.describe(fields);
      entry.fields = described;
      const params = rt.recordedParameters(tag, fields);
      const fired = params ? {...record, params: rt.describe(params)} : record;
      rt.records.fired.push(fired);
      rt.records.fields.push({...record, fields: described});
      // Custom HTML counts as fired when its script ran: a page's policy can forbid that.
      const blocked = () => {
        rt.records.fired.splice(rt.records.fired.indexOf(fired), 1);
        entry.why = 'the page\'s Content-Security-Policy blocks its scripts';
      };
      rt.runTag(tag, fields, {eventId: run.event.id, blocked, threw}, () => end(true), () => end(false));
    } catch (error) {
      rt.reportError(`tag ${tag.name}`, error);
      threw();
      end(false);
    } finally {
      rt.event = previous;
      rt.doing = doing;
      rt.currentTag = currentTag;
    }
  };

  const eventMetadata = function (tag) {
    const data = tag.raw.monitoringMetadata ? rt.resolveParameter(tag.raw.monitoringMetadata) : {};
    const key = tag.raw.monitoringMetadataTagNameKey;
    if (key) rt.setOwn(data, key, tag.name);
    return data;
  };

  // A tag with its setup and teardown tags. Consent stops the main tag alone.
  const sequence = function (run, tag, done) {
    const teardown = (succeeded) => {
      const next = (index) => {
        const one = tag.teardown[index];
        if (!one) return done(succeeded);
        const other = rt.container.tagsByName.get(one.name);
        if (!other || (one.stop && !succeeded)) return next(index + 1);
        sequence(run, other, () => next(index + 1));
      };
      next(0);
    };
    const main = () => request(run, tag, teardown);
    const setup = (index) => {
      const one = tag.setup[index];
      if (!one) return main();
      const other = rt.container.tagsByName.get(one.name);
      if (!other) return setup(index + 1);
      requestSequence(run, other, (succeeded) => {
        if (!succeeded && one.stop) {
          run.note(tag, 'setup_failed', `its setup tag ${one.name} failed`);
          return done(false);
        }
        setup(index + 1);
      });
    };
    setup(0);
  };

  // A setup tag is shared: the tags of one event that need it wait for the same run.
  const requestSequence = function (run, tag, done) {
    if (tag.option === 'UNLIMITED') return void sequence(run, tag, done);
    const shared = run.sequences.get(tag);
    if (shared) {
      if (shared.ended === undefined) shared.waiting.push(done);
      else done(shared.ended);
      return;
    }
    const state = {waiting: [done], ended: undefined};
    run.sequences.set(tag, state);
    sequence(run, tag, (succeeded) => {
      if (state.ended !== undefined) return;
      state.ended = succeeded;
      for (const one of state.waiting.splice(0)) one(succeeded);
    });
  };

  // ---------------------------------------------------------------------------- events
  rt.handleEvent = function (event) {
    rt.event = event;
    const decided = new Map();
    const byTrigger = new Map();
    const trace = [];
    for (const trigger of rt.container.triggers.values()) {
      let result;
      if (rt.options.trace && trigger.watched) {
        const entry = traceOf(trigger, decided);
        result = entry.result;
        delete entry.result;
        trace.push(entry);
      } else {
        result = trigger.watched ? decideTrigger(trigger, decided, null) : false;
      }
      byTrigger.set(trigger.id, result);
    }
    const entry = {
      step: rt.currentStep, id: event.id, event: event.name, url: rt.host.location().href,
      referrer: rt.host.referrer(), title: rt.host.title(),
      message: rt.options.trace ? rt.describe(event.message) : null, consent: rt.consent.snapshot(),
      triggers: trace, tags: [], time: rt.host.now(),
    };
    rt.records.events.push(entry);
    const run = {
      event, started: new Map(), sequences: new Map(), reports: [],
      note(tag, status, why) {
        const one = {tag: tag.name, id: tag.id, type: tag.type, status, why, fields: null,
          outcome: status === 'fired' ? 'pending' : null, step: rt.currentStep};
        entry.tags.push(one);
        return one;
      },
    };
    startListeners(byTrigger, event);
    countGroups(byTrigger);
    runTags(run, byTrigger, event);
  };

  const runTags = function (run, byTrigger, event) {
    const chosen = [];
    // By tag, not by trigger: two that match fire it once, UNLIMITED or not. The container has the
    // tags sorted by priority already, as gtm.js has them compiled.
    for (const tag of rt.container.tags) {
      if (!tag.firing.some((id) => byTrigger.get(id) === true)) continue;
      // One whose condition threw (null) blocks as well (cond-tostring-throws).
      const blocking = tag.blocking.find((id) => byTrigger.get(id) !== false && byTrigger.has(id));
      if (blocking !== undefined) {
        run.note(tag, 'blocked', `by the trigger ${rt.container.triggers.get(blocking).name}`);
      } else {
        chosen.push(tag);
      }
    }
    let left = chosen.length + 1;
    let called = false;
    event.tagCallbacks = [];
    const callback = () => {
      if (called) return;
      called = true;
      for (const one of event.tagCallbacks) one({tags: run.reports.map((report) => ({...report}))});
      if (typeof event.callback !== 'function') return;
      try { event.callback(rt.container.publicId); } catch (error) { rt.reportError('eventCallback', error); }
    };
    const ended = () => {
      left -= 1;
      if (left === 0 && (event.callback || event.tagCallbacks.length)) rt.host.setTimeout(callback, 0);
    };
    if (Number(event.timeout) > 0) rt.host.setTimeout(callback, Number(event.timeout));
    for (const tag of chosen) {
      rt.event = event;
      requestSequence(run, tag, ended);
    }
    ended();
  };

  // ------------------------------------------------------------------------- listeners
  const LISTENED = new Set(['LINK_CLICK', 'FORM_SUBMISSION', 'TIMER', 'SCROLL_DEPTH', 'ELEMENT_VISIBILITY',
    'YOU_TUBE_VIDEO']);
  const ONE_PER_PAGE = new Set(['CLICK', 'HISTORY_CHANGE', 'JS_ERROR']);
  const running = new Set();

  const startListeners = function (byTrigger, event) {
    if (event.name !== 'gtm.js') return;
    const decided = new Map();
    for (const trigger of rt.container.triggers.values()) {
      if (!trigger.watched) continue;
      if (ONE_PER_PAGE.has(trigger.type)) listen(trigger.type, trigger.type, trigger);
      if (!LISTENED.has(trigger.type)) continue;
      const enabled = trigger.enabling.every((one) => {
        const {holds} = decideCondition(one, decided);
        return holds !== null && holds !== one.negate;
      });
      if (enabled) listen(trigger.id, trigger.type, trigger);
    }
  };
  const listen = function (key, type, trigger) {
    if (running.has(key)) return;
    running.add(key);
    const listener = rt.listeners[type];
    const raw = trigger.raw;
    const value = (name) => (raw[name] ? rt.resolveParameter(raw[name]) : undefined);
    listener({
      triggerId: trigger.id, uniqueId: trigger.unique, parameters: rt.resolveParameters(raw.parameter),
      waitForTags: value('waitForTags') === true || value('waitForTags') === 'true',
      checkValidation: value('checkValidation') === true || value('checkValidation') === 'true',
      waitForTagsTimeout: value('waitForTagsTimeout'), eventName: value('eventName'),
      interval: value('interval'), limit: value('limit'),
    });
  };
  rt.listeners = {};

  // ---------------------------------------------------------------------------- groups
  let groups;
  const countGroups = function (byTrigger) {
    groups = groups || [...rt.container.triggers.values()].filter((one) => one.type === 'TRIGGER_GROUP' && one.watched)
      .map((trigger) => ({trigger, open: members(trigger)}));
    for (const group of groups) {
      if (!group.open.length) continue;
      for (const [id, holds] of byTrigger) {
        if (holds !== true) continue;
        const at = group.open.indexOf(id);
        if (at >= 0) group.open.splice(at, 1);
      }
      if (group.open.length) continue;
      const message = {event: 'gtm.triggerGroup', 'gtm.triggers': group.trigger.unique};
      rt.host.setTimeout(() => rt.pushFromListener(message), 0);
    }
  };
  const members = (trigger) => {
    const list = (trigger.raw.parameter || []).find((one) => one.key === 'triggerIds');
    return list ? (list.list || []).map((one) => String(one.value)) : [];
  };
  rt.groupMembers = members;

  // Only triggers that something uses are part of a published container.
  rt.watchTriggers = function () {
    const watch = function (id) {
      const trigger = rt.container.triggers.get(id);
      if (!trigger || trigger.watched) return;
      trigger.watched = true;
      if (trigger.type === 'TRIGGER_GROUP') members(trigger).forEach(watch);
    };
    for (const tag of rt.container.tags) tag.firing.concat(tag.blocking).forEach(watch);
  };
})
