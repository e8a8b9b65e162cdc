// The test API of the template editor: runCode, mock, mockObject, assertApi, assertThat, fail.
// Facts: sandbox, section 1.4.
(function (rt) {
  'use strict';

  const show = function (value) {
    if (value === undefined) return 'undefined';
    if (typeof value === 'function') return 'a function';
    if (typeof value === 'number') return String(value);
    return JSON.stringify(value, (key, one) => one === undefined ? '(undefined)' : typeof one === 'function' ? '(function)' : one);
  };
  const same = function (a, b) {
    if (a === b || (a !== a && b !== b)) return true;
    if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
  };
  const stop = (message) => { throw new Error(message); };
  const type = (value) => value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const size = (value) => typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).length : value.length;
  const has = (list, item) => typeof list === 'string' ? list.indexOf(item) >= 0 : list.some((one) => same(one, item));
  const exactly = (list, items) => list.length === items.length && items.every((item) => has(list, item));

  // name: [test of (actual, ...expected), words of the failure]
  const assertions = {
    isEqualTo: [same, 'to equal'], isNotEqualTo: [(a, b) => !same(a, b), 'not to equal'],
    isStrictlyEqualTo: [(a, b) => a === b, 'to be'], isNotStrictlyEqualTo: [(a, b) => a !== b, 'not to be'],
    isAnyOf: [(a, ...all) => has([].concat(...all), a), 'to be any of'],
    isNoneOf: [(a, ...all) => !has([].concat(...all), a), 'to be none of'],
    isTrue: [(a) => a === true, 'to be true'], isFalse: [(a) => a === false, 'to be false'],
    isTruthy: [Boolean, 'to be truthy'], isFalsy: [(a) => !a, 'to be falsy'],
    isUndefined: [(a) => a === undefined, 'to be undefined'], isDefined: [(a) => a !== undefined, 'to be defined'],
    isNull: [(a) => a === null, 'to be null'], isNotNull: [(a) => a !== null, 'not to be null'],
    isNaN: [(a) => a !== a, 'to be NaN'], isNotNaN: [(a) => a === a, 'not to be NaN'],
    isInfinity: [(a) => a === 1 / 0 || a === -1 / 0, 'to be infinite'],
    isNotInfinity: [(a) => a !== 1 / 0 && a !== -1 / 0, 'not to be infinite'],
    isGreaterThan: [(a, b) => a > b, 'to be greater than'],
    isGreaterThanOrEqualTo: [(a, b) => a >= b, 'to be at least'],
    isLessThan: [(a, b) => a < b, 'to be less than'], isLessThanOrEqualTo: [(a, b) => a <= b, 'to be at most'],
    contains: [(a, ...all) => all.every((one) => has(a, one)), 'to contain'],
    doesNotContain: [(a, ...all) => !all.some((one) => has(a, one)), 'not to contain'],
    containsExactly: [(a, ...all) => exactly(a, all), 'to contain exactly'],
    doesNotContainExactly: [(a, ...all) => !exactly(a, all), 'not to contain exactly'],
    hasLength: [(a, b) => size(a) === b, 'to have the length'],
    isEmpty: [(a) => size(a) === 0, 'to be empty'], isNotEmpty: [(a) => size(a) > 0, 'not to be empty'],
  };
  for (const name of ['Array', 'Boolean', 'Function', 'Number', 'Object', 'String']) {
    assertions['is' + name] = [(a) => type(a) === name.toLowerCase(), 'to be of type ' + name.toLowerCase()];
  }

  // Runs one scenario (translated: a function of the helpers and the names below); throws when it fails.
  rt.runScenario = function (template, scenario) {
    const mocks = {};
    const calls = {};
    const record = (name, inner) => (...list) => {
      (calls[name] = calls[name] || []).push(list);
      return inner(...list);
    };
    const real = rt.templateApis(template, new Map());
    const apis = function () {
      const table = {};
      for (const name of Object.keys(real)) {
        const missing = Object.getOwnPropertyDescriptor(real, name);
        if (missing.get) {  // an API that this runtime does not have: it says so when it is required
          if (Object.hasOwn(mocks, name)) table[name] = mocks[name];
          else Object.defineProperty(table, name, missing);
          continue;
        }
        const found = Object.hasOwn(mocks, name) ? mocks[name] : real[name];
        const callable = typeof real[name] === 'function';
        table[name] = !callable ? found : record(name, typeof found === 'function' ? found : () => found);
      }
      return table;
    };
    const known = (name) => Object.hasOwn(real, name) || stop(`"${name}" is not a valid API name.`);
    const assertApi = function (name) {
      if (name !== 'gtmOnSuccess' && name !== 'gtmOnFailure') known(name);
      const made = calls[name] || [];
      const shown = () => made.length ? made.map(show).join(', ') : 'no call';
      const check = (holds, words) => holds || stop(`Expected ${name} ${words}; found ${shown()}.`);
      return {
        wasCalled: () => check(made.length > 0, 'to have been called'),
        wasNotCalled: () => check(!made.length, 'not to have been called'),
        wasCalledWith: (...list) => check(made.some((one) => same(one, list)), `to have been called with ${show(list)}`),
        wasNotCalledWith: (...list) => check(!made.some((one) => same(one, list)), `not to have been called with ${show(list)}`),
      };
    };
    const assertThat = function (actual, message) {
      const result = {};
      for (const name of Object.keys(assertions)) {
        const [holds, words] = assertions[name];
        result[name] = (...expected) => {
          if (holds(actual, ...expected)) return;
          const tail = expected.length ? ' ' + expected.map(show).join(', ') : '';
          stop((message ? message + ': ' : '') + `Expected ${show(actual)} ${words}${tail}.`);
        };
      }
      return result;
    };
    const names = {
      require: (name) => rt.requireFrom(apis())(name),
      runCode(fields) {
        const data = Object.assign({}, fields);
        for (const name of ['gtmOnSuccess', 'gtmOnFailure']) {
          data[name] = record(name, typeof data[name] === 'function' ? data[name] : () => undefined);
        }
        return template.code(rt.helpers, rt.requireFrom(apis()), data);
      },
      mock(name, value) { known(name); mocks[name] = value; },
      mockObject(name, value) { known(name); mocks[name] = value; },
      assertApi: assertApi,
      assertThat: assertThat,
      fail: (message) => stop(message === undefined ? 'fail() was called.' : String(message)),
    };
    scenario(rt.helpers, names);
  };
})
