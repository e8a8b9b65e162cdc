"""How long a call that failed for a while is tried again, and what may be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Generic, TypeVar

from gtmgen.api.failures import CallError
from gtmgen.api.quota.pacific import back_at
from gtmgen.errors import ApiError

T = TypeVar("T")
_UNREACHED = ("dns", "refused", "unreachable")
CONNECT_SECONDS = 3.0
"""For looking a host up, and for reaching it: what takes longer than that swallows packets."""


@dataclass(frozen=True)
class RetryPolicy:
    """Caps for one call. Google advises waits of 2^n s up to about 32 s.

    The quota's window of 100 seconds fits into the waits of nine attempts. Without a network
    nothing gets better so soon: ``offline_attempts``, and ``unreachable_attempts``, which take
    ``unreachable_seconds`` at most, where nothing was reached that a call could have been sent to.
    """

    attempts: int = 9
    offline_attempts: int = 5
    unreachable_attempts: int = 3
    unreachable_seconds: float = 10.0
    seconds: float = 300.0
    longest_wait: float = 32.0


@dataclass(frozen=True)
class Confirmed(Generic[T]):
    """What a call whose answer was lost would have answered."""

    answer: T


OutcomeCheck = Callable[[CallError | None], Confirmed[T] | None]
"""Finds out whether a call with an open outcome was carried out.

Called with ``None`` before it is repeated, and with the refusal when a repetition was refused
for good (a duplicate name, a stale fingerprint and a 404 can mean that the first one landed).
"""


class Retrier:
    """Makes calls until they succeed, are refused for good, or patience ends.

    ``clock`` gives seconds since the epoch, ``random`` a number from 0 to 1 for the jitter;
    ``on_retry`` is told the seconds and the failure before each wait.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        *,
        policy: RetryPolicy = RetryPolicy(),
        on_retry: Callable[[float, CallError], None] | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._policy = policy
        self._on_retry = on_retry

    def repeat(self, call: Callable[[], T]) -> T:
        """For what may be done twice: reading, and what has the same effect each time."""
        return self._run(call, None)

    def call_with_check(self, call: Callable[[], T], look: OutcomeCheck[T]) -> T:
        """Repeat after an open outcome only when ``look`` finds nothing.

        Where patience ends with the outcome open, it is open in the error that is raised.
        """
        return self._run(call, look)

    def call_at_most_once(self, call: Callable[[], T]) -> T:
        """For what cannot be looked up: repeated only when it was certainly not carried out."""
        return self._run(call, None, stop_when_unsure=True)

    def _run(
        self, call: Callable[[], T], look: OutcomeCheck[T] | None, *, stop_when_unsure: bool = False
    ) -> T:
        started, attempt = self._clock(), 0
        unsure: CallError | None = None
        while True:
            attempt += 1
            try:
                return call()
            except CallError as error:
                failure = error
            if look and failure.trouble == "answer":
                # What answers is not the API: nothing is gained by asking it for the same again.
                if confirmed := _check_outcome(look, None, unsure or failure):
                    return confirmed.answer
                raise unsure or failure
            if failure.is_transient and not (failure.outcome_unknown and stop_when_unsure):
                unsure = failure if look and failure.outcome_unknown else unsure
                delay = self._compute_delay(failure, attempt, started)
                if delay is None:
                    raise unsure or failure
                self._wait_before_retry(delay, failure)
                refusal = None
            elif unsure is None:
                raise self._explain_final(failure)
            else:
                refusal = failure
            if look and unsure and (confirmed := _check_outcome(look, refusal, unsure)):
                return confirmed.answer
            if refusal is not None:
                raise self._explain_final(refusal)

    def _wait_before_retry(self, delay: float, failure: CallError) -> None:
        if self._on_retry is not None:
            self._on_retry(delay, failure)
        self._sleep(delay)

    def _compute_delay(self, failure: CallError, attempt: int, started: float) -> float | None:
        """Seconds until the next attempt; ``None`` when there is none."""
        policy, now = self._policy, self._clock()
        if attempt >= self._count_attempts(failure):
            return None
        # With jitter, as Google advises: several jobs of a CI that were refused together do not
        # meet again.
        backoff = min(2.0 ** (attempt - 1), policy.longest_wait) + self._random()
        delay = max(backoff, retry_after(failure.retry_after, now))
        total = max(now - started, 0) + delay
        if failure.trouble in _UNREACHED:
            return delay if total + CONNECT_SECONDS <= policy.unreachable_seconds else None
        return delay if total <= policy.seconds else None

    def _count_attempts(self, failure: CallError) -> int:
        if failure.status is not None:
            return self._policy.attempts
        offline = self._policy.offline_attempts
        if failure.trouble in _UNREACHED:
            return min(offline, self._policy.unreachable_attempts)
        return offline

    def _explain_final(self, failure: CallError) -> ApiError:
        if not failure.is_day_quota:
            return failure
        return ApiError(
            failure.message,
            hint="the calls of this Google project for today are used up; they are possible again "
            f"at midnight Pacific time: {back_at(self._clock())}",
        )


def _check_outcome(
    look: OutcomeCheck[T], refusal: CallError | None, unsure: CallError
) -> Confirmed[T] | None:
    try:
        return look(refusal)
    except ApiError:  # what happened to the write stays open, and that is what matters
        raise unsure from None


def retry_after(header: str | None, now: float) -> float:
    """The seconds that a Retry-After header asks for: a number or an HTTP date; 0 for neither."""
    from email.utils import parsedate_to_datetime

    text = (header or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
        seconds = (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):  # a year of 12 digits, and worse
        return 0.0
    return max(0.0, seconds - now)
