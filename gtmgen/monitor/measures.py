"""The answers to the queries, by event and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gtmgen.monitor.statistics import Share

Row = Mapping[str, Any]
Rows = Sequence[Row]

_HOURS = 24
_WITH, _WITHOUT = "with_", "without_"


class Name(NamedTuple):
    """An event of a platform, as one side sends it."""

    platform: str
    side: str
    event: str


class Days(NamedTuple):
    """The first and the last day (numbers since 1970) that are judged: complete ones."""

    first: int
    last: int

    def __contains__(self, day: object) -> bool:
        return isinstance(day, int) and self.first <= day <= self.last

    def all(self) -> range:
        return range(self.first, self.last + 1)


class Measures:
    """What was counted: rows of each query, put in order."""

    def __init__(self, answers: Mapping[str, Rows], days: Days) -> None:
        self.days = days
        self.first_day: dict[Name, int] = {}
        self.left_out = answers["left_out"][0]
        self.records = sum(row["records"] for row in answers["volumes"])
        self.hours: dict[Name, dict[int, int]] = defaultdict(dict)
        self._counters: dict[Name, dict[int, dict[str, int]]] = defaultdict(dict)
        self._add_volumes(answers["volumes"])
        self.pairs = _group_by_event(answers["pairs"], days)
        self.twice = _group_by_event(answers["twice"], days)
        self.shared = [row for row in answers["shared_ids"] if row["day"] in days]
        texts = {row["id"]: row["event_id"] for row in answers["texts"]}
        self.constant = [
            {**row, "event_id": texts.get(row["id"], "")}
            for row in answers["constant_ids"]
            if row["day"] in days
        ]
        self.values: dict[Name, list[Row]] = defaultdict(list)
        for row in answers["values"]:
            if row["day"] in days:
                self.values[name_of(row)].append(row)
        self.products: dict[Name, dict[int, Share]] = defaultdict(dict)
        for row in answers.get("products", ()):
            if row["day"] in days:
                self.products[name_of(row)][row["day"]] = Share(row["unknown"], row["records"])

    def _add_volumes(self, rows: Rows) -> None:
        for row in sorted(rows, key=lambda row: (*name_of(row), row["hour"])):
            day = row["hour"] // _HOURS
            name = name_of(row)
            self.first_day.setdefault(name, day)
            if day not in self.days:
                continue
            self.hours[name][row["hour"]] = row["records"]
            sums = self._counters[name].setdefault(day, defaultdict(int))
            for counter, value in row.items():
                if counter not in ("platform", "side", "event", "hour"):
                    sums[counter] += value
                    if counter.startswith(_WITH):
                        sums[_WITHOUT + counter.removeprefix(_WITH)] += row["records"] - value

    def counts(self, name: Name) -> dict[int, int]:
        """How many records each judged day has, 0 where there is none."""
        counters = self._counters.get(name, {})
        return {day: counters[day]["records"] if day in counters else 0 for day in self.days.all()}

    def total(self, name: Name) -> int:
        """Records of all judged days."""
        return sum(day["records"] for day in self._counters.get(name, {}).values())

    def share(self, name: Name, part: str, whole: str = "records") -> dict[int, Share]:
        """A counter in another, by day."""
        counters = self._counters.get(name, {})
        return {
            day: Share(sums[part], sums[whole]) for day, sums in counters.items() if sums[whole]
        }

    def pair_share(
        self, platform: str, event: str, part: str, whole: str = "keys"
    ) -> dict[int, Share]:
        """A counter of the keys in another, by day."""
        counters = self.pairs.get((platform, event), {})
        return {day: Share(row[part], row[whole]) for day, row in counters.items() if row[whole]}


def name_of(row: Row) -> Name:
    """The name that a row is about; nothing is said about null."""
    return Name(row["platform"] or "", row["side"] or "", row["event"] or "")


def select_days(volumes: Rows, until: int | None) -> Days | None:
    """The complete days among the records; ``until`` (a day) ends them where it is given.

    The first day and the last count as complete when records come within their first, or last,
    hour. None without a complete day.
    """
    first = min((row["hour"] for row in volumes), default=None)
    last = max((row["hour"] for row in volumes), default=None)
    if first is None or last is None:
        return None
    # Rounded up: a day whose beginning is missing would look like a drop.
    start = -(-first // _HOURS)
    end = (last + 1) // _HOURS - 1 if until is None else until - 1
    return Days(start, end) if start <= end else None


def _group_by_event(rows: Iterable[Row], days: Days) -> dict[tuple[str, str], dict[int, Row]]:
    rows_of: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in rows:
        if row["day"] in days:
            rows_of[row["platform"] or "", row["event"] or ""][row["day"]] = row
    return rows_of
