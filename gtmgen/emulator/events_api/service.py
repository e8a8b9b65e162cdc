"""The local Events API as its transports see it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from gtmgen.emulator.events_api.answers import (
    TOO_MANY,
    Answer,
    refuse_event,
    refuse_request,
    summarize,
)
from gtmgen.emulator.events_api.deduplication import Deduplication, Side, Windows
from gtmgen.emulator.messages import ApiRequest, Response

REPORT = "/gtmgen/report"
EVENTS = "/gtmgen/events"
PER_SECOND = 1000
_TOKENS = {"access_token", "access-token", "token"}

Flaw = tuple[str, str, str, str, str]
"""Path, rule, level (error or warning), message and hint."""


@dataclass(frozen=True)
class ContractSide:
    """What the contract says: ``check`` gives the flaws of a request's body.

    ``path`` is the API's; ``browser`` has the pixel's path and the dotted paths of event,
    event_id, account and time in its request's body, or nothing.
    """

    path: str
    check: Callable[[Any], Sequence[Flaw]]
    windows: Windows
    browser: Mapping[str, str] = field(default_factory=dict)


class EventsApiFault(NamedTuple):
    """A request that fails, by its number from 1: with a code in the body, or with a status."""

    at: int
    code: int = 0
    status: int = 200


class EventsApi:
    """Answers requests and keeps their events in memory; safe to call from threads.

    ``clock`` gives seconds since 1970; ``on_request`` gets each request's part of the report.
    """

    def __init__(
        self,
        contract: ContractSide,
        *,
        clock: Callable[[], float],
        faults: Iterable[EventsApiFault] = (),
        on_request: Callable[[Mapping[str, Any]], object] = lambda _: None,
    ) -> None:
        self._contract = contract
        self._clock = clock
        self._faults = {fault.at: fault for fault in faults}
        self._on_request = on_request
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._deduplication = Deduplication(self._contract.windows)
        self._requests: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._in_second = (0, 0)

    def answer(self, request: ApiRequest) -> Response:
        with self._lock:
            return self._answer(request)

    def _answer(self, request: ApiRequest) -> Response:
        path, method = request.path, request.method
        if path.rstrip("/") == self._contract.path.rstrip("/"):
            return self._track(request) if method == "POST" else _answer_status(405, "POST it")
        if path == self._contract.browser.get("path") and method == "POST":
            return self._build_pixel(request)
        if path == REPORT and method == "GET":
            return Response(200, json.dumps(self.report()).encode())
        if path == EVENTS and method == "DELETE":
            self._clear()
            return Response(204)
        routes = f"here are: POST {self._contract.path}, GET {REPORT}, DELETE {EVENTS}"
        return _answer_status(404, routes)

    # -- the server's events ---------------------------------------------------------------

    def _track(self, request: ApiRequest) -> Response:
        number = len(self._requests) + 1
        request_id = f"gtmgen-{number:08d}"
        fault = self._faults.get(number)
        body = _parse(request.body)
        flaws = [*_list_token_flaws(request), *self._contract.check(body)]
        if fault is not None and fault.status != 200:
            self._note(number, Answer(0, f"HTTP {fault.status}", "guess"), flaws, [])
            return _answer_status(fault.status, "a fault that was asked for")
        answer, refusals = self._judge(request, body, fault)
        events = self._keep(body, refusals, number) if refusals else []
        self._note(number, answer, flaws, events)
        return answer.response(request_id)

    def _judge(
        self, request: ApiRequest, body: Any, fault: EventsApiFault | None
    ) -> tuple[Answer, list[Answer | None]]:
        """The answer, and for each event why it is refused; none where the request is."""
        if fault is not None:
            return Answer(fault.code, "a fault that was asked for", "guess"), []
        if self._is_too_fast():
            return Answer(TOO_MANY, "Too many requests. Please retry in some time.", "guess"), []
        whole = refuse_request(request.headers.get("access-token", ""), body)
        if whole is not None:
            return whole, []
        refusals = [refuse_event(event) for event in body["data"]]
        return summarize(refusals), refusals

    def _is_too_fast(self) -> bool:
        """More than 1,000 requests within one second of the clock."""
        now = int(self._clock())
        second, count = self._in_second
        self._in_second = (now, count + 1 if now == second else 1)
        return self._in_second[1] > PER_SECOND

    def _keep(
        self, body: Mapping[str, Any], refusals: Sequence[Answer | None], request: int
    ) -> list[int]:
        kept = []
        for index, (event, refusal) in enumerate(zip(body["data"], refusals, strict=True)):
            if refusal is None:
                about: dict[str, Any] = {"request": request, "place": index}
                if isinstance(body.get("test_event_code"), str):
                    about["test_event_code"] = body["test_event_code"]
                if isinstance(event.get("properties"), dict):
                    about["params"] = event["properties"]
                event_id = event.get("event_id", "")
                kept.append(
                    self._add(
                        "server",
                        body["event_source_id"],
                        event["event"],
                        event_id,
                        event["event_time"],
                        about,
                    )
                )
        return kept

    # -- the browser's events --------------------------------------------------------------

    def _build_pixel(self, request: ApiRequest) -> Response:
        body, browser = _parse(request.body), self._contract.browser
        event, account = _read_path(body, browser["event"]), _read_path(body, browser["account"])
        if not isinstance(event, str) or not isinstance(account, str):
            return _answer_status(400, "no request of the pixel: the event or the pixel is missing")
        event_id = _read_path(body, browser["event_id"])
        time = _read_seconds(_read_path(body, browser["time"]), self._clock())
        self._add(
            "browser", account, event, event_id if isinstance(event_id, str) else "", time, {}
        )
        return Response(200, b"{}")

    def _add(
        self,
        side: Side,
        account: str,
        event: str,
        event_id: str,
        time: float,
        about: Mapping[str, Any],
    ) -> int:
        number = len(self._events) + 1
        verdict, same = self._deduplication.judge(side, account, event, event_id, time, number)
        kept: dict[str, Any] = {"number": number, "side": side, "account": account}
        kept |= {"event": event, "event_id": event_id, "time": time, **about}
        kept |= {"verdict": verdict, "same_as": same}
        self._events.append(kept)
        return number

    def _note(self, number: int, answer: Answer, flaws: Iterable[Flaw], events: list[int]) -> None:
        names = ("path", "rule", "level", "message", "hint")
        flaw_data = [dict(zip(names, flaw, strict=True)) for flaw in flaws]
        request = {
            "number": number,
            "code": answer.code,
            "message": answer.message,
            "evidence": answer.evidence,
            "events": events,
            "flaws": flaw_data,
        }
        self._requests.append(request)
        self._on_request(request)

    def report(self) -> dict[str, Any]:
        """What arrived: the requests with their answers and flaws, and the events with what
        TikTok would make of each. Users' data are not part of it."""
        levels = [flaw["level"] for request in self._requests for flaw in request["flaws"]]
        verdicts = [event["verdict"] for event in self._events]
        return {
            "format_version": "1.0",
            "totals": {
                "requests": len(self._requests),
                "refused": sum(request["code"] not in (0, 20001) for request in self._requests),
                "server_events": sum(event["side"] == "server" for event in self._events),
                "browser_events": sum(event["side"] == "browser" for event in self._events),
                "counted": verdicts.count("counted"),
                "merged": verdicts.count("merged"),
                "dropped": verdicts.count("dropped"),
                "without_id": verdicts.count("no ID"),
                "errors": levels.count("error"),
                "warnings": levels.count("warning"),
            },
            "requests": self._requests,
            "events": self._events,
        }


def _answer_status(status: int, message: str) -> Response:
    body = {"code": status, "message": message}
    headers = {"x-gtmgen-evidence": "guess"}
    return Response(status, json.dumps(body).encode(), headers=headers)


def _parse(body: bytes) -> Any:
    """The body's JSON, or None."""
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _list_token_flaws(request: ApiRequest) -> list[Flaw]:
    if not _TOKENS & {name.lower() for name in request.query}:
        return []
    text = "the access token stands in the address, where logs and proxies keep it"
    return [("", "token", "error", text, "Send it in the header `Access-Token`.")]


def _read_path(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _read_seconds(time: Any, now: float) -> float:
    """Seconds of a number (seconds or milliseconds) or an ISO date; else when it arrived."""
    if isinstance(time, str):
        try:
            return datetime.fromisoformat(time).timestamp()
        except (ValueError, OverflowError):
            return now
    if isinstance(time, bool) or not isinstance(time, int | float):
        return now
    return time / 1000 if time > 100_000_000_000 else float(time)
