"""Days that are out of line, put together: a fault lasts from its first day to its last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

_GAP = 2
WINDOW = 7
SMALL = 50
"""With fewer records a day, several days are looked at together."""


class MonitorRun(NamedTuple):
    """Days out of line, and the worst of them: the one whose count is least likely."""

    days: tuple[int, ...]
    worst: int

    @property
    def first(self) -> int:
        return self.days[0]

    @property
    def last(self) -> int:
        return self.days[-1]


def group_runs(days: Iterable[int], badness: Callable[[int], float]) -> list[MonitorRun]:
    """Runs of days that are at most two days apart; the worst has the largest ``badness``."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] <= _GAP:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [MonitorRun(tuple(run), max(run, key=badness)) for run in runs]


def list_windows(day: int, first: int, flagged: set[int], *, is_small: bool) -> list[range]:
    """The windows that end on a day: itself, and of a small series up to a week, as long as no
    day in it is told already."""
    windows = [range(day, day + 1)]
    if not is_small:
        return windows
    for start in range(day - 1, max(first, day - WINDOW + 1) - 1, -1):
        if start in flagged:
            break
        windows.append(range(start, day + 1))
    return windows
