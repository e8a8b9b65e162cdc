"""Which events TikTok takes for one: same source, name and ID (help page "event deduplication").

Which clock TikTok compares is not said; here it is the events' own times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["browser", "server"]
Verdict = Literal["counted", "merged", "dropped", "no ID"]


@dataclass(frozen=True)
class Windows:
    """Seconds after the first event within which the other side's is merged into it, and any
    further one is dropped."""

    merged_within: int
    dropped_within: int


class Deduplication:
    """Judges events in the order in which they arrive."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._first: dict[tuple[str, str, str], tuple[Side, float, int]] = {}

    def judge(
        self, side: Side, account: str, event: str, event_id: str, time: float, number: int
    ) -> tuple[Verdict, int | None]:
        """What becomes of an event, and the number of the one that it is the same as."""
        if not event_id:
            return "no ID", None
        key = (account, event, event_id)
        earlier = self._first.get(key)
        if earlier is None or abs(time - earlier[1]) > self._windows.dropped_within:
            self._first[key] = (side, time, number)
            return "counted", None
        first_side, first_time, first = earlier
        near = abs(time - first_time) <= self._windows.merged_within
        return ("merged" if side != first_side and near else "dropped"), first
