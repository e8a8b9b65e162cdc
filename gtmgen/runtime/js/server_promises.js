// The promises of the server sandbox: plain objects whose own functions are `then`, `catch`, `finally`,
// because templates see nothing that is inherited.
(function (rt) {
  'use strict';

  // What a callback throws rejects the next promise; without a `catch` nobody would see it.
  const reporting = function (callback) {
    if (typeof callback !== 'function') return undefined;
    const bound = rt.bindTag(callback);
    return (value) => {
      try { return bound(value); } catch (error) {
        rt.reportError('callback of a template', error);
        throw error;
      }
    };
  };

  // A promise for templates from a real one.
  rt.sandboxPromise = function (promise) {
    promise.catch(() => {});
    return {
      then: (onValue, onReason) => rt.sandboxPromise(promise.then(reporting(onValue), reporting(onReason))),
      catch: (onReason) => rt.sandboxPromise(promise.catch(reporting(onReason))),
      finally: (callback) => rt.sandboxPromise(promise.finally(reporting(callback))),
    };
  };

  rt.promiseApi = {
    all: (list) => rt.sandboxPromise(Promise.all(rt.helpers.items(list))),
    create: (resolver) => rt.sandboxPromise(new Promise((resolve, reject) => {
      resolver((value) => resolve(value), (reason) => reject(reason));
    })),
  };
})
