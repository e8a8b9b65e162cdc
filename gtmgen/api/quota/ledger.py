"""The quota of a Google project, counted across the runs and processes of this user.

Documented: 25 calls in 100 seconds, 10,000 a day. Calls made elsewhere for the same project are
not seen here; the service then answers 429, which :mod:`gtmgen.api.retry.policy` waits out.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gtmgen.api.quota.pacific import back_at, pacific_day
from gtmgen.errors import ApiError
from gtmgen.files.atomic import replace_file
from gtmgen.files.locks import locked

FORMAT = 1
_LEAST_WAIT = 0.001  # above the precision of a clock that counts from 1970


@dataclass(frozen=True)
class Limits:
    """Documented, but for one second more: what counts is when a call arrives at Google."""

    calls: int = 25
    window: float = 101.0
    day: int = 10_000


class DayUsedUp(ApiError):  # noqa: N818  (what happened, as the user would say it)
    """No call is left until midnight in California."""

    def __init__(self, day: int, now: float) -> None:
        super().__init__(
            f"the {day:,} API calls of this Google project for today are used up",
            hint=f"calls are possible again at midnight Pacific time: {back_at(now)}; "
            "run the same command then",
        )


@dataclass
class QuotaUsage:
    """What one project has used: calls of a Pacific day, times of the latest calls."""

    day: str = ""
    count: int = 0
    made: list[float] = field(default_factory=list)

    def advance(self, now: float, window: float) -> None:
        """Forget what is over. A clock that went back makes nothing free.

        Calls that seem to lie ahead count as made now; a day that seems to lie ahead keeps its
        count.
        """
        today = pacific_day(now)
        if self.day < today:
            self.count = 0
        self.day = today
        self.made = sorted(min(at, now) for at in self.made if at > now - window)


class Quota:
    """Waits for a call's place in the quota, and counts it.

    ``path`` is the state file, ``None`` for this process only; a damaged file is begun anew, and
    one that cannot be used is done without. ``key`` names the Google project
    (:attr:`gtmgen.api.login.identity.Identity.quota_key`). ``clock`` gives seconds since the epoch;
    ``on_wait`` is told the seconds before each wait.
    """

    def __init__(
        self,
        path: Path | None,
        key: str,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        *,
        limits: Limits = Limits(),
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self._path = path
        self._key = key
        self._clock = clock
        self._sleep = sleep
        self._limits = limits
        self._on_wait = on_wait
        self._own = QuotaUsage()

    def wait(self) -> None:
        """Return when one more call fits, and count it; :class:`DayUsedUp` when none does."""
        while (delay := self._take()) > 0:
            if self._on_wait is not None:
                self._on_wait(delay)
            self._sleep(delay)

    def left_today(self) -> int:
        """How many calls the project has left today, as far as this user's runs tell."""
        with contextlib.suppress(OSError):
            self._own = _read_usage(self._read(), self._key)
        self._own.advance(self._clock(), self._limits.window)
        return max(0, self._limits.day - self._own.count)

    def _take(self) -> float:
        """Count a call now, or say how many seconds to wait for the next try."""
        if self._path is None:
            return self._count()
        try:
            with locked(self._path, self._sleep):
                state = self._read()
                self._own = _read_usage(state, self._key)
                delay = self._count()
                # Also before a wait: a clock that went back has changed the times.
                state[self._key] = vars(self._own)
                text = json.dumps({"format": FORMAT, "keys": state})
                # Not durable: a count that a power cut takes away costs one answer of 429, which is
                # waited out.
                replace_file(self._path, [f"{text}\n".encode()], private=True, durable=False)
                return delay
        except OSError:  # a folder that cannot be written must not stop the work
            return self._count()

    def _count(self) -> float:
        now, usage = self._clock(), self._own
        usage.advance(now, self._limits.window)
        # The day first: whoever waited for a place in the window would be refused after it.
        if usage.count >= self._limits.day:
            raise DayUsedUp(self._limits.day, now)
        if len(usage.made) >= self._limits.calls:
            # When the oldest call leaves the window, of those that fill it.
            free_at = usage.made[-self._limits.calls] + self._limits.window
            return max(free_at - now, _LEAST_WAIT)
        usage.count += 1
        usage.made.append(now)
        return 0.0

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {self._key: vars(self._own)}
        try:
            state = json.loads(self._path.read_bytes())
            keys = state["keys"] if state["format"] == FORMAT else {}
        except (FileNotFoundError, ValueError, LookupError, TypeError, RecursionError):
            return {}
        return keys if isinstance(keys, dict) else {}


def _read_usage(state: dict[str, Any], key: str) -> QuotaUsage:
    """What is not as it should be is dropped; the service has the last word anyway."""
    raw = state.get(key)
    if not isinstance(raw, dict):
        return QuotaUsage()
    day, count, times = raw.get("day"), raw.get("count"), raw.get("made")
    numbers = [at for at in times if _is_time(at)] if isinstance(times, list) else []
    sound = isinstance(day, str) and type(count) is int and count >= 0
    return QuotaUsage(str(day), count, numbers) if sound else QuotaUsage(made=numbers)  # type: ignore[arg-type]


def _is_time(at: object) -> bool:
    return type(at) in (int, float) and math.isfinite(at)  # type: ignore[arg-type]
