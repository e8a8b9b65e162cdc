"""Days and hours of a time zone, by whole numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import pandas as pd
import pytest

from gtmgen.monitor.clock import SiteClock
from gtmgen.monitor.model import number_of
from gtmgen.monitor.rules.volume import VolumeCheck
from gtmgen.spec.monitor_settings import MonitorSettings

MARCH, OCTOBER = date(2026, 3, 29), date(2026, 10, 25)  # when Berlin's clocks are put


def moments() -> list[datetime]:
    """Around each of a year's shifts of the clocks, and on other days."""
    days = [date(2026, 1, 1), date(2026, 3, 8), MARCH, date(2026, 7, 1), OCTOBER, date(2026, 11, 1)]
    starts = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days]
    return [start + timedelta(seconds=n * 1799) for start in starts for n in range(48)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
def test_records_are_told_as_clocks_there_show_them(zone: str) -> None:
    seconds = [int(one.timestamp()) for one in moments()]
    backend = ibis.duckdb.connect()
    backend.con.register("records", pd.DataFrame({"at": seconds}))
    table = SiteClock(zone).localize(backend.table("records"))
    shown = [
        int(one.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC).timestamp()) for one in moments()
    ]
    assert backend.to_pyarrow(table)["at"].to_pylist() == shown


def test_days_begin_there() -> None:
    clock = SiteClock("Europe/Berlin")
    assert clock.today(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
    begins = datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert clock.start_of(date(2026, 7, 2)) == int(begins.timestamp())


def test_the_hour_that_clocks_leave_out_is_no_silence() -> None:
    """Every hour of eight weeks has 40 records, but for 2:00 on the last Sunday in March."""
    skipped = number_of(MARCH) * 24 + 2
    year = range(number_of(date(2026, 1, 1)) * 24, number_of(date(2027, 1, 1)) * 24)
    assert SiteClock("Europe/Berlin").skipped_hours & set(year) == {skipped}
    days = range(number_of(MARCH) - 56, number_of(MARCH) + 1)
    hours = {day * 24 + n: 40 for day in days for n in range(24)}
    del hours[skipped]
    counts = {day: sum(hours.get(day * 24 + n, 0) for n in range(24)) for day in days}

    def told(skipped_hours: frozenset[int]) -> list[tuple[str, tuple[int, int] | None]]:
        check = VolumeCheck(counts, hours, MonitorSettings(), 0, skipped_hours)
        return [(volume.rule, volume.hours) for volume in check.run()]

    assert told(frozenset([skipped])) == []
    assert told(frozenset()) == [("silence", (2, 2))]
