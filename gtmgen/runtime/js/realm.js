// Remembers what JavaScript itself consists of, and puts it back after a page has run: pages share a
// realm only when nothing of one can reach the next. An expression: it gives `restore`, which says
// whether all is as it was. Only values taken before any page ran are called here.
(function () {
  'use strict';

  const {ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf,
    isExtensible} = Reflect;
  const {is} = Object;
  // What no global leads to.
  const hidden = [
    function* () {}, async function () {}, async function* () {}, [][Symbol.iterator](), new Map().entries(),
    new Set().entries(), ''[Symbol.iterator](), 'a'.matchAll(/a/g), (function* () {})(),
    (async function* () {})(), (function () { return arguments; })()[Symbol.iterator],
  ].map(Object.getPrototypeOf);

  const known = new Set();
  const objects = [];
  const visit = function (value) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || known.has(value)) return;
    known.add(value);
    objects.push(value);
  };
  // First: descriptors are read as plain objects, so their prototype must be clean before all others.
  visit(Object.prototype);
  visit(globalThis);
  hidden.forEach(visit);
  for (let index = 0; index < objects.length; index += 1) {
    const object = objects[index];
    visit(getPrototypeOf(object));
    for (const key of ownKeys(object)) {
      const {value, get, set} = getOwnPropertyDescriptor(object, key);
      [value, get, set].forEach(visit);
    }
  }
  // A page's callback must not run after the page: with the next one.
  delete globalThis.FinalizationRegistry;
  // Plain built-in functions are frozen, not compared: there are hundreds, and pages do not set their
  // properties. So are the families that pages use and do not extend.
  const isMethod = (value) => typeof value === 'function' && ownKeys(value).length === 2
    && ownKeys(value).every((key) => key === 'length' || key === 'name');
  objects.filter(isMethod).forEach(Object.freeze);
  const SETTLED = /^(Aggregate|Suppressed|Disposable|AsyncDisposable|Shared|U?int|Big|Float|ArrayBuffer|DataView|Atomics|DOMException|Reflect|Iterator|Proxy|Weak)/i;
  const roots = new Set([Object.prototype, Function.prototype, Error.prototype, Error, null, undefined]);
  const freezeChain = function (value) {
    for (let one = value; !roots.has(one); one = getPrototypeOf(one)) Object.freeze(one);
  };
  for (const key of ownKeys(globalThis)) {
    if (typeof key !== 'string' || !SETTLED.test(key)) continue;
    freezeChain(globalThis[key]);
    freezeChain(globalThis[key].prototype);
  }
  hidden.forEach(Object.freeze);
  const snapshot = objects.filter((one) => !Object.isFrozen(one)).map((object) => {
    const keys = ownKeys(object);
    const names = {__proto__: null};
    keys.forEach((key) => { names[key] = true; });
    return {object, keys, names, prototype: getPrototypeOf(object), isExtensible: isExtensible(object),
      descriptors: keys.map((key) => getOwnPropertyDescriptor(object, key))};
  });

  const isSame = (one, other) => one !== undefined && is(one.value, other.value) && one.get === other.get
    && one.set === other.set && one.writable === other.writable && one.enumerable === other.enumerable
    && one.configurable === other.configurable;

  const restoreObject = function (saved) {
    const {object, keys, names, descriptors} = saved;
    if (isExtensible(object) !== saved.isExtensible) return false;
    if (getPrototypeOf(object) !== saved.prototype && !setPrototypeOf(object, saved.prototype)) return false;
    const present = ownKeys(object);
    for (let index = 0; index < present.length; index += 1) {
      if (names[present[index]] !== true && !deleteProperty(object, present[index])) return false;
    }
    for (let index = 0; index < keys.length; index += 1) {
      if (isSame(getOwnPropertyDescriptor(object, keys[index]), descriptors[index])) continue;
      if (!defineProperty(object, keys[index], descriptors[index])) return false;
    }
    return true;
  };

  return function () {
    for (let index = 0; index < snapshot.length; index += 1) if (!restoreObject(snapshot[index])) return false;
    return true;
  };
})()
