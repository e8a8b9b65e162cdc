"""What the recorder reports, as entries of a recording."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gtmgen.packs.model import ObservedTag
from gtmgen.runtime.engine import Json
from gtmgen.scenarios.model import Call
from gtmgen.scenarios.observe import reported_call, tag_calls
from gtmgen.verify.addresses import hide_address_secrets
from gtmgen.verify.model import (
    At,
    Consent,
    Entry,
    Move,
    RecordedMessage,
    RecordedRequest,
    SentCall,
    Start,
    Trouble,
    TroubleKind,
)
from gtmgen.verify.setting import VerifiedSpec

#: Entries of one visit; a page that makes more is stopped.
MOST_ENTRIES: Final = 5_000
_MOST_TEXT: Final = 1_000
_MOST_REPORT: Final = 1_000_000  # characters; the recorder's own are far smaller
_MOST_REPORTS: Final = 50_000_000  # characters of a visit
_OBJECTS: Final = ("params", "identify")
_PARTS: Final = (*_OBJECTS, "event_id", "addressed")


class Entries:
    """Collects the entries of one visit, which ``began`` so many seconds after 1970; ``step`` is
    the one that is being played."""

    def __init__(self, subject: VerifiedSpec) -> None:
        self.began = 0.0
        self._types = {tag["name"]: tag["type"] for tag in subject.container.version.get("tag", ())}
        self._tags: dict[str, tuple[str, ObservedTag]] = {
            tag.type: (account.pack, tag)
            for account in subject.accounts
            for tag in account.observer.tags
        }
        self._base: dict[str, dict[str, Any]] = {}
        self.all: list[Entry] = []
        self.step = -1
        self.documents = 0
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Whether the page has made more than anybody would read."""
        return len(self.all) >= MOST_ENTRIES or self._size > _MOST_REPORTS

    def at(self, seconds: float) -> At:
        """The present place; ``seconds`` is the time since 1970."""
        return At(len(self.all), self.step, round(seconds - self.began, 3), self.documents)

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        if not self.is_full:
            self.all.append(entry)

    def add_trouble(self, kind: TroubleKind, text: str, seconds: float) -> None:
        """Keep what the page complained of."""
        self.add(Trouble(self.at(seconds), kind, text[:_MOST_TEXT]))

    def add_request(self, request: RecordedRequest, calls: list[Call]) -> None:
        """Keep a request, and the calls that it carries."""
        self.add(request)
        for call in calls:
            self.add(SentCall(request.at._replace(order=len(self.all)), call, in_request=True))

    def report(self, payload: str) -> None:
        """Keep what the recorder reports. What a page forges in its place is no report."""
        self._size += len(payload)
        if len(payload) > _MOST_REPORT or self.is_full:
            return
        try:
            report = json.loads(payload)
            json.dumps(report, ensure_ascii=False).encode()  # half a character is refused
            seconds = float(report["time"]) / 1000
            if report["kind"] == "document":
                self.documents += 1
                self._base = {}
            for entry in self._read_report(report, seconds):
                self.add(entry)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return

    def _read_report(self, report: Json, seconds: float) -> Iterator[Entry]:
        match report["kind"]:
            case "document":
                yield Move(self.at(seconds), "load", hide_address_secrets(str(report["url"])))
            case "move":
                yield Move(
                    self.at(seconds), str(report["how"]), hide_address_secrets(str(report["url"]))
                )
            case "message":
                yield RecordedMessage(self.at(seconds), dict(report["value"]), bool(report["cut"]))
            case "command":
                yield from self._read_command(report["value"], seconds)
            case "start":
                yield Start(self.at(seconds))
            case "policy":
                yield _read_policy(self.at(seconds), report)
            case "trouble":
                text = f"{report['where']}: {report['text']}"
                yield Trouble(self.at(seconds), "runtime", text)
            case "call":
                call = reported_call(str(report["pack"]), _read_call(report["value"]), self.step)
                yield SentCall(self.at(seconds), call)
            case "tag":
                yield from self._read_tag(report, seconds)

    def _read_command(self, words: list[Any], seconds: float) -> Iterator[Entry]:
        match words:
            case ["consent", "default" | "update" as command, dict() as types]:
                states = {name: str(value) for name, value in types.items() if name != "region"}
                yield Consent(self.at(seconds), command, states)

    def _read_tag(self, report: Mapping[str, Any], seconds: float) -> Iterator[Entry]:
        type_ = self._types.get(report["tag"], "")
        if type_ not in self._tags:
            return
        pack, tag = self._tags[type_]
        entry = {"fields": report["value"], "tag": report["tag"]}
        for call in tag_calls(pack, tag, entry, self.step, self._base):
            yield SentCall(self.at(seconds), call)


def _read_policy(at: At, report: Json) -> Trouble:
    """A policy that only reports keeps nothing away."""
    if report.get("enforced") is False:
        text = f"{report['directive']} would block {report['blocked']} (report-only policy)"
        return Trouble(at, "console", text)
    return Trouble(at, "policy", f"{report['directive']} blocks {report['blocked']}")


def _read_call(value: Mapping[str, Any]) -> Json:
    """A reported call whose parts are what they should be: pages call with anything."""
    call: Json = {name: str(part) for name, part in value.items() if name not in _PARTS}
    for name in _OBJECTS:
        call[name] = value[name] if isinstance(value.get(name), dict) else {}
    call["event_id"] = value.get("event_id")
    call["addressed"] = value.get("addressed") is True
    return call
