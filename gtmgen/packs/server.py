"""A pack's ``server.yaml``: what the platform takes of a backend, as a contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from gtmgen.packs.companion import read_companion
from gtmgen.packs.model import Pack

FILE = "server.yaml"

_TEXTS = {"type": ["string", "object"], "minLength": 1, "additionalProperties": {"type": "string"}}
_TEXT_LIST = {"type": "array", "items": _TEXTS}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
_PLACES = ("account", "event", "event_id", "time", "params", "user", "page")
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["verified", "places", "request", "event"],
    "properties": {
        "verified": {},
        "places": {**_STRINGS, "required": list(_PLACES)},
        "request": {"type": "object"},
        "event": {"type": "object", "required": ["properties"]},
        "definitions": {"type": "object"},
        "deduplication": {
            "type": "object",
            "required": ["merged_within", "dropped_within"],
            "additionalProperties": {"type": "integer"},
        },
        "hashes": _STRINGS,
        "country_code": {"type": "string"},
        "browser": {**_STRINGS, "required": ["path", "event", "event_id", "account", "time"]},
        "guide": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(("token", "limits", "retries", "test", "shows"), _TEXT_LIST),
                "examples": _STRINGS,
                "codes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["code", "meaning", "then"],
                        "properties": {"code": {"type": "string"}, "meaning": _TEXTS}
                        | {"then": _TEXTS},
                    },
                },
            },
        },
        "log": {
            "type": "object",
            "additionalProperties": False,
            "required": ["host", "match_keys", "item_id"],
            "properties": {
                "host": {"type": "string"},
                "match_keys": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "item_id": {"type": "string"},
            },
        },
        "not_sent": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["fields", "why"],
                "properties": {"fields": {"type": "array", "items": {"type": "string"}}}
                | {"why": _TEXTS},
            },
        },
    },
}


class LoggedCalls(NamedTuple):
    """How calls are read from a log: the ``host`` they go to, the fields of the user behind each
    match key, and the dotted path of the first item's ID below the parameters."""

    host: str
    match_keys: Mapping[str, tuple[str, ...]]
    item_id: str


@dataclass(frozen=True)
class ServerApi:
    """What a platform takes of a backend.

    ``request`` and ``event`` are JSON Schemas of a request's body and of one event in its ``data``,
    which refer to ``definitions`` as ``#/$defs/NAME``. ``places`` name the request's field
    ``account`` and the fields of an event: event, event_id, time, params, user, page. ``hashes``
    are the fields of the user that are hashed, with the rule (``contract.hashing``);
    ``country_code`` is the setting that completes phone numbers.
    ``merged_within`` and ``dropped_within`` are seconds after the first event with the same name
    and ID. ``browser`` tells the browser's own request: the ``path`` of its address, and dotted
    paths in its body of event, event_id, account and time. ``guide`` has texts for the
    documentation; ``log`` is for the monitor.
    """

    places: Mapping[str, str]
    request: Mapping[str, Any]
    event: Mapping[str, Any]
    definitions: Mapping[str, Any]
    hashes: Mapping[str, str]
    country_code: str
    merged_within: int
    dropped_within: int
    browser: Mapping[str, str] | None
    guide: Mapping[str, Any]
    not_sent: tuple[tuple[tuple[str, ...], Any], ...]
    log: LoggedCalls | None = None


def load_server_api(pack: Pack) -> ServerApi | None:
    """Read it; None for a pack without. Raises :class:`GtmgenError` that says what is wrong."""
    return _load(pack.directory)


@lru_cache(maxsize=64)
def _load(directory: Path) -> ServerApi | None:
    raw = read_companion(directory / FILE, _SCHEMA)
    if raw is None:
        return None
    windows = raw.get("deduplication", {})
    return ServerApi(
        places=raw["places"],
        request=raw["request"],
        event=raw["event"],
        definitions=raw.get("definitions", {}),
        hashes=raw.get("hashes", {}),
        country_code=raw.get("country_code", ""),
        merged_within=windows.get("merged_within", 0),
        dropped_within=windows.get("dropped_within", 0),
        browser=raw.get("browser"),
        guide=raw.get("guide", {}),
        not_sent=tuple((tuple(item["fields"]), item["why"]) for item in raw.get("not_sent", ())),
        log=_logged(raw["log"]) if "log" in raw else None,
    )


def _logged(raw: Mapping[str, Any]) -> LoggedCalls:
    keys = {name: tuple(fields) for name, fields in raw["match_keys"].items()}
    return LoggedCalls(raw["host"], keys, raw["item_id"])
