"""Failures on demand: this call, or this write, goes wrong in this way."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from gtmgen.emulator.messages import INTERNAL, ApiRequest, Response, Send, make_error_response
from gtmgen.emulator.options import read_options, require_positive
from gtmgen.emulator.quota import Reason, make_quota_response

GARBAGE = b'{"garbage": [1, null]}'
"""JSON, but of no method's shape, as a proxy may answer."""
KILLED = 137  # what a shell reports for a process that was killed

Action = Literal[
    "429",
    "403",
    "500",
    "503",
    "500 after",
    "200 garbage",
    "200 garbage after",
    "drop",
    "drop after",
    "stall",
    "stall after",
    "kill",
    "kill after",
]


class Dropped(ConnectionResetError):  # noqa: N818  (an event, as ConnectionResetError's kin are)
    """The connection ended without an answer."""


class Stalled(TimeoutError):  # noqa: N818
    """No answer came before the client lost patience."""


@dataclass(frozen=True)
class Fault:
    """One failure.

    What happens *after* happens when the call has taken effect and was kept on disk; everything
    else happens before, and instead.
    """

    #: What happens; ``after`` means: when the call has taken effect and was kept.
    do: Action
    #: The number of the first call that it hits, counted from 1; repeated calls count anew.
    at: int = 1
    #: How many calls in a row it hits.
    times: int = 1
    #: What is counted: all calls, or those that are not a GET.
    of: Literal["calls", "writes"] = "writes"
    #: The form of the error body of ``429`` and ``403``.
    reason: Reason = "RESOURCE_EXHAUSTED"
    #: Seconds for the header ``Retry-After`` of an error.
    retry_after: int | None = None
    #: How long a stalled call hangs.
    seconds: float = 60.0

    def __post_init__(self) -> None:
        require_positive(self, "at", "times")

    def hits(self, number: int) -> bool:
        return self.at <= number < self.at + self.times


class Faults:
    """A middleware that makes calls fail; safe to use from threads.

    The first fault of the list that hits a call decides. ``sleep`` lets the time of a stalled
    call pass (:meth:`VirtualClock.advance` makes it virtual; without one no time passes in process,
    and real time does in the HTTP server); a stall that reaches ``patience``
    seconds ends in :class:`Stalled`, a shorter one in the usual answer. ``kill`` ends the process.
    ``done`` lists what happened: (number, action).
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        *,
        sleep: Callable[[float], object] | None = None,
        patience: float = 60.0,
        kill: Callable[[int], object] = os._exit,
    ) -> None:
        self.faults = tuple(faults)
        self.sleep = sleep
        self.patience = patience
        self.kill = kill
        self.calls = 0
        self.writes = 0
        self.done: list[tuple[int, Action]] = []
        self._lock = threading.Lock()

    @classmethod
    def from_json(cls, data: Any, **options: Any) -> Self:
        """``[{"do": "500 after", "at": 3}, ...]``; raises ValueError that names the flaw."""
        if not isinstance(data, list):
            raise ValueError("the faults are not a list")
        faults = [
            read_options(Fault, item, f"fault {number}") for number, item in enumerate(data, 1)
        ]
        return cls(faults, **options)

    def __call__(self, request: ApiRequest, send: Send) -> Response:
        fault = self._take_next(request)
        if fault is None:
            return send(request)
        effect = fault.do.removesuffix(" after")
        after = effect != fault.do
        if after:
            answer = send(request)
        if effect == "drop":
            raise Dropped("the connection was dropped")
        if effect == "kill":
            self.kill(KILLED)
        if effect == "stall":
            if self.sleep is not None:
                self.sleep(fault.seconds)
            if fault.seconds >= self.patience:
                raise Stalled("the read operation timed out")
            return answer if after else send(request)
        wrote = after and answer.wrote
        if effect == "200 garbage":
            return Response(200, GARBAGE, wrote=wrote)
        return _build_error(fault, wrote=wrote)

    def _take_next(self, request: ApiRequest) -> Fault | None:
        with self._lock:
            self.calls += 1
            is_write = request.method != "GET"
            self.writes += is_write
            for fault in self.faults:
                number = self.calls if fault.of == "calls" else self.writes
                if (fault.of == "calls" or is_write) and fault.hits(number):
                    self.done.append((number, fault.do))
                    return fault
        return None


def _build_error(fault: Fault, *, wrote: bool) -> Response:
    status = int(fault.do[:3])
    if status in (403, 429):
        return make_quota_response(status, fault.reason, retry_after=fault.retry_after)
    headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
    texts = {500: INTERNAL, 503: "The service is currently unavailable."}
    return make_error_response(texts[status], status, headers=headers, wrote=wrote)
