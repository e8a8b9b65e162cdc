"""Currencies that are new or malformed, and values of another order of magnitude."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from statistics import median_low

from gtmgen.monitor.measures import Measures, Name, Row
from gtmgen.monitor.queries import BOUNDS
from gtmgen.monitor.rules.counted import Counted
from gtmgen.monitor.statistics import WEEK, Share
from gtmgen.spec.monitor_settings import MonitorSettings
from gtmgen.text import listing, quoted

_RARE = 0.05
"""A currency of less than a twentieth of all records is a foreign one."""

_FAR = 5
"""Classes of values, of which three make a factor of ten: about fifty times as much, or less."""

_CODE = re.compile("[A-Za-z]{3}")
_LEAST = 50  # values of the weeks before, to know the usual size


def count_values(measures: Measures, name: Name, settings: MonitorSettings) -> Iterator[Counted]:
    """The shares that are about an event's currency and the size of its value."""
    rows = measures.values.get(name, [])
    yield from _list_currencies(rows, name.side, settings)
    yield Counted(
        "outlier",
        name.side,
        _collect_outliers(rows),
        "values are about fifty times as large, or as small, as usual",
        "cents for euros, a sum for a price, or another currency: compare with the order",
    )


def _normalize_currency(currency: str) -> str:
    """A currency in capitals, whatever it was written in; what is no code, as it was written."""
    return currency.upper() if _CODE.fullmatch(currency) else currency


def _list_currencies(
    rows: Iterable[Row], side: str, settings: MonitorSettings
) -> Iterator[Counted]:
    days: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["currency"]:
            days[row["day"]][_normalize_currency(row["currency"])] += row["records"]
    whole = sum((counter.total() for counter in days.values()), 0)
    sums: Counter[str] = sum(days.values(), Counter())
    for currency, count in sorted(sums.items()):
        is_code = _CODE.fullmatch(currency) is not None
        if settings.currencies:
            if currency in settings.currencies:
                continue
            hint = f"the spec's `monitor.currencies` are {listing(settings.currencies)}"
        elif is_code and count > _RARE * whole:
            continue
        else:
            hint = "a currency is a code of ISO 4217; `monitor.currencies` names those of the site"
        told = (
            f"the currency {quoted(currency)}"
            if currency != "?"
            else "a currency that is not a code"
        )
        shares = {day: Share(counter[currency], counter.total()) for day, counter in days.items()}
        yield Counted("currency", side, shares, f"records have {told}", hint)


def _collect_outliers(rows: Iterable[Row]) -> Mapping[int, Share]:
    """By day; a day without enough values before it is left out."""
    days: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row["size"] >= 0:
            days[row["day"]][row["size"]] += row["records"]
    shares = {}
    for day, sizes in days.items():
        before = [days[one] for one in range(day - 4 * WEEK, day) if one in days]
        usual = _find_usual_size(before)
        if usual is not None:
            far = sum(count for size, count in sizes.items() if abs(size - usual) >= _FAR)
            shares[day] = Share(far, sizes.total())
    return shares


def _find_usual_size(days: list[Counter[int]]) -> int | None:
    """The median of the days' median classes, so that a few days of another size move nothing."""
    if sum(sizes.total() for sizes in days) < _LEAST:
        return None
    return median_low([_compute_median(sizes) for sizes in days])


def _compute_median(sizes: Counter[int]) -> int:
    half, passed = sizes.total() / 2, 0
    for size in sorted(sizes):
        passed += sizes[size]
        if passed >= half:
            return size
    return len(BOUNDS)
