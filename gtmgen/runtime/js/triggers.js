// Listeners that need no DOM: history changes and timers. Seen in gtm.js: vectors history-*, timer-*.
(function (rt) {
  'use strict';

  const withoutFragment = (href) => href.replace(/#[\s\S]*$/, '');

  rt.listeners.HISTORY_CHANGE = function () {
    const window = rt.host.window;
    const history = window.history;
    const fragment = () => rt.host.location().hash.replace('#', '');
    let last = {url: withoutFragment(rt.host.location().href), fragment: fragment(), state: history.state};

    const changed = function (source, state) {
      const next = {url: withoutFragment(rt.host.location().href), fragment: fragment(), state};
      const message = {
        event: 'gtm.historyChange', 'gtm.historyChangeSource': source,
        'gtm.oldUrlFragment': last.fragment, 'gtm.newUrlFragment': next.fragment,
        'gtm.oldHistoryState': last.state, 'gtm.newHistoryState': next.state,
        'gtm.oldUrl': last.url, 'gtm.newUrl': next.url,
      };
      last = next;
      rt.pushFromListener(message);
    };

    for (const name of ['pushState', 'replaceState']) {
      const original = history[name];
      history[name] = function (state, ...rest) {
        const result = original.call(history, state, ...rest);
        changed(name, state);
        return result;
      };
    }
    // A hash change gives a popstate, too: one message is enough.
    window.addEventListener('popstate', (event) => changed('popstate', event.state));
  };

  let timers = 0;
  rt.listeners.TIMER = function (listener) {
    const interval = Number(listener.interval);
    if (listener.interval === '' || listener.interval === undefined || Number.isNaN(interval) || interval < 0) return;
    const limit = Number(listener.limit) || 0;
    timers += 1;
    const id = timers;
    const started = rt.host.now();
    let count = 0;
    const handle = rt.host.setInterval(() => {
      count += 1;
      if (limit && count >= limit) rt.host.clearInterval(handle);
      const now = rt.host.now();
      rt.pushFromListener({
        event: listener.eventName || 'gtm.timer', 'gtm.timerId': id, 'gtm.timerEventNumber': count,
        'gtm.timerInterval': interval, 'gtm.timerLimit': limit, 'gtm.timerStartTime': started,
        'gtm.timerCurrentTime': now, 'gtm.timerElapsedTime': now - started, 'gtm.triggers': listener.uniqueId,
      });
    }, interval);
  };
})
