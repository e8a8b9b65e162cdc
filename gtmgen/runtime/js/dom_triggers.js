// Listeners and variables that read the document: clicks, links, forms, scrolling, visibility, errors.
// Seen in gtm.js: vectors click-*, link-*, form-*, scroll-*, visible-*, error-*, aev-*, var-d-*.
(function (rt) {
  'use strict';

  const page = () => rt.host.window;
  const isSet = (value) => value === true || value === 'true';

  // ------------------------------------------------------------------- what an element tells
  const attribute = (element, name) => (element.getAttribute ? element.getAttribute(name) : null);
  // The element's own properties, as gtm.js reads them: a fragment without text stays "#". A field of a
  // form that is called action hides the form's property.
  const propertyOf = function (element, name) {
    if (attribute(element, name.toLowerCase()) === null) return '';
    const value = name in element ? element[name] : attribute(element, name);
    if (typeof value === 'string') return value;
    if (value && typeof value.animVal === 'string') return value.animVal;
    return value && value.tagName ? element.cloneNode(false)[name] : '';
  };
  const addressOf = function (element) {
    for (const name of ['formAction', 'action', 'href', 'src', 'code', 'codebase']) {
      const address = propertyOf(element, name);
      if (address) return address;
    }
    return '';
  };
  const textOf = function (element) {
    const text = element.innerText === undefined ? element.textContent : element.innerText;
    return (text || '').replace(/[\s\xa0]+/g, ' ').trim();
  };
  const elementKeys = (element) => ({
    'gtm.element': element, 'gtm.elementClasses': attribute(element, 'class') || '',
    'gtm.elementId': attribute(element, 'id') || '',
    'gtm.elementTarget': attribute(element, 'formtarget') || attribute(element, 'target') || '',
    'gtm.elementUrl': addressOf(element),
  });
  const onDocument = function (type, listener, capture) {
    const document = rt.host.document;
    if (!document) return false;
    document.addEventListener(type, listener, capture);
    return true;
  };

  // --------------------------------------------------------------------------------- clicks
  // In the capture phase: a page that stops the event does not hide it.
  rt.listeners.CLICK = function () {
    onDocument('click', (event) => {
      const element = event.target;
      if (element && element.nodeType === 1) rt.pushFromListener({event: 'gtm.click', ...elementKeys(element)});
    }, true);
  };

  // The triggers of one message, and how long the page waits for the tags.
  const enabled = (listeners, canceled) => listeners.filter((one) => !(one.checkValidation && canceled));
  const timeoutOf = function (listeners) {
    const waits = listeners.map((one) => Number(one.waitForTagsTimeout)).filter((one) => one > 0);
    return waits.length ? Math.max(...waits) : 2000;
  };
  const OWN_WINDOW = ['_self', '_parent', '_top'];
  const once = function (callback) {
    let called = false;
    return () => {
      if (!called) callback();
      called = true;
    };
  };

  const links = [];
  rt.listeners.LINK_CLICK = function (listener) {
    links.push(listener);
    if (links.length > 1) return;
    for (const type of ['click', 'auxclick']) onDocument(type, handleLink, false);
  };
  const handleLink = function (event) {
    const element = event.target && event.target.closest ? event.target.closest('a, area') : null;
    if (!element || event.button === 2 || (event.type === 'auxclick' && event.button !== 1)) return;
    const canceled = event.defaultPrevented || event.returnValue === false;
    const listeners = enabled(links, canceled);
    if (!listeners.length) return;
    const target = (attribute(element, 'target') || '').toLowerCase();
    const newWindow = event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1
      || (target !== '' && !OWN_WINDOW.includes(target));
    const waits = listeners.some((one) => one.waitForTags) && !canceled && !newWindow && attribute(element, 'href') !== null;
    const message = {event: 'gtm.linkClick', ...elementKeys(element), 'gtm.triggers': listeners.map((one) => one.uniqueId).join()};
    if (!waits) {
      message['gtm.elementText'] = textOf(element);
      message['gtm.willOpenInNewWindow'] = Boolean(newWindow);
    }
    const href = element.href;
    const script = /^\s*javascript:/i.test(attribute(element, 'href') || '');
    message.eventCallback = once(() => { if (waits && !script) page().location.href = href; });
    message.eventTimeout = timeoutOf(listeners);
    if (waits && !script) event.preventDefault();
    rt.pushFromListener(message);
  };

  // ---------------------------------------------------------------------------------- forms
  const forms = [];
  rt.listeners.FORM_SUBMISSION = function (listener) {
    forms.push(listener);
    if (forms.length > 1 || !rt.host.document) return;
    onDocument('submit', (event) => {
      const canceled = event.defaultPrevented || event.returnValue === false;
      submitted(event.target, canceled, event);
    }, false);
    // A script that calls submit() makes no submit event.
    const prototype = page().HTMLFormElement.prototype;
    const submit = prototype.submit;
    rt.submitForm = (form) => submit.call(form);
    prototype.submit = function () {
      if (!submitted(this, false, null)) submit.call(this);
    };
  };
  // True when the form is sent later, after the tags.
  const submitted = function (form, canceled, event) {
    const listeners = enabled(forms, canceled);
    if (!listeners.length) return false;
    const button = event && event.submitter;
    const target = ((button && attribute(button, 'formtarget')) || attribute(form, 'target') || '_self').toLowerCase();
    const waits = listeners.some((one) => one.waitForTags) && !canceled && OWN_WINDOW.includes(target);
    if (waits && event) event.preventDefault();
    const send = once(() => {
      if (!waits) return;
      if (button && button.name) {
        const field = rt.host.document.createElement('input');
        field.type = 'hidden';
        field.name = button.name;
        field.value = button.value;
        form.appendChild(field);
      }
      rt.submitForm(form);
    });
    rt.pushFromListener({
      event: 'gtm.formSubmit', ...elementKeys(form), 'gtm.triggers': listeners.map((one) => one.uniqueId).join(),
      'gtm.formCanceled': Boolean(canceled), eventCallback: send, eventTimeout: timeoutOf(listeners),
    });
    return waits;
  };

  // --------------------------------------------------------------------------------- errors
  rt.listeners.JS_ERROR = function () {
    page().addEventListener('error', (event) => {
      if (typeof event.message !== 'string') return;  // an image or script that does not load
      rt.pushFromListener({
        event: 'gtm.pageError', 'gtm.errorMessage': event.message, 'gtm.errorUrl': event.filename || '',
        'gtm.errorLineNumber': event.lineno || 0,
      });
    });
  };

  // ------------------------------------------------------------------------------ scrolling
  const START = {DOM_READY: 'ready', WINDOW_LOAD: 'loaded'};
  const startAt = function (option, work) {
    const document = rt.host.document;
    const wanted = START[option];
    if (!document || (wanted === 'ready' && document.readyState !== 'loading')
      || (wanted === 'loaded' && document.readyState === 'complete') || !wanted) return work();
    return page().addEventListener(wanted === 'ready' ? 'DOMContentLoaded' : 'load', work);
  };
  const needDom = (what) => { if (!rt.options.emptyPage) rt.addOnce(rt.records.needsDom, what); };

  // One list per direction and unit; the keys of an object, so whole numbers come first, ascending.
  const depths = {};
  const thresholdsOf = function (text) {
    const list = String(text === undefined ? '' : text).split(',').map((one) => Number(one.trim()));
    return list.length && list.every((one) => !Number.isNaN(one)) ? list : [];
  };
  rt.listeners.SCROLL_DEPTH = function (listener) {
    const fields = listener.parameters;
    if (!rt.host.document) return needDom('SCROLL_DEPTH trigger');
    startAt(fields.triggerStartOption || 'WINDOW_LOAD', () => {
      for (const direction of ['vertical', 'horizontal']) {
        if (!isSet(fields[`${direction}ThresholdOn`])) continue;
        const units = fields[`${direction}ThresholdUnits`] === 'PIXELS' ? 'pixels' : 'percent';
        const list = thresholdsOf(fields[`${direction}Thresholds${units === 'pixels' ? 'Pixels' : 'Percent'}`]);
        const key = `${direction} ${units}`;
        depths[key] = depths[key] || {direction, units, open: {}};
        for (const threshold of list) {
          const ids = depths[key].open[threshold] = depths[key].open[threshold] || [];
          if (!ids.includes(listener.uniqueId)) ids.push(listener.uniqueId);
        }
      }
      startScrolling();
      checkScroll();
    });
    return undefined;
  };
  let scrolling = false;
  const startScrolling = function () {
    if (scrolling) return;
    scrolling = true;
    let pending = false;
    const later = () => {
      if (pending) return;
      pending = true;
      rt.host.setTimeout(() => { pending = false; checkScroll(); }, 100);
    };
    page().addEventListener('scroll', later);
    page().addEventListener('resize', later);
  };
  const checkScroll = function () {
    const window = page();
    const root = rt.host.document.documentElement;
    const body = rt.host.document.body || root;
    const sizes = {
      vertical: [window.pageYOffset + window.innerHeight, Math.max(root.scrollHeight, body.scrollHeight)],
      horizontal: [window.pageXOffset + window.innerWidth, Math.max(root.scrollWidth, body.scrollWidth)],
    };
    for (const one of Object.values(depths)) {
      const [seen, size] = sizes[one.direction];
      for (const text of Object.keys(one.open)) {
        const threshold = Number(text);
        const needed = one.units === 'pixels' ? threshold : Math.floor(threshold * size / 100);
        if (seen < needed || (one.units === 'percent' && threshold > 100)) continue;
        const ids = one.open[text];
        delete one.open[text];
        rt.pushFromListener({
          event: 'gtm.scrollDepth', 'gtm.scrollThreshold': threshold, 'gtm.scrollUnits': one.units,
          'gtm.scrollDirection': one.direction, 'gtm.triggers': ids.join(),
        });
      }
    }
  };

  // ----------------------------------------------------------------------------- visibility
  const visibleShare = function (element) {
    const window = page();
    const style = window.getComputedStyle(element);
    if (style.visibility === 'hidden' || style.display === 'none' || Number(style.opacity) === 0) return 0;
    const box = element.getBoundingClientRect();
    if (box.width * box.height === 0) return 0;
    const wide = Math.min(box.right, window.innerWidth) - Math.max(box.left, 0);
    const high = Math.min(box.bottom, window.innerHeight) - Math.max(box.top, 0);
    return wide > 0 && high > 0 ? Math.round(100 * wide * high / (box.width * box.height)) : 0;
  };
  rt.visibleShare = visibleShare;
  const select = function (fields) {
    const document = rt.host.document;
    if (fields.selectorType === 'CSS') {
      try { return [...document.querySelectorAll(fields.elementSelector)]; } catch (error) { return []; }
    }
    const element = document.getElementById(fields.elementId);
    return element ? [element] : [];
  };
  rt.listeners.ELEMENT_VISIBILITY = function (listener) {
    if (!rt.host.document) return needDom('ELEMENT_VISIBILITY trigger');
    const fields = listener.parameters;
    const ratio = Number(fields.onScreenRatio) || 1;
    const duration = isSet(fields.useOnScreenDuration) ? Number(fields.onScreenDuration) || 0 : 0;
    const frequency = fields.firingFrequency;
    const states = new Map();
    const started = rt.host.now();
    let elements = [];
    let over = false;
    const report = function (element, state, share) {
      const now = rt.host.now();
      rt.pushFromListener({
        event: 'gtm.elementVisibility', ...elementKeys(element), 'gtm.triggers': listener.uniqueId,
        'gtm.visibleRatio': share, 'gtm.visibleTime': Math.round(state.total), 'gtm.visibleFirstTime': state.first - started,
        'gtm.visibleLastTime': now - started,
      });
    };
    const check = function () {
      if (over) return;
      if (isSet(fields.useDomChangeListener)) elements = select(fields);
      const now = rt.host.now();
      for (const element of elements) {
        const state = states.get(element) || {total: 0, since: undefined, done: false, first: undefined};
        states.set(element, state);
        const share = visibleShare(element);
        if (share < ratio) {
          state.since = undefined;
          if (frequency === 'MANY_PER_ELEMENT') Object.assign(state, {done: false, total: 0});
          continue;
        }
        if (state.first === undefined) state.first = now;
        if (state.since !== undefined) state.total += now - state.since;
        state.since = now;
        if (state.done || state.total < duration) continue;
        state.done = true;
        if (frequency === 'ONCE') over = true;
        report(element, state, share);
        if (over) return;
      }
    };
    startAt('WINDOW_LOAD', () => {
      elements = select(fields);
      check();
      const handle = rt.host.setInterval(() => (over ? rt.host.clearInterval(handle) : check()), 100);
    });
    return undefined;
  };

  // YouTube's player needs its own script from the network: recognised, and told as not tested.
  rt.listeners.YOU_TUBE_VIDEO = function () {
    rt.addOnce(rt.records.unsupported, 'trigger type YOU_TUBE_VIDEO (needs YouTube\'s player)');
  };

  // ------------------------------------------------------------------------------ variables
  const VALUES = new Set(['value', 'checked', 'selected', 'disabled']);
  rt.domVariable = function (fields) {
    const [element] = select(fields);
    if (!element) return 'null';
    const name = fields.attributeName;
    if (!name) return textOf(element);
    if (VALUES.has(name) && element[name] !== undefined) return String(element[name]);
    return String(attribute(element, name));
  };
  rt.visibilityVariable = function (fields) {
    const [element] = select(fields);
    const share = element ? visibleShare(element) : 0;
    if (fields.outputMethod === 'PERCENT') return share;
    return share >= (Number(fields.onScreenRatio) || 1);
  };

  const KEYS = {
    ELEMENT: 'gtm.element', CLASSES: 'gtm.elementClasses', ID: 'gtm.elementId', TARGET: 'gtm.elementTarget',
    HISTORY_NEW_URL_FRAGMENT: 'gtm.newUrlFragment', HISTORY_OLD_URL_FRAGMENT: 'gtm.oldUrlFragment',
    HISTORY_NEW_STATE: 'gtm.newHistoryState', HISTORY_OLD_STATE: 'gtm.oldHistoryState',
    HISTORY_CHANGE_SOURCE: 'gtm.historyChangeSource',
  };
  const withoutWww = (host) => host.replace(/^www\d*\./, '');
  const isOutbound = function (url, domains) {
    if (!url) return false;
    const parsed = rt.parseUrl(url) || rt.parseOpaqueUrl(url);
    if (!parsed) return false;
    const own = withoutWww(rt.host.location().hostname);
    const host = withoutWww(parsed.hostname);
    if (host === own) return false;
    const list = Array.isArray(domains) ? domains : String(domains || '').split(',');
    return !list.map((one) => String(one).trim().toLowerCase()).filter(Boolean)
      .some((one) => host === withoutWww(one) || host.endsWith('.' + withoutWww(one)));
  };
  const urlOfEvent = function (fields) {
    const url = rt.dataLayer.get('gtm.elementUrl', 1);
    switch (fields.component) {
      case undefined: case '': case 'URL': return url;
      case 'IS_OUTBOUND': return isOutbound(url, fields.affiliatedDomains);
      default:
        if (!url) return fields.component === 'PATH' ? '/' : '';
        return rt.urlComponent(url, fields);
    }
  };
  rt.autoEventVariable = function (fields) {
    const element = rt.dataLayer.get('gtm.element', 1);
    const orDefault = (value) => ((value === undefined || value === '') && isSet(fields.setDefaultValue) ? fields.defaultValue : value);
    switch (fields.varType) {
      case 'TEXT': return orDefault(element && element.nodeType ? textOf(element) || undefined : undefined);
      case 'URL': return orDefault(urlOfEvent(fields));
      case 'ATTRIBUTE':
        return orDefault(element && element.getAttribute ? element.getAttribute(fields.attribute) || '' : undefined);
      default: {
        const key = KEYS[fields.varType];
        if (!key) {
          rt.addOnce(rt.records.unsupported, `auto-event variable ${fields.varType}`);
          return undefined;
        }
        return orDefault(rt.copyPlain(rt.dataLayer.get(key, 1)));
      }
    }
  };
})
