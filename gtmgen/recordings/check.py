"""Checks a recording, record by record, against a spec's contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from gtmgen.contract.build import build_contract, examples_of
from gtmgen.contract.check import AccountChecker, MessageChecker, RequestChecker
from gtmgen.contract.flaws import Flaw, path_text
from gtmgen.contract.model import EventContract
from gtmgen.recordings.hashes import WrongHashes, user_hashes
from gtmgen.recordings.model import Record, RecordingFinding, Sighting, Summary
from gtmgen.recordings.pairing import Pairing
from gtmgen.recordings.reading import Piece
from gtmgen.recordings.records import Recognizer, at, split_address
from gtmgen.spec.model import Spec
from gtmgen.spec.texts import to_text

_TOKENS = ("access_token", "access-token", "token")


class RecordingCheck:
    """One check over any number of files; :meth:`finish` gives what only the whole tells.

    Raises :class:`UsageError` for a spec whose backend sends nothing that gtmgen knows.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._contract = build_contract(spec)
        self._requests = RequestChecker(spec, self._contract)
        self._accounts = self._requests.accounts
        self._api = self._requests.api
        self._recognizer = Recognizer(self._api, self._requests.url)
        self._messages = MessageChecker(self._contract)
        platform = self._requests.first.platform
        self._hashes = WrongHashes(spec, examples_of(spec), self._api, platform)
        self._seen_hashes: dict[str, list[tuple[str, str, str, str]]] = {}
        self._pairing = Pairing(self._api)
        self._check_by_kind = {
            "server": self._check_server,
            "browser": self._check_browser,
            "message": self._check_message,
        }
        self.summary = Summary()

    def check(self, file: str, piece: Piece) -> Iterator[RecordingFinding]:
        """What is wrong with a piece of a file."""
        if piece.error:
            yield self._count(
                RecordingFinding(file, piece.place, "", "unreadable", "error", piece.error)
            )
            return
        for position in _find_no_records(piece.place, piece.value):
            message = "a record is a JSON object"
            yield self._count(RecordingFinding(file, position, "", "form", "error", message))
        for record in self._recognizer.records(file, piece):
            for flaw in self._check_by_kind[record.kind](record):
                yield self._count(RecordingFinding(file, record.place, *flaw))

    def finish(self) -> Iterator[RecordingFinding]:
        """Hashes that turn out to be of values not normalised; then the summary is complete."""
        for digest, places in self._seen_hashes.items():
            reason = self._hashes.reason(digest)
            for file, position, prefix, field in places if reason else ():
                assert reason is not None
                path = path_text([self._api.places["user"], field], prefix)
                yield self._count(
                    RecordingFinding(file, position, path, "wrong-hash", "error", reason)
                )
        summary, pairing = self.summary, self._pairing
        summary.pairs = list(pairing.pairs())
        summary.lost = list(pairing.lost())
        summary.unpaired = pairing.unpaired
        summary.both_sides = pairing.has_both_sides

    def _count(self, finding: RecordingFinding) -> RecordingFinding:
        summary = self.summary
        summary.errors += finding.level == "error"
        summary.warnings += finding.level == "warning"
        summary.rules[finding.rule] = summary.rules.get(finding.rule, 0) + 1
        return finding

    # -- the server's side -----------------------------------------------------------------

    def _check_server(self, record: Record) -> Iterator[Flaw]:
        self.summary.requests += 1
        yield from _check_token_in(record.address)
        body = record.body
        if not isinstance(body, dict):
            yield Flaw("", "form", "error", "the body is not a JSON object")
            return
        if isinstance(body.get("data"), list) or "event_source" in body:
            account = self._requests.account_of(body)
            yield from account.check_request(body)
            events = body.get("data")
            for index, event in enumerate(events if isinstance(events, list) else ()):
                self._note(record, account, event, f"data[{index}]")
            return
        # One event alone, whose account nobody knows: the one that takes it.
        account = self._find_account_taking(body.get(self._api.places["event"]))
        yield from account.check_event(body)
        self._note(record, account, body, "")

    def _find_account_taking(self, name: object) -> AccountChecker:
        taking = (one for one in self._accounts.values() if name in one.names)
        return next(taking, self._requests.first)

    def _note(self, record: Record, account: AccountChecker, event: Any, path: str) -> None:
        self.summary.events += 1
        if not isinstance(event, dict):
            return
        for field, digest in user_hashes(self._api, event):
            where = (record.file, record.place, path, field)
            self._seen_hashes.setdefault(digest, []).append(where)
        places = self._api.places
        name, event_id, time = (event.get(places[key]) for key in ("event", "event_id", "time"))
        if not isinstance(name, str) or not isinstance(event_id, str):
            return
        at_seconds = time if isinstance(time, int | float) and not isinstance(time, bool) else None
        time = record.time if at_seconds is None else float(at_seconds)
        sighting = Sighting(
            "server", account.platform.name, name, event_id, time, record.file, record.place
        )
        self._pairing.add(sighting)

    # -- the browser's side ----------------------------------------------------------------

    def _check_browser(self, record: Record) -> Iterator[Flaw]:
        """The pixel's own requests: what it was called with has been checked by the tag."""
        self.summary.browser_events += 1
        browser = self._api.browser
        assert browser is not None
        name, event_id = at(record.body, browser["event"]), at(record.body, browser["event_id"])
        pixel = at(record.body, browser["account"])
        accounts = [one for one in self._accounts.values() if one.is_for(pixel)]
        if not accounts or not isinstance(name, str) or name not in accounts[0].names:
            return
        account = accounts[0].platform.name
        if isinstance(event_id, str) and event_id:
            self._pairing.add(
                Sighting("browser", account, name, event_id, record.time, record.file, record.place)
            )
        else:
            text = f"the browser's `{name}` has no ID, so that it is counted beside the server's"
            yield Flaw(browser["event_id"], "event-id", "error", text)

    def _check_message(self, record: Record) -> Iterator[Flaw]:
        self.summary.messages += 1
        self._hashes.learn(record.body)
        try:
            yield from self._messages.check(record.body)
        except UnicodeEncodeError:
            yield Flaw("", "form", "error", "a text holds half a character (a lone surrogate)")
        for event in self._messages.events_of(record.body):
            event_id = self._find_id(event, record.body)
            for account, sent in event.servers.items():
                if account in self._accounts:
                    self._pairing.add(
                        Sighting(
                            "browser",
                            account,
                            sent.name,
                            event_id,
                            record.time,
                            record.file,
                            record.place,
                            is_message=True,
                        )
                    )

    def _find_id(self, event: EventContract, message: Mapping[str, Any]) -> str | None:
        """The ID that the tag sends for a message, where the message decides it."""
        id_ = message.get(self._spec.site.event_id_key)
        if isinstance(id_, str | int) and not isinstance(id_, bool) and id_ != "":
            return str(id_)
        source = self._spec.data.get(event.event_id.source or "")
        if source is None or source.source != "path":
            return None
        value = at(message, str(source.argument))
        usable = isinstance(value, str | int | float) and not isinstance(value, bool)
        return f"{event.event_id.prefix}{to_text(value)}" if usable and value != "" else None


def _find_no_records(position: str, value: Any) -> Iterator[str]:
    """Where a value, or an entry of a list that is one, is neither an object nor such a list."""
    if isinstance(value, list) and value:
        for number, entry in enumerate(value):
            yield from _find_no_records(f"{position}[{number}]", entry)
    elif not isinstance(value, dict):
        yield position


def _check_token_in(address: str) -> Iterator[Flaw]:
    names = {name.lower() for name, _ in parse_qsl(split_address(address).query)}
    if names & set(_TOKENS):
        text = "the access token stands in the address, where logs and proxies keep it"
        hint = "Send it in the header `Access-Token`, and have a new one made."
        yield Flaw("", "token", "error", text, hint)
