"""One run: a feed, and the recordings that are matched against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gtmgen.catalogue.check import Feed, open_reader, read_feed
from gtmgen.catalogue.encoding import open_feed
from gtmgen.catalogue.matching import AccountMatch, AccountMatcher
from gtmgen.catalogue.model import FeedFinding
from gtmgen.catalogue.sent import CatalogueAccount, SentEvents, catalogue_accounts
from gtmgen.errors import UsageError
from gtmgen.recordings.reading import Piece, read_pieces
from gtmgen.spec.model import Spec


@dataclass(frozen=True)
class UnreadablePiece:
    """A piece of a recording that could not be read, and why."""

    file: str
    place: str
    message: str


@dataclass(frozen=True)
class CatalogueResult:
    """A feed, checked, and each account's events against it; no accounts without recordings.

    ``least`` is the percentage of events that has to match.
    """

    feed: Feed
    accounts: tuple[AccountMatch, ...]
    unreadable: tuple[UnreadablePiece, ...]
    least: float

    @property
    def errors(self) -> int:
        """How many kinds of error there are: of the feed, of values, of shares, of files."""
        values = [one for account in self.accounts for one in account.values]
        errors = sum(one.level == "error" for one in self.feed.findings)
        errors += sum(one.level == "error" for one in values)
        return errors + len(self.unreadable) + sum(map(self._too_few, self.accounts))

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
    :class:`GtmgenError` for a feed that cannot be read.
    """
    accounts = catalogue_accounts(spec)
    if not accounts:
        raise UsageError("no platform of the spec has a product catalogue")
    first = accounts[0]
    checked = read_feed(feed, first.rules, first.platform.pack.currencies)
    unreadable: list[UnreadablePiece] = []
    matches: list[AccountMatch] = []
    if recordings:
        matchers = {one.name: AccountMatcher(one, checked) for one in accounts}
        events = SentEvents(spec, accounts)
        for file, pieces in recordings:
            for piece in pieces:
                if piece.error:
                    unreadable.append(UnreadablePiece(file, piece.place, piece.error))
                for event in events.read(file, piece):
                    matchers[event.account].add(event)
        matches = [_finish(one, feed, first) for one in matchers.values()]
    return CatalogueResult(
        _compared(checked, spec.site.currency),
        tuple(matches),
        tuple(unreadable),
        first.rules.match_rate if least is None else least,
    )


def _compared(feed: Feed, currency: str | None) -> Feed:
    """The feed; with a finding where its currency is not the one that the spec gives the site."""
    if not currency or not feed.currency or currency == feed.currency:
        return feed
    told = f"the feed is in `{feed.currency}`, and `site.currency` of the spec is `{currency}`"
    finding = FeedFinding("currency", "warning", "price", told)
    return replace(feed, findings=(*feed.findings, finding))


def _finish(matcher: AccountMatcher, feed: Path, account: CatalogueAccount) -> AccountMatch:
    """The result; the feed is read again only where an ID is in none of its products."""
    if not matcher.has_unmatched:
        return matcher.finish(None)
    with open_feed(feed) as stream:
        return matcher.finish(open_reader(str(feed), stream, account.rules))


def read_recordings(files: Sequence[Path]) -> list[tuple[str, Iterable[Piece]]]:
    """The pieces of files; each is opened when it is its turn."""
    return [(str(file), read_pieces(file)) for file in files]
