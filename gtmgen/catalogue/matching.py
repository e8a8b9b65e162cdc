"""Matches the products of events against a feed, event by event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

from gtmgen.catalogue.accounts import CatalogueAccount
from gtmgen.catalogue.causes import MOST_EXPLAINED, MismatchCause, explain_ids
from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.fields import FieldScores, IdSource
from gtmgen.catalogue.sent_model import SentEvent, SentItem, Side
from gtmgen.catalogue.values import ValueCheck, ValueFinding
from gtmgen.recordings.model import Json

MANY_IDS = 20
"""More products than this are a list's, not what somebody looks at."""


class Unmatched(NamedTuple):
    """An ID of events that the feed has not; ``file`` and ``place`` are of its first event."""

    id: str
    times: int
    cause: MismatchCause
    file: str
    place: str


@dataclass(slots=True)
class EventMatch:
    """How the events of one name and side match.

    ``matched`` counts events whose IDs are all in the feed, as the platform counts them. ``lists``
    counts events with more than ``MANY_IDS`` IDs.
    """

    account: str
    event: str
    side: Side
    events: int = 0
    with_ids: int = 0
    matched: int = 0
    ids: int = 0
    matched_ids: int = 0
    lists: int = 0
    other_types: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float | None:
        """The percentage of events with IDs that match; None without any."""
        return 100 * self.matched / self.with_ids if self.with_ids else None


@dataclass(frozen=True)
class AccountMatch:
    """What is said of one account: its events, what does not match, values, and where the IDs
    would match best. ``seen`` counts products of the feed that any event named."""

    account: CatalogueAccount
    events: tuple[EventMatch, ...]
    unmatched: tuple[Unmatched, ...]
    values: tuple[ValueFinding, ...]
    sources: tuple[IdSource, ...]
    seen: int

    @property
    def best(self) -> IdSource | None:
        """A source that matches more IDs than the spec's does, if there is one."""
        current = next((one for one in self.sources if one.is_current), None)
        best = next(iter(self.sources), None)
        if best is None or current is None or best.share <= current.share + 1:
            return None
        return best


class AccountMatcher:
    """Collects the events of one account."""

    def __init__(self, account: CatalogueAccount, feed: Feed) -> None:
        self._account = account
        self._feed = feed
        self._column = account.column
        index = feed.index
        self._has = index.__contains__ if self._column == "sku_id" else index.has_group
        self._events: dict[tuple[str, Side], EventMatch] = {}
        self._unmatched: Counter[str] = Counter()
        self._first: dict[str, tuple[str, str]] = {}
        self._seen: set[str] = set()
        self._values = ValueCheck(account, feed)
        self._fields = FieldScores(account, index)

    def add(self, event: SentEvent) -> None:
        """Take an event of this account."""
        key = (event.event, event.side)
        match = self._events.get(key)
        if match is None:
            match = self._events[key] = EventMatch(event.account, event.event, event.side)
        match.events += 1
        ids = [text for item in event.items if (text := id_text(item.id))]
        self._fields.add(event)
        if event.items:
            self._values.add(event, [(item, id_text(item.id)) for item in event.items])
        for type_ in _types(event):
            if type_ != self._account.content_type:
                match.other_types[type_] += 1
        if not ids:
            return
        matched = [id_ for id_ in ids if self._has(id_)]
        match.with_ids += 1
        match.ids += len(ids)
        match.matched_ids += len(matched)
        # TikTok's match rate is of events, not of IDs: "event with content ID matching inventory"
        # in its catalogue diagnostics. One unknown product spoils the event.
        match.matched += len(matched) == len(ids) == len(event.items)
        match.lists += len(ids) > MANY_IDS
        self._seen.update(matched)
        for id_ in ids:
            if not self._has(id_):
                self._unmatched[id_] += 1
                self._first.setdefault(id_, (event.file, event.place))

    def finish(self, explain: Callable[[set[str]], dict[str, MismatchCause]]) -> AccountMatch:
        """The result; ``explain`` gives causes for IDs that may stand in other columns."""
        return AccountMatch(
            account=self._account,
            events=tuple(sorted(self._events.values(), key=lambda one: (one.event, one.side))),
            unmatched=tuple(self._explain(explain)),
            values=tuple(self._values.finish()),
            sources=tuple(self._fields.ranked()),
            seen=len(self._seen),
        )

    def _explain(
        self, explain: Callable[[set[str]], dict[str, MismatchCause]]
    ) -> Iterable[Unmatched]:
        ranked = sorted(self._unmatched.items(), key=lambda item: (-item[1], item[0]))
        ids = [id_ for id_, _ in ranked[:MOST_EXPLAINED]]
        causes, unexplained = explain_ids(self._feed.index, ids, self._column)
        if unexplained:
            causes |= explain(unexplained)
        for id_, count in ranked:
            yield Unmatched(
                id_, count, causes.get(id_, MismatchCause("unknown")), *self._first[id_]
            )


def id_text(id_: Json) -> str:
    """An ID as text, as platforms compare it; "" where there is none."""
    if isinstance(id_, str):
        return id_
    if isinstance(id_, bool) or not isinstance(id_, int | float):
        return ""
    if isinstance(id_, float) and not isfinite(id_):  # as `1e400`
        return ""
    return str(int(id_)) if isinstance(id_, float) and id_.is_integer() else str(id_)


def _types(event: SentEvent) -> set[str]:
    items: list[SentItem] = list(event.items)
    return {one for one in (event.type, *(item.type for item in items)) if isinstance(one, str)}
