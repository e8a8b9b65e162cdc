"""Waiting for a place in the quota, and the transport that does so before each request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

CALLS = 25
WINDOW_SECONDS = 100.0
_API = "/tagmanager/"


class Turnstile(Protocol):
    """Lets one call through at a time: :class:`Pacer`, :class:`gtmgen.api.quota.Quota`."""

    def wait(self) -> None: ...


class Pacer:
    """A sliding window over the calls of this process only. It knows no clock but the one given.

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
    """An ``httplib2.Http``-like object that waits its turn before each request to the API.

    It belongs below the one that adds the credentials: what that repeats after a 401 counts too,
    and the tokens that it fetches do not.
    """

    def __init__(self, http: Any, pacer: Turnstile) -> None:
        self._http = http
        self._pacer = pacer

    def request(self, uri: str, *arguments: Any, **options: Any) -> Any:
        if urlsplit(uri).path.startswith(_API):
            self._pacer.wait()
        return self._http.request(uri, *arguments, **options)

    def close(self) -> None:
        self._http.close()
