"""What the backend sent during a visit: from its log, or from the local Events API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from gtmgen.contract.build import build_contract
from gtmgen.contract.check import RequestChecker
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.recordings.reading import read_pieces
from gtmgen.recordings.records import Recognizer, is_log_entry
from gtmgen.spec.model import Spec
from gtmgen.verify.model import ServerEvent

_REPORT: Final = "gtmgen/report"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SECONDS: Final = 10.0
_MOST: Final = 50_000_000

ServerSide = Callable[[], list[ServerEvent]]
"""Gives the events that the backend has sent so far; called before and after a visit."""


def server_side(place: str, spec: Spec) -> ServerSide:
    """Events of a log file (what `check-payload` reads), or of the local Events API at a URL.

    Raises :class:`UsageError` for a URL that is not this machine's.
    """
    if "://" not in place:
        return lambda: _of_log(Path(place), spec)
    if urlsplit(place).hostname not in _LOOPBACK:
        raise UsageError(
            f"`{place}` is not on this machine",
            hint="`--server-log` takes the local Events API (`gtmgen emulator --events-api`)",
        )
    return lambda: _of_local_api(place)


def events_since(before: Iterable[ServerEvent], after: list[ServerEvent]) -> list[ServerEvent]:
    """What came in between: logs only grow."""
    return after[len(list(before)) :]


def _of_log(path: Path, spec: Spec) -> list[ServerEvent]:
    if not path.exists():  # nothing was sent yet
        return []
    checker = RequestChecker(spec, build_contract(spec))
    places = checker.api.places
    recognizer = Recognizer(checker.api, checker.url)
    events = []
    others, is_log = 0, False
    for piece in read_pieces(path):
        others += 1
        is_log = is_log or (isinstance(piece.value, dict) and is_log_entry(piece.value))
        for record in recognizer.records(str(path), piece):
            if record.kind != "server" or not isinstance(record.body, dict):
                continue
            is_log = True
            account = str(record.body.get(places["account"], ""))
            for event in record.body.get("data") or ():
                if isinstance(event, dict):
                    params = event.get(places["params"])
                    events.append(
                        ServerEvent(
                            account,
                            str(event.get(places["event"], "")),
                            str(event.get(places["event_id"], "")),
                            params if isinstance(params, dict) else {},
                        )
                    )
    if others and not is_log:
        raise GtmgenError(
            f"`{path}` is no log of a backend",
            hint="`--server-log` takes requests to the Events API as JSON Lines, a HAR, or the log "
            "of a server container",
        )
    return events


def _of_local_api(place: str) -> list[ServerEvent]:
    url = urljoin(place if place.endswith("/") else f"{place}/", _REPORT)
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - loopback
            report: Any = json.loads(answer.read(_MOST))
        return [
            ServerEvent(one["account"], one["event"], one["event_id"], one.get("params") or {})
            for one in report["events"]
            if one["side"] == "server"
        ]
    except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "reason", None) or error
        raise GtmgenError(
            f"the local Events API at {place} does not answer: {reason}",
            hint="start it with `gtmgen emulator --events-api --spec SPEC`",
        ) from None
