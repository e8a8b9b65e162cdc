"""QuickJS realms that pages use one after the other.

To read the runtime and a container's templates takes longer than to play a scenario, so a realm
keeps both as functions, and each page makes its own runtime of them. Between two pages all that
JavaScript consists of is put back (`realm.js`); where that fails, the realm is thrown away.
"""

from __future__ import annotations

import json
import threading
from typing import Any, Final

import quickjs

from gtmgen.runtime.bundle import Host, realm_script, runtime_script
from gtmgen.runtime.engine import PreparedContainer, RunLimits

_JOBS_AT_END: Final = 1_000
_TEMPLATES: Final = 4

_CALL: Final = """(function () {
  const {parse, stringify} = JSON;
  return function (rt, method, json) {
    const result = rt.driver[method](...parse(json));
    return result === undefined ? null : stringify(result);
  };
})()"""

# A container is read once for all pages, and frozen: none of them can leave something in it.
_BOOT: Final = """(function () {
  const {parse} = JSON;
  const {freeze, values} = Object;
  const frozen = function (value) {
    if (value === null || typeof value !== 'object') return value;
    values(value).forEach(frozen);
    return freeze(value);
  };
  let text, version;
  return function (rt, container, options) {
    if (container !== text) { version = frozen(parse(container)); text = container; }
    rt.boot(version, TEMPLATES, parse(options));
  };
})()"""


class Realm:
    """One context, its runtime's maker, and the boot functions of the containers it has seen."""

    def __init__(self, host: Host, limits: RunLimits) -> None:
        self.host = host
        self.context = quickjs.Context()
        self.context.set_memory_limit(limits.memory)
        self.context.set_max_stack_size(limits.stack)
        self._restore = self.context.eval(realm_script())
        self.make_runtime = self.context.eval(runtime_script(host))
        self.call = self.context.eval(_CALL)
        self._boots: dict[str, Any] = {}

    def boot(self, runtime: Any, container: PreparedContainer, options: Any) -> None:
        """Starts GTM on the page. The container goes as text: parsed faster than a literal."""
        boot = self._boots.get(container.templates)
        if boot is None:
            if len(self._boots) >= _TEMPLATES:
                self._boots.clear()
            boot = self.context.eval(_BOOT.replace("TEMPLATES", container.templates))
            self._boots[container.templates] = boot
        boot(runtime, container.text, json.dumps(options))

    def restore(self) -> bool:
        """Whether nothing of the page is left: no global, no changed built-in, no open job."""
        try:
            # A promise of the page that is still open would run its code on the next one.
            for _ in range(_JOBS_AT_END):
                if not self.context.execute_pending_job():
                    return bool(self._restore())
        except quickjs.JSException:
            return False
        return False


class _Idle(threading.local):
    """Realms between two pages; an interpreter belongs to the thread that made it."""

    def __init__(self) -> None:
        self.realms: dict[tuple[Host, int, int], Realm] = {}


_idle: Final = _Idle()


def acquire(host: Host, limits: RunLimits) -> Realm:
    """A realm that no page has touched, or whose last page has left nothing behind."""
    realm = _idle.realms.pop((host, limits.memory, limits.stack), None) or Realm(host, limits)
    realm.context.set_time_limit(limits.seconds)
    return realm


def release(realm: Realm, limits: RunLimits) -> None:
    """Gives a realm back after a page that ended by itself."""
    if realm.restore():
        _idle.realms[realm.host, limits.memory, limits.stack] = realm
