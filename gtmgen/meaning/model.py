"""Facts about a change, as data; the words come where they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from gtmgen.meaning.phrases import Phrase

Sort = Literal["new", "changed", "gone"]
Group = Literal["event", "platform", "page", "data", "site", "container"]
Who = Literal["marketing", "developers", "backend", "qa"]

SORTS: tuple[Sort, ...] = ("new", "changed", "gone")
GROUPS: tuple[Group, ...] = ("event", "platform", "page", "data", "site", "container")
NEW_EVENT = "event_new"
EVENT_GONE = "event_gone"
RENAMED = "key"


class Risk(StrEnum):
    """What a change does at worst, the gravest first."""

    DEDUPLICATION = "deduplication"
    LOSS = "loss"
    FIRING = "firing"
    PRIVACY = "privacy"
    ACCOUNT = "account"
    VALUES = "values"
    HARMLESS = "harmless"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Risk)}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is otherwise than before.

    ``key`` and ``title`` name what it belongs to: as it is now, or as it was where it is gone.
    ``about`` names the sentence, ``label`` a field that the sentence names, ``risk`` the sentence
    that says what may go wrong, or several with blanks between them.
    ``events`` are events that it concerns beside its own.
    """

    sort: Sort
    group: Group
    key: str
    title: str
    about: str
    severity: Risk = Risk.HARMLESS
    who: tuple[Who, ...] = ()
    before: Phrase = ""
    after: Phrase = ""
    label: str = ""
    risk: str = ""
    values: tuple[tuple[str, Phrase], ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """All facts about a change, in the order of the spec as it is now."""

    items: tuple[Fact, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    def counts(self) -> Mapping[Sort, int]:
        """How many facts there are of each sort."""
        counts = Counter(fact.sort for fact in self.items)
        return {sort: counts[sort] for sort in SORTS}

    def severities(self) -> Mapping[Risk, int]:
        """How many facts there are of each severity that occurs, the gravest first."""
        counts = Counter(fact.severity for fact in self.items)
        return {severity: counts[severity] for severity in Risk if counts[severity]}

    def events(self) -> Mapping[str, Sort]:
        """The events that are there and are new or otherwise, by their keys: for badges."""
        events: dict[str, Sort] = {}
        for fact in self.items:
            if fact.group == "event" and fact.about != EVENT_GONE:
                events.setdefault(fact.key, "changed")
                if fact.about == NEW_EVENT:
                    events[fact.key] = "new"
            for key in fact.events:
                events.setdefault(key, "changed")
        return events

    def grouped(self) -> Iterator[tuple[Group, tuple[tuple[Fact, ...], ...]]]:
        """For each group that has facts: those of one event, one platform ... together."""
        for group in GROUPS:
            by_key: dict[str, list[Fact]] = {}
            for fact in self.items:
                if fact.group == group:
                    by_key.setdefault(fact.key, []).append(fact)
            if by_key:
                yield group, tuple(tuple(facts) for facts in by_key.values())

    def by_severity(self) -> Iterator[tuple[Group, tuple[tuple[Fact, ...], ...]]]:
        """As :meth:`grouped`, but the gravest first: within a group, and within its parts.

        A new name comes before what else has changed, which is told with it.
        """
        for group, parts in self.grouped():
            ranked = [tuple(sorted(part, key=_place)) for part in parts]
            yield group, tuple(sorted(ranked, key=_rank_worst))


def _place(fact: Fact) -> tuple[bool, int]:
    return fact.about != RENAMED, fact.severity.rank


def _rank_worst(part: tuple[Fact, ...]) -> int:
    return min(fact.severity.rank for fact in part)
