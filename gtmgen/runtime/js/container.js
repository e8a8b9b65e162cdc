// A container's export as the runtime uses it: variables by name, triggers by ID with their
// conditions, tags in the order in which they start.
(function (rt) {
  'use strict';

  // Triggers that GTM has of its own, by their fixed IDs.
  const BUILT_IN_TRIGGERS = {
    2147479553: 'PAGEVIEW', 2147479573: 'INIT', 2147479572: 'CONSENT_INIT', 2147479574: 'ALWAYS',
  };
  const EVENTS = {
    CONSENT_INIT: 'gtm.init_consent', INIT: 'gtm.init', PAGEVIEW: 'gtm.js', DOM_READY: 'gtm.dom',
    WINDOW_LOADED: 'gtm.load', HISTORY_CHANGE: 'gtm.historyChange', CLICK: 'gtm.click',
    LINK_CLICK: 'gtm.linkClick', FORM_SUBMISSION: 'gtm.formSubmit', TIMER: 'gtm.timer',
    SCROLL_DEPTH: 'gtm.scrollDepth', ELEMENT_VISIBILITY: 'gtm.elementVisibility',
    JS_ERROR: 'gtm.pageError', YOU_TUBE_VIDEO: 'gtm.video', TRIGGER_GROUP: 'gtm.triggerGroup',
  };
  // Their listeners tell in gtm.triggers which triggers a message is meant for.
  const WITH_LISTENER = new Set(['LINK_CLICK', 'FORM_SUBMISSION', 'TIMER', 'SCROLL_DEPTH',
    'ELEMENT_VISIBILITY', 'YOU_TUBE_VIDEO', 'TRIGGER_GROUP']);

  const byKey = function (parameters) {
    const result = {};
    for (const one of parameters || []) result[one.key] = one;
    return result;
  };
  const condition = function (raw) {
    const parameters = byKey(raw.parameter);
    const isTrue = (one) => Boolean(one && one.value === 'true');
    const value = (one) => (one && one.value !== undefined ? String(one.value) : '');
    const result = {
      type: raw.type, left: value(parameters.arg0), right: value(parameters.arg1),
      negate: isTrue(parameters.negate), ignoreCase: isTrue(parameters.ignore_case),
    };
    result.key = `${result.type}\0${result.ignoreCase}\0${result.left}\0${result.right}`;
    return result;
  };
  const conditions = (list) => (list || []).map(condition);
  const eventIs = (name) => ({
    type: 'EQUALS', left: '{{_event}}', right: name, negate: false, ignoreCase: false, key: `event ${name}`,
  });

  const trigger = function (raw, containerId) {
    const unique = `${containerId}_${raw.triggerId}`;
    const result = {
      id: String(raw.triggerId), name: raw.name, type: raw.type, unique, raw,
      enabling: conditions(raw.autoEventFilter), conditions: [],
    };
    if (raw.type === 'CUSTOM_EVENT') {
      result.conditions.push(...conditions(raw.customEventFilter));
    } else if (Object.hasOwn(EVENTS, raw.type)) {
      const own = raw.type === 'TIMER' && raw.eventName && raw.eventName.value;
      result.conditions.push(eventIs(own || EVENTS[raw.type]));
    } else if (raw.type !== 'ALWAYS') {
      rt.addOnce(rt.records.unsupported, `trigger type ${raw.type}`);
      result.never = true;
    }
    if (WITH_LISTENER.has(raw.type)) {
      const id = unique.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      result.conditions.push({
        type: 'MATCH_REGEX', left: '{{gtm.triggers}}', right: `(^$|((^|,)${id}($|,)))`, negate: false,
        ignoreCase: false, key: `triggers ${unique}`, implicit: true,
      });
    }
    result.conditions.push(...conditions(raw.filter));
    // A negated one is an `unless` of gtm.js's rules, which stands behind all others: what it would
    // read is never asked for where one of those does not hold.
    result.ordered = result.conditions.filter((one) => !one.negate).concat(result.conditions.filter((one) => one.negate));
    // The one event that the trigger waits for, when it is a plain name: no other needs its conditions.
    const [first] = result.ordered;
    if (first && first.type === 'EQUALS' && first.left === '{{_event}}' && !first.negate && !rt.hasReference(first.right)) {
      result.event = first.right;
    }
    return result;
  };

  const consentTypes = function (raw) {
    const settings = raw.consentSettings;
    if (!settings || settings.consentStatus !== 'NEEDED' || !settings.consentType) return [];
    return (settings.consentType.list || []).map((one) => one.value).filter(Boolean);
  };

  const tag = function (raw, template) {
    return {
      id: Number(raw.tagId), name: raw.name, type: raw.type, raw, template,
      firing: (raw.firingTriggerId || []).map(String),
      blocking: (raw.blockingTriggerId || []).map(String),
      priority: Number((raw.priority && raw.priority.value) || 0),
      option: raw.tagFiringOption === 'ONCE_PER_LOAD' || raw.tagFiringOption === 'UNLIMITED'
        ? raw.tagFiringOption : 'ONCE_PER_EVENT',
      paused: raw.paused === true, consent: consentTypes(raw),
      setup: (raw.setupTag || []).map((one) => ({name: one.tagName, stop: one.stopOnSetupFailure === true})),
      teardown: (raw.teardownTag || []).map((one) => ({name: one.tagName, stop: one.stopTeardownOnFailure === true})),
      start: raw.scheduleStartMs ? Number(raw.scheduleStartMs) : undefined,
      end: raw.scheduleEndMs ? Number(raw.scheduleEndMs) : undefined,
    };
  };

  // Higher priority first. Tags of equal priority start in an order that Google's compiler decides;
  // seen in every published container: Custom HTML comes after all other types.
  const order = (one, other) => other.priority - one.priority
    || Number(one.type === 'html') - Number(other.type === 'html') || one.position - other.position;

  rt.loadContainer = function (version, templates) {
    const containerId = String(version.containerId);
    const container = {
      containerId, publicId: (version.container || {}).publicId || '',
      versionId: String(version.containerVersionId || '1'), variables: new Map(), triggers: new Map(),
      tags: [], tagsByName: new Map(), name: (version.container || {}).name,
    };
    rt.container = container;
    for (const raw of version.builtInVariable || []) {
      const builtIn = rt.builtInVariable(raw.type);
      if (builtIn) container.variables.set(raw.name, {name: raw.name, ...builtIn});
    }
    container.variables.set('gtm.triggers', {name: 'gtm.triggers', type: 'v',
      fields: {name: 'gtm.triggers', dataLayerVersion: 2, setDefaultValue: true, defaultValue: ''}});
    for (const raw of version.variable || []) {
      const template = templates[raw.type];
      if (raw.type.startsWith('cvt_') && !template) {
        rt.addOnce(rt.records.unsupported, `variable type ${raw.type} (no such template)`);
      }
      container.variables.set(raw.name, {...raw, template});
    }
    for (const [id, type] of Object.entries(BUILT_IN_TRIGGERS)) {
      container.triggers.set(id, trigger({triggerId: id, name: type, type}, containerId));
    }
    for (const raw of version.trigger || []) {
      container.triggers.set(String(raw.triggerId), trigger(raw, containerId));
    }
    (version.tag || []).forEach((raw, position) => {
      const one = tag(raw, templates[raw.type]);
      one.position = position;
      container.tags.push(one);
      if (!container.tagsByName.has(one.name)) container.tagsByName.set(one.name, one);
    });
    container.tags.sort(order);
    return container;
  };
})
