"""What a piece of a recording is: a request of a backend or of the pixel, or a message."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from gtmgen.packs.server import ServerApi
from gtmgen.recordings.model import Json, Record
from gtmgen.recordings.reading import Piece

_LOG_BODIES = ("RequestBody", "request_body")
_LOG_ADDRESSES = ("RequestUrl", "request_url")
_MILLISECONDS = 100_000_000_000
"""A time above this cannot be in seconds: it would be the year 5138."""


class Recognizer:
    """Tells records of one platform's server API, of its pixel and of the data layer."""

    def __init__(self, api: ServerApi, url: str) -> None:
        self._places = api.places
        self._path = urlsplit(url).path
        self._browser = api.browser

    def records(self, file: str, piece: Piece) -> Iterator[Record]:
        """What the piece holds: none for requests to others, several for a line with a list."""
        value = piece.value
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from self.records(file, Piece(f"{piece.place}[{number}]", item))
        elif isinstance(value, dict):
            record = self._record(file, piece.place, value)
            if record is not None:
                yield record

    def _record(self, file: str, position: str, value: dict[str, Any]) -> Record | None:
        if isinstance(value.get("har"), dict):
            return self._build_har_entry(file, position, value["har"])
        for body in _LOG_BODIES:
            if body in value:
                return self._log_line(file, position, value, body)
        if self._is_server(value):
            return Record("server", file, position, value)
        if self._browser is not None and at(value, self._browser["account"]) is not None:
            return self._build_pixel(file, position, value, None)
        if isinstance(value.get("message"), dict) and "time" in value:
            return Record("message", file, position, value["message"], seconds(value["time"]))
        return Record("message", file, position, value)

    def _is_server(self, value: Mapping[str, Any]) -> bool:
        """A request's body, or one event of it alone."""
        places = self._places
        whole = isinstance(value.get("data"), list) or "event_source" in value
        one = places["time"] in value or (places["event"] in value and places["user"] in value)
        return whole or (one and "context" not in value and "ecommerce" not in value)

    def _build_pixel(self, file: str, position: str, body: Json, time: float | None) -> Record:
        assert self._browser is not None
        sent_at = seconds(at(body, self._browser["time"]))
        return Record("browser", file, position, body, sent_at if time is None else time)

    def _build_har_entry(self, file: str, position: str, entry: Mapping[str, Any]) -> Record | None:
        request = entry.get("request")
        if not isinstance(request, dict) or not isinstance(request.get("url"), str):
            return None
        path = split_address(request["url"]).path
        posted = request.get("postData")
        body = _read_json(posted.get("text")) if isinstance(posted, dict) else None
        time = seconds(entry.get("startedDateTime"))
        if path == self._path:
            return Record("server", file, position, body, time, request["url"])
        if self._browser is not None and path == self._browser["path"] and body is not None:
            return self._build_pixel(file, position, body, time)
        return None

    def _log_line(
        self, file: str, position: str, line: Mapping[str, Any], body: str
    ) -> Record | None:
        """A line as server templates log their requests; other platforms' are passed over."""
        address = next((line[name] for name in _LOG_ADDRESSES if name in line), "")
        if isinstance(address, str) and address and split_address(address).path != self._path:
            return None
        time = seconds(line.get("timestamp"))
        return Record("server", file, position, _read_json(line[body]), time, str(address))


def is_log_entry(value: Mapping[str, Any]) -> bool:
    """Whether it is an entry of a HAR or a line of a server container's log, to whom it may be."""
    return "har" in value or any(body in value for body in _LOG_BODIES)


def split_address(address: str) -> SplitResult:
    """The parts of an address; all are empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:  # as with `http://[`
        return SplitResult("", "", "", "", "")


def at(value: Json, path: str) -> Json:
    """What stands at a dotted path, or None."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def seconds(time: Json) -> float | None:
    """Seconds since 1970 of a number (seconds or milliseconds) or an ISO date; else None."""
    if isinstance(time, str):
        try:
            return datetime.fromisoformat(time).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    if isinstance(time, bool) or not isinstance(time, int | float):
        return None
    return time / 1000 if abs(time) > _MILLISECONDS else float(time)


def _read_json(text: Json) -> Json:
    """A body that is JSON in a text, or is there already; None for what is neither."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
