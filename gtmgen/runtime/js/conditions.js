// The conditions of triggers. Seen in gtm.js: vectors cond-*.
(function (rt) {
  'use strict';

  const text = (value) => String(value);
  // Only a whole number text compares: "12abc" and undefined are NaN, "" and null are 0.
  const number = (value) => Number(value);

  const matchesRegex = function (value, pattern, ignoreCase) {
    let expression;
    try { expression = new RegExp(text(pattern), ignoreCase ? 'i' : ''); } catch (error) { return false; }
    return expression.test(text(value));
  };

  const matchesCss = function (element, selector) {
    if (!element || typeof element.matches !== 'function') return false;
    try { return element.matches(selector); } catch (error) { return false; }
  };

  // Host without www and path without case and without a last slash; the rest does not count.
  const normalized = function (url) {
    const parsed = rt.parseUrl(rt.resolveUrl(url, rt.host.location().href));
    if (!parsed) return undefined;
    return parsed.hostname.replace(/^www\d*\./, '') + parsed.pathname.toLowerCase().replace(/\/$/, '');
  };

  const operators = {
    EQUALS: (left, right) => text(left) === text(right),
    CONTAINS: (left, right) => text(left).indexOf(text(right)) >= 0,
    STARTS_WITH: (left, right) => text(left).indexOf(text(right)) === 0,
    ENDS_WITH: (left, right) => text(left).endsWith(text(right)),
    MATCH_REGEX: matchesRegex,
    GREATER: (left, right) => number(left) > number(right),
    GREATER_OR_EQUALS: (left, right) => number(left) >= number(right),
    LESS: (left, right) => number(left) < number(right),
    LESS_OR_EQUALS: (left, right) => number(left) <= number(right),
    CSS_SELECTOR: matchesCss,
    URL_MATCHES: (left, right) => {
      const one = normalized(left);
      return one !== undefined && one === normalized(right);
    },
  };

  // true, false, or null when the evaluation threw (then neither the condition nor its negation holds).
  rt.holds = function (type, left, right, ignoreCase) {
    if (!Object.hasOwn(operators, type)) {
      rt.addOnce(rt.records.unsupported, `condition ${type}`);
      return false;
    }
    try { return Boolean(operators[type](left, right, ignoreCase)); } catch (error) { return null; }
  };
})
