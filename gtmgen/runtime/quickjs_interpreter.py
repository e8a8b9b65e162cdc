"""One runtime in QuickJS: calls into it, virtual time, and why it was cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import quickjs

from gtmgen.runtime.bundle import Host
from gtmgen.runtime.engine import EngineError, Json, PreparedContainer, RunLimits
from gtmgen.runtime.quickjs_realm import acquire, release

_TASKS_PER_STEP: Final = 20_000


class StoppedError(Exception):
    """The page, or the server, was cut off; the text says why."""


class Interpreter:
    """A runtime of its own in a realm; `release` gives the realm back."""

    def __init__(self, host: Host, limits: RunLimits) -> None:
        self._limits = limits
        # Objects that only this side holds: page code must not find the runtime among its globals.
        self._realm = acquire(host, limits)
        self._runtime = self._guard(self._realm.make_runtime)

    def boot(self, container: PreparedContainer, options: Json) -> None:
        """Loads a container."""
        self._guard(self._realm.boot, self._runtime, container, options)

    def release(self) -> None:
        """Ends the runtime."""
        del self._runtime
        release(self._realm, self._limits)

    def do(self, method: str, *arguments: Any) -> Any:
        """Calls a method of the runtime's driver with values that are JSON."""
        text = self._guard(self._realm.call, self._runtime, method, json.dumps(arguments))
        return None if text is None else json.loads(text)

    def pass_time(self, milliseconds: int) -> None:
        """Lets virtual time pass, with everything that is due in it."""
        until = self.do("now") + milliseconds
        for _ in range(_TASKS_PER_STEP):
            self._run_jobs()
            if not self.do("runTask", until):
                return
        raise StoppedError(f"still busy after {_TASKS_PER_STEP} timers in one step")

    def _run_jobs(self) -> None:
        for _ in range(_TASKS_PER_STEP):
            try:
                if not self._realm.context.execute_pending_job():
                    return
            except quickjs.JSException as error:
                self._check(error)
        raise StoppedError(f"still busy after {_TASKS_PER_STEP} promise jobs in one step")

    def _guard(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except quickjs.JSException as error:
            self._check(error)
            raise EngineError(f"the runtime failed: {error}") from None

    def _check(self, error: Exception) -> None:
        text = str(error)
        limit = None
        if "interrupted" in text:
            limit = "time"
        elif isinstance(error, quickjs.StackOverflow) or "call stack" in text:
            limit = "recursion"
        # Where no memory is left, none is left for the error's own text either.
        elif text == "null" or "out of memory" in text:
            limit = "memory"
        if limit:
            raise StoppedError(self._limits.describe(limit, self._doing())) from None

    def _doing(self) -> str | None:
        """What ran when it was cut off: a tag, a variable or a client, by name."""
        try:
            # The question itself needs some, and there is none left where memory was the limit.
            self._realm.context.set_memory_limit(2 * self._limits.memory)
            text = self._realm.call(self._runtime, "doing", "[]")
        except quickjs.JSException:
            return None
        return None if text is None else str(json.loads(text) or "") or None
