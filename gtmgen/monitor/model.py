"""What the monitor tells: findings, and the series that they were seen in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

Level = Literal["alert", "notice"]

_EPOCH = date(1970, 1, 1)


def convert_day(number: int) -> date:
    """The calendar day of a number of days since 1970."""
    return _EPOCH + timedelta(days=number)


def number_of(day: date) -> int:
    """Inverse of :func:`convert_day`."""
    return (day - _EPOCH).days


class Cause(NamedTuple):
    """A commit to the spec shortly before, and what it changed; ``day`` is the commit's, UTC."""

    commit: str
    day: date
    author: str
    subject: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonitorFinding:
    """Something that is not as it should be, from a day on.

    ``event`` is the platform's name; ``key`` the spec's, or None where the spec does not know it.
    ``side`` is browser, server, or "" where it concerns both. ``last`` is the last day that it
    was seen on, ``days`` how many there were. ``count`` of ``expected`` is the size on ``worst``,
    the worst of them (None where it is that of all): records for volumes, affected and all
    records for shares. ``hint`` says what to do.
    """

    rule: str
    level: Level
    platform: str
    event: str
    side: str
    first: date
    last: date
    days: int
    count: int
    expected: float
    message: str
    hint: str
    key: str | None = None
    owner: str = ""
    causes: tuple[Cause, ...] = ()
    ignored: str | None = None
    worst: date | None = None


class DayPoint(NamedTuple):
    """A day of a series; ``low`` and ``high`` bound what is usual, None while it is not known."""

    day: date
    records: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """How many records an event had on one side, day by day."""

    platform: str
    event: str
    side: str
    key: str | None
    points: tuple[DayPoint, ...]


class EventTotals(NamedTuple):
    """An event over all days: records of each side, and the keys of deduplication."""

    platform: str
    event: str
    key: str | None
    title: str
    owner: str
    browser: int
    server: int
    both: int
    keys: int


class LeftOut(NamedTuple):
    """Records that are not counted: of platforms that the spec does not have, without a time that
    can be read, and with a time in the future."""

    platform: int = 0
    no_time: int = 0
    future: int = 0

    @property
    def reasons(self) -> tuple[str, ...]:
        """How many there are of each kind, in words."""
        kinds = (
            (self.platform, "of platforms that the spec does not have"),
            (self.no_time, "without a time that can be read"),
            (self.future, "with a time in the future"),
        )
        return tuple(f"{count:,} {kind}" for count, kind in kinds if count)


class UnreadableLines(NamedTuple):
    """Lines of a file that are no records: how many, and the number of the first, from 1."""

    file: str
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """Everything; ``first`` and ``last`` are the days that were judged, complete ones alone."""

    project: str
    first: date
    last: date
    records: int
    findings: tuple[MonitorFinding, ...]
    series: tuple[Series, ...]
    totals: tuple[EventTotals, ...]
    coverage: Mapping[tuple[str, str, str], Mapping[str, float]] = field(default_factory=dict)
    """Match keys in percent of records, by (platform, event, side)."""
    left_out: LeftOut = field(default_factory=LeftOut)
    unreadable: tuple[UnreadableLines, ...] = ()
    timezone: str = "UTC"

    @property
    def alerts(self) -> tuple[MonitorFinding, ...]:
        """Those that nobody has said to know."""
        return tuple(one for one in self.findings if one.level == "alert" and one.ignored is None)
