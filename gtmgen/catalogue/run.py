"""One run: a feed, and the recordings that are matched against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from gtmgen.catalogue.accounts import CatalogueAccount, find_catalogue_accounts
from gtmgen.catalogue.causes import ColumnCauses, MismatchCause
from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.encoding import open_feed
from gtmgen.catalogue.feed import open_reader, read_feed
from gtmgen.catalogue.matching import AccountMatch, AccountMatcher, id_text
from gtmgen.catalogue.model import FeedFinding
from gtmgen.catalogue.sent import SentEvents, count_records
from gtmgen.catalogue.sent_model import SentEvent
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.recordings.reading import Piece, read_pieces
from gtmgen.spec.model import Spec

_UNDERSTOOD = (
    "`--events` reads results of `gtmgen test` and `gtmgen verify` (`--format json`), messages of "
    "the data layer, requests of the pixel or of a backend, HAR files, and logs of a server "
    "container"
)
_OF_A_CHECK = (
    "a result of `gtmgen check-payload` keeps nothing of the events: name the files that it checked"
)
_MOST_AHEAD = 20_000  # events that are kept while the feed is read


@dataclass(frozen=True)
class UnreadablePiece:
    """A piece of a recording that could not be read, and why."""

    file: str
    place: str
    message: str


@dataclass
class ReadRecording:
    """A recording that was read: how many records it has, and how many events with products."""

    file: str
    records: int = 0
    with_products: int = 0


@dataclass(frozen=True)
class CatalogueResult:
    """A feed, checked, and each account's events against it; no accounts without recordings.

    ``least`` is the percentage of events that has to match.
    """

    feed: Feed
    accounts: tuple[AccountMatch, ...]
    unreadable: tuple[UnreadablePiece, ...]
    least: float
    recordings: tuple[ReadRecording, ...] = ()

    @property
    def errors(self) -> int:
        """How many kinds of error there are: of the feed, of values, of shares, of files."""
        values = [one for account in self.accounts for one in account.values]
        errors = sum(one.level == "error" for one in self.feed.findings)
        errors += sum(one.level == "error" for one in values)
        return errors + len(self.unreadable) + sum(map(self._too_few, self.accounts))

    @property
    def without_products(self) -> list[ReadRecording]:
        """Recordings that were read to no purpose: nothing in them names a product."""
        return [one for one in self.recordings if not one.with_products]

    def _too_few(self, account: AccountMatch) -> int:
        shares = (one.share for one in account.events)
        return sum(share is not None and share < self.least for share in shares)


def run_catalogue(
    spec: Spec,
    feed: Path,
    recordings: Sequence[tuple[str, Iterable[Piece]]],
    least: float | None = None,
) -> CatalogueResult:
    """Check a feed, and match the events of recordings (their names, and their pieces).

    Raises :class:`UsageError` for a spec without a platform that has a catalogue, and
    :class:`GtmgenError` for a feed that cannot be read and a file that is no recording.
    """
    accounts = find_catalogue_accounts(spec)
    if not accounts:
        raise UsageError("no platform of the spec has a product catalogue")
    first = accounts[0]
    unreadable: list[UnreadablePiece] = []
    read: list[ReadRecording] = []
    events = _read_events(SentEvents(spec, accounts), recordings, unreadable, read)
    # Their IDs are known before the feed is read, so that one pass over it explains them, too.
    ahead = list(islice(events, _MOST_AHEAD))
    causes = ColumnCauses({id_text(item.id) for event in ahead for item in event.items} - {""})
    currencies, hosts = first.platform.pack.currencies, spec.site.hosts
    checked = read_feed(feed, first.rules, currencies, causes, hosts)
    matches: list[AccountMatch] = []
    if recordings:
        matchers = {one.name: AccountMatcher(one, checked) for one in accounts}
        for event in chain(ahead, events):
            matchers[event.account].add(event)
        explain = partial(_explain, causes, feed, first)
        matches = [one.finish(explain) for one in matchers.values()]
    return CatalogueResult(
        _compared(checked, spec.site.currency),
        tuple(matches),
        tuple(unreadable),
        first.rules.match_rate if least is None else least,
        tuple(read),
    )


def _compared(feed: Feed, currency: str | None) -> Feed:
    """The feed; with a finding where its currency is not the one that the spec gives the site."""
    if not currency or not feed.currency or currency == feed.currency:
        return feed
    message = f"the feed is in `{feed.currency}`, and `site.currency` of the spec is `{currency}`"
    finding = FeedFinding("currency", "warning", "price", message)
    return replace(feed, findings=(*feed.findings, finding))


def _read_events(
    events: SentEvents,
    recordings: Sequence[tuple[str, Iterable[Piece]]],
    unreadable: list[UnreadablePiece],
    read: list[ReadRecording],
) -> Iterator[SentEvent]:
    for file, pieces in recordings:
        is_recording, is_empty, is_check = False, True, False
        counts = ReadRecording(file)
        read.append(counts)
        for piece in pieces:
            is_check = is_check or _is_payload_check(piece)
            is_empty = False
            if piece.error:
                unreadable.append(UnreadablePiece(file, piece.place, piece.error))
            elif not is_recording:
                is_recording = events.is_recorded(piece)
            counts.records += count_records(piece)
            for event in events.read(file, piece):
                counts.with_products += bool(event.items)
                yield event
        if not is_empty and not is_recording:
            reasons = [one.message for one in unreadable if one.file == file]
            why = f": {reasons[0]}" if reasons else ""
            hint = _OF_A_CHECK if is_check else _UNDERSTOOD
            raise GtmgenError(f"`{file}` is no recording of events{why}", hint=hint)


def _is_payload_check(piece: Piece) -> bool:
    """Whether it is what `check-payload` reports, which holds nothing of the events."""
    return isinstance(piece.value, dict) and {"findings", "totals", "pairs"} <= piece.value.keys()


def _explain(
    causes: ColumnCauses, feed: Path, account: CatalogueAccount, ids: set[str]
) -> dict[str, MismatchCause]:
    """Causes for IDs; the feed is read again only for those that came too late."""
    if not ids <= causes.ids:
        causes = ColumnCauses(ids)
        with open_feed(feed) as stream:
            for _ in open_reader(str(feed), stream, account.rules).products(causes):
                pass
    return causes.explain(ids)


def read_recordings(files: Sequence[Path]) -> list[tuple[str, Iterable[Piece]]]:
    """The pieces of files; each is opened when it is its turn."""
    return [(str(file), read_pieces(file)) for file in files]
