"""Shares of a day's records that are too large, or larger than usual."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gtmgen.monitor.runs import SMALL, MonitorRun, group_runs, list_windows
from gtmgen.monitor.statistics import (
    Share,
    compute_level,
    compute_share_tail,
    expect_share,
    measure_share_spread,
)
from gtmgen.spec.monitor_settings import Threshold

_LEAST = 20
"""Records; of fewer, a share says nothing."""


_LEAST_PART = 5
"""Affected records; a few are no fault that anybody would look for."""


class ShareRun(NamedTuple):
    """Days whose share is too large; ``usual`` is in percent, None where it is not known."""

    run: MonitorRun
    share: Share
    usual: float | None


@dataclass
class ShareCheck:
    """Judges the days of one share in their order; days out of line are not learnt from."""

    days: Mapping[int, Share]
    threshold: Threshold
    sensitivity: float
    baseline_from: int
    _flagged: dict[int, float | None] = field(default_factory=dict)

    def run(self) -> list[ShareRun]:
        """All runs."""
        if not any(share.part for share in self.days.values()):
            return []
        usual_days: dict[int, Share] = {}
        limit = compute_level(self.sensitivity)
        for day in sorted(self.days):
            usual = expect_share(usual_days, day)
            self._judge(day, usual_days, usual, limit)
            if day not in self._flagged and day >= self.baseline_from:
                usual_days[day] = self.days[day]
            for flagged in self._flagged:
                usual_days.pop(flagged, None)
        runs = group_runs(self._flagged, lambda day: self.days[day].percent)
        return [ShareRun(run, self.days[run.worst], self._flagged[run.first]) for run in runs]

    def _judge(
        self, day: int, usual_days: Mapping[int, Share], usual: Share | None, limit: float
    ) -> None:
        # Only what rises is an alert, and nothing rises to zero.
        if not self.days[day].part:
            return
        small = self.days[day].whole < SMALL
        drops = []
        for window in list_windows(day, min(self.days), set(self._flagged), is_small=small):
            shares = [self.days[one] for one in window if one in self.days]
            share = Share(sum(one.part for one in shares), sum(one.whole for one in shares))
            unlikely = self._compute_likelihood(share, usual, day, usual_days)
            if share.whole >= _LEAST and share.part >= _LEAST_PART and unlikely < limit:
                drops.append((unlikely, window))
        if drops:
            _, window = min(drops, key=lambda item: item[0])
            percent = None if usual is None else usual.percent
            self._flagged.update({one: percent for one in window if one in self.days})

    def _compute_likelihood(
        self, share: Share, usual: Share | None, day: int, usual_days: Mapping[int, Share]
    ) -> float:
        """The probability of such a share by chance; 1 where it is none of an alert's size."""
        most, rise = self.threshold
        unlikely = 1.0
        if most is not None and share.percent > most:
            # No spread: how much days differ is no excuse for being above a limit that somebody has
            # set.
            unlikely = compute_share_tail(share, _convert_rate(most), 0)
        if rise is not None and usual is not None and share.percent - usual.percent >= rise:
            rate = _limit_rate(usual)
            spread = measure_share_spread(usual_days, day, usual)
            unlikely = min(unlikely, compute_share_tail(share, rate, spread))
        return unlikely


def _limit_rate(usual: Share) -> float:
    """What the usual rate may be at most, for it comes from a number of records, too."""
    rate = (usual.part + 0.5) / (usual.whole + 1)
    return min(rate + 2 * math.sqrt(rate * (1 - rate) / (usual.whole + 1)), 1 - 1e-6)


def _convert_rate(percent: float) -> float:
    """Between 0 and 1, but neither: of what must never be, a few in a million are chance."""
    return min(max(percent / 100, 1e-6), 1 - 1e-6)
