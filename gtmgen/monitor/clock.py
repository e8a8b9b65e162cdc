"""Days and hours of the site's time zone, the same on every engine.

Engines know time zones under other names, from other years, or not at all. So a zone is a table of
the moments at which its clocks are put forward or back, and an hour is a sum of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import ibis
from ibis.expr.types import IntegerValue, Table

_HOUR: Final = 3600
_FIRST, _LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
"""Clocks are known between these; before and after, they stand as at the nearest of both."""


class Shift(NamedTuple):
    """From ``at`` (seconds since 1970) on, clocks are ``offset`` seconds ahead of UTC."""

    at: int
    offset: int


class SiteClock:
    """The clocks of a time zone, by its IANA name."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._zone = ZoneInfo(zone)

    def today(self, now: datetime) -> date:
        """The day that it is there."""
        return now.astimezone(self._zone).date()

    def start_of(self, day: date) -> int:
        """Seconds since 1970 of a day's first moment."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp())

    def localize(self, records: Table) -> Table:
        """The records with ``at`` as clocks there show it: seconds since 1970, without an offset.

        Two records around a shift of the clocks lie an hour more, or less, apart than they did.
        """
        shifts = self._shifts
        if len(shifts) == 1 and not shifts[0].offset:
            return records
        return records.mutate(at=records["at"] + _select_offset(records["at"], shifts))

    @cached_property
    def skipped_hours(self) -> frozenset[int]:
        """Hours since 1970, as clocks there show them, that are left out: 2:00 on a Sunday in
        March."""
        pairs = zip(self._shifts, self._shifts[1:], strict=False)
        return frozenset(
            hour
            for before, after in pairs
            for hour in range(
                (after.at + before.offset) // _HOUR, (after.at + after.offset) // _HOUR
            )
        )

    @cached_property
    def _shifts(self) -> list[Shift]:
        shifts = [Shift(0, self._find_offset(_FIRST))]
        day = _LAST if self.zone == "UTC" else _FIRST
        while day < _LAST:
            following = day + timedelta(days=1)
            if self._find_offset(following) != shifts[-1].offset:
                moment = self._find_shift(day, following)
                shifts.append(Shift(int(moment.timestamp()), self._find_offset(moment)))
            day = following
        return shifts

    def _find_shift(self, before: datetime, after: datetime) -> datetime:
        """The first second with the offset of ``after``."""
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
            if self._find_offset(middle) == self._find_offset(after):
                after = middle
            else:
                before = middle
        return after

    def _find_offset(self, moment: datetime) -> int:
        offset = moment.astimezone(self._zone).utcoffset()
        assert offset is not None
        return int(offset.total_seconds())


def _select_offset(at: IntegerValue, shifts: Sequence[Shift]) -> IntegerValue:
    """The offset at a time; by halves, so that of dozens of shifts a few are looked at."""
    if len(shifts) == 1:
        value: IntegerValue = ibis.literal(shifts[0].offset, "int64")
        return value
    middle = len(shifts) // 2
    earlier, later = _select_offset(at, shifts[:middle]), _select_offset(at, shifts[middle:])
    chosen: IntegerValue = ibis.ifelse(at < shifts[middle].at, earlier, later)
    return chosen
