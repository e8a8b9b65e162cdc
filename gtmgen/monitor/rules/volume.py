"""Drops, spikes and silences of one event on one side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gtmgen.monitor.runs import SMALL, MonitorRun, group_runs, list_windows
from gtmgen.monitor.statistics import (
    WEEK,
    Expected,
    compute_level,
    compute_tail,
    expect_count,
    measure_excess,
    measure_spread,
)
from gtmgen.spec.monitor_settings import MonitorSettings

_LEAST_MEAN = 0.5  # records a day; below it nothing can be said
_LEAST_SPIKE = 10  # records
_HOURS = 24
_LEAST_SILENT = 30  # records that the silent hours should have had
_LEAST_HOURLY = 2 * _LEAST_SILENT  # records a day, to tell the hours apart
_HOURLY_SPREAD = 0.3


class Volume(NamedTuple):
    """A run of days with too few or too many records; hours where only those are silent."""

    rule: str
    run: MonitorRun
    records: int
    expected: float
    hours: tuple[int, int] | None = None


@dataclass
class VolumeCheck:
    """Judges the days of one series in their order.

    ``counts`` has every judged day, ``hours`` the hours (day * 24 + hour) that have records,
    ``skipped_hours`` are those that the site's clocks have left out.
    Days that are out of line are not learnt from.
    """

    counts: Mapping[int, int]
    hours: Mapping[int, int]
    settings: MonitorSettings
    baseline_from: int
    skipped_hours: frozenset[int] = frozenset()
    expected: dict[int, Expected] = field(default_factory=dict)
    _flagged: dict[int, str] = field(default_factory=dict)
    _silent: dict[int, tuple[int, int]] = field(default_factory=dict)

    def run(self) -> list[Volume]:
        """All runs of the series."""
        usual: dict[int, int] = {}
        errors: list[float] = []
        last: Expected | None = None
        limit = compute_level(self.settings.sensitivity)
        for day, count in self.counts.items():
            mean = expect_count(usual, day)
            if mean is not None:
                last = Expected(mean, measure_spread(errors))
            if last is not None and last.mean >= _LEAST_MEAN:
                self.expected[day] = last
                self._judge(day, limit)
                if day not in self._flagged:
                    errors.append(measure_excess(count, last.mean))
            if day not in self._flagged and day >= self.baseline_from:
                usual[day] = count
            # A window is judged on its last day: its earlier days have been learnt from by then.
            for flagged in self._flagged:
                usual.pop(flagged, None)
        return [volume for rule in ("silence", "drop", "spike") for volume in self._list_runs(rule)]

    def bounds(self, day: int) -> tuple[float, float] | None:
        """Between what a day's count is no alert, for charts."""
        expected = self.expected.get(day)
        if expected is None:
            return None
        mean, spread = expected
        deviation = self.settings.sensitivity * math.sqrt(mean + (spread * mean) ** 2)
        low = min(mean * (1 - self.settings.drop / 100), mean - deviation)
        high = max(mean * (1 + self.settings.spike / 100), mean + deviation)
        return max(low, 0.0), high

    def _judge(self, day: int, limit: float) -> None:
        # Silent hours come first: the rest of the day may hide them, and they tell when it broke.
        hours = self._find_silent_hours(day, limit)
        if hours is not None:
            self._flagged[day], self._silent[day] = "silence", hours
            return
        small = self.expected[day].mean < SMALL
        first = min(self.expected)
        unlikely_windows: list[tuple[float, str, range]] = []
        for window in list_windows(day, first, set(self._flagged), is_small=small):
            count = sum(self.counts[one] for one in window)
            mean = sum(self.expected[one].mean for one in window)
            rule = self._choose_rule(count, mean)
            unlikely = compute_tail(count, Expected(mean, self.expected[day].spread))
            # Both must hold: of large counts any difference is improbable, of small ones any is
            # large.
            if rule is not None and unlikely < limit:
                unlikely_windows.append((unlikely, rule, window))
        if unlikely_windows:
            # The least probable window is the one that the fault fills: a longer one has days in it
            # that are as usual.
            _, rule, window = min(unlikely_windows, key=lambda item: item[0])
            self._flagged.update(dict.fromkeys(window, rule))

    def _choose_rule(self, count: int, mean: float) -> str | None:
        if count < mean * (1 - self.settings.drop / 100):
            return "silence" if count == 0 else "drop"
        if count > mean * (1 + self.settings.spike / 100) and count >= _LEAST_SPIKE:
            return "spike"
        return None

    def _find_silent_hours(self, day: int, limit: float) -> tuple[int, int] | None:
        """The first and the last hour without a record that should have had many."""
        mean = self.expected[day].mean
        # A day without any record is told as such, by its windows.
        if mean < _LEAST_HOURLY or not self.counts[day]:
            return None
        start, length = _find_longest_silence(
            [self.hours.get(day * _HOURS + n, 0) for n in range(24)]
        )
        if not length:
            return None
        missing = mean * self._measure_part_of_day(day, start, length)
        spread = max(_HOURLY_SPREAD, self.expected[day].spread)
        if missing < _LEAST_SILENT or compute_tail(0, Expected(missing, spread)) >= limit:
            return None
        return start, start + length - 1

    def _measure_part_of_day(self, day: int, start: int, length: int) -> float:
        """The part of a day's records that these hours have on the same weekday."""
        same = [day - week * WEEK for week in range(1, 9)]
        usual_days = [one for one in same if self.counts.get(one) and one not in self._flagged]
        whole = sum(self.counts[one] for one in usual_days)
        if not whole:
            return 0.0
        due = [
            hour
            for hour in range(start, start + length)
            if day * _HOURS + hour not in self.skipped_hours
        ]
        hours = (one * _HOURS + hour for one in usual_days for hour in due)
        return sum(self.hours.get(hour, 0) for hour in hours) / whole

    def _list_runs(self, rule: str) -> list[Volume]:
        days = [day for day, flagged in self._flagged.items() if flagged == rule]
        volumes = []
        for run in group_runs(days, lambda day: abs(self.counts[day] - self.expected[day].mean)):
            silent = self._silent.get(run.first)
            hours = silent if silent is not None and len(run.days) == 1 else None
            expected = self.expected[run.worst].mean
            volumes.append(Volume(rule, run, self.counts[run.worst], expected, hours))
        return volumes


def _find_longest_silence(counts: Sequence[int]) -> tuple[int, int]:
    """The first hour and the length of the longest run of zeros."""
    best, start = (0, 0), 0
    for hour, count in enumerate([*counts, 1]):
        if count:
            best = max(best, (start, hour - start), key=lambda item: item[1])
            start = hour + 1
    return best
