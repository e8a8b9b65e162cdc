"""Staying inside the quota: 25 calls in any 100 seconds (documented: 0.25 a second)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

CALLS = 25
WINDOW_SECONDS = 100.0


class Pacer:
    """A sliding window over one project's calls. It knows no clock but the one it is given.

    ``clock`` gives seconds that never go back, ``sleep`` waits; ``on_wait`` is told the seconds
    before each wait, for a progress line.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        *,
        calls: int = CALLS,
        window: float = WINDOW_SECONDS,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._window = window
        self._on_wait = on_wait
        self._made: deque[float] = deque(maxlen=calls)

    def wait(self) -> None:
        """Return when one more call fits, and count it."""
        if len(self._made) == self._made.maxlen:
            delay = self._made[0] + self._window - self._clock()
            if delay > 0:
                if self._on_wait is not None:
                    self._on_wait(delay)
                self._sleep(delay)
        self._made.append(self._clock())


class PacedHttp:
    """An ``httplib2.Http``-like object that waits its turn before each request."""

    def __init__(self, http: Any, pacer: Pacer) -> None:
        self._http = http
        self._pacer = pacer

    def request(self, *arguments: Any, **options: Any) -> Any:
        self._pacer.wait()
        return self._http.request(*arguments, **options)

    def close(self) -> None:
        self._http.close()
