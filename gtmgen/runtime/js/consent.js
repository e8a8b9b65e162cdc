// Consent state. Seen in gtm.js (vectors consent-*): only the word "granted" grants, a later default
// replaces an earlier one and never an update, an unmentioned type counts as granted.
(function (rt) {
  'use strict';

  const defaults = new Map();
  const updates = new Map();
  const listeners = [];
  const OPTIONS = new Set(['region', 'wait_for_update']);

  const isGranted = function (type) {
    const value = updates.has(type) ? updates.get(type) : defaults.get(type);
    return value === undefined || value === 'granted';
  };

  const apply = function (target, state) {
    const types = Object.keys(state).filter((type) => !OPTIONS.has(type) && state[type] !== undefined);
    const before = types.map(isGranted);
    types.forEach((type) => target.set(type, state[type]));
    types.forEach((type, index) => {
      const granted = isGranted(type);
      if (granted === before[index]) return;
      for (const one of listeners.slice()) {
        if (one.type !== type) continue;
        try { one.callback(type, granted); } catch (error) { rt.reportError('consent listener', error); }
      }
    });
  };

  // A default for regions counts only where the visitor is in one of them; where that is not known,
  // it does not.
  const isHere = function (region) {
    if (region === undefined) return true;
    const list = Array.isArray(region) ? region : [region];
    const here = rt.options.region || '';
    return list.some((one) => one === here || (here && here.startsWith(one + '-')));
  };

  rt.consent = {
    isGranted,
    isKnown: (type) => updates.has(type) || defaults.has(type),
    setDefault(state) { if (isHere(state.region)) apply(defaults, state); },
    update(state) { apply(updates, state); },
    addListener(type, callback) { listeners.push({type, callback}); },
    snapshot() {
      const state = {};
      for (const type of [...defaults.keys(), ...updates.keys()]) state[type] = isGranted(type);
      return state;
    },
  };
})
