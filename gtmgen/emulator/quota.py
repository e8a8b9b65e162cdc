"""The service's quota, on a clock that the tests set.

Documented are 10,000 requests per project and day, the day ending at midnight Pacific time, 25 per
100 seconds, and status 403. Seen are status 429 and the text of ``RESOURCE_EXHAUSTED``. The rest is
guessed; what a client must not rely on has a switch.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

from gtmgen.emulator.messages import ApiRequest, Response, Send, make_error_response
from gtmgen.emulator.options import read_options, require_positive

Reason = Literal[
    "RESOURCE_EXHAUSTED",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "status only",
]

_SERVICE = "of service 'tagmanager.googleapis.com' for consumer 'project_number:1'."
_DAY = 86_400
# Standard time all year round: the hour that summer time shifts midnight by is not emulated.
_PACIFIC = -8 * 3_600


class VirtualClock:
    """Seconds since 1970 that pass when somebody says so."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass; the very signature of ``time.sleep``, and a stand-in for it."""
        self.now += seconds


@dataclass(frozen=True)
class EmulatedQuota:
    """How many requests pass, and what those that do not are answered with."""

    #: Requests per window.
    per_window: int = 25
    #: The window's length in seconds.
    window_s: float = 100.0
    #: Requests per day of Pacific standard time.
    per_day: int = 10_000
    #: Documented is 403, seen is 429.
    status: Literal[403, 429] = 429
    #: The form of the error body: as seen (``RESOURCE_EXHAUSTED``), the older form with one of
    #: the known reasons, or no ``errors`` at all.
    reason: Reason = "RESOURCE_EXHAUSTED"
    #: Whether to send ``Retry-After`` (seconds). Nobody reports it.
    retry_after: bool = False
    #: Whether any window of that length counts, or windows that follow one another.
    window: Literal["sliding", "fixed"] = "sliding"
    #: Whether requests that were refused use up quota as well.
    count_refused: bool = False

    def __post_init__(self) -> None:
        require_positive(self, "per_window", "per_day")
        if self.window_s <= 0:
            raise ValueError(f"`window_s` is {self.window_s}, not more than 0")

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """``{"per_window": 25, ...}``; raises ValueError that names the flaw."""
        return read_options(cls, data, "the quota")


class Meter:
    """A middleware that lets through what the quota allows; safe to use from threads.

    ``clock`` gives seconds since 1970: a :class:`VirtualClock`, or ``time.time`` in a server.
    """

    def __init__(self, quota: EmulatedQuota, clock: Callable[[], float] | None = None) -> None:
        self.quota = quota
        self.clock = clock or VirtualClock()
        self.refused = 0
        self._times: deque[float] = deque()
        self._day = (0, 0)
        self._lock = threading.Lock()

    def __call__(self, request: ApiRequest, send: Send) -> Response:
        with self._lock:
            refusal = self._build_refusal(self.clock())
        return refusal or send(request)

    def _build_refusal(self, now: float) -> Response | None:
        quota = self.quota
        day = math.floor((now + _PACIFIC) / _DAY)
        used = self._day[1] if self._day[0] == day else 0
        while self._times and self._find_free_time(self._times[0]) <= now:
            self._times.popleft()
        refusal = None
        if used >= quota.per_day:
            refusal = self._refuse("per day", (day + 1) * _DAY - _PACIFIC - now)
        elif len(self._times) >= quota.per_window:
            first_to_go = self._times[len(self._times) - quota.per_window]
            refusal = self._refuse("per minute per user", self._find_free_time(first_to_go) - now)
        # Whether a refused call counts is not documented; a client that repeats at once fares worse
        # so.
        if refusal is None or quota.count_refused:
            self._times.append(now)
            self._day = (day, used + 1)
        return refusal

    def _find_free_time(self, used: float) -> float:
        """When the window of a request made at that moment is over."""
        length = self.quota.window_s
        if self.quota.window == "sliding":
            return used + length
        return (math.floor(used / length) + 1) * length

    def _refuse(self, limit: str, wait: float) -> Response:
        self.refused += 1
        seconds = max(1, math.ceil(wait)) if self.quota.retry_after else None
        return make_quota_response(self.quota.status, self.quota.reason, limit, seconds)


def make_quota_response(
    status: int,
    reason: Reason = "RESOURCE_EXHAUSTED",
    limit: str = "per minute per user",
    retry_after: int | None = None,
) -> Response:
    """An exhausted quota's error body; the first text was seen, also the start of the other.

    That the limit is called so although it is one of 100 seconds was seen, too.
    """
    if reason in ("RESOURCE_EXHAUSTED", "status only"):
        text = f"Quota exceeded for quota metric 'Queries' and limit 'Queries {limit}' {_SERVICE}"
    else:
        text = f"Quota exceeded for quota group 'default' and limit 'Queries {limit}' {_SERVICE}"
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    if reason == "RESOURCE_EXHAUSTED":
        response = make_error_response(text, status, reason="rateLimitExceeded", headers=headers)
    elif reason == "status only":
        response = make_error_response(text, status, listed=False, headers=headers)
    else:
        response = make_error_response(
            text, status, reason=reason, domain="usageLimits", headers=headers
        )
    return response
