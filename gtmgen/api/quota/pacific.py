"""Google's day: it begins at midnight in California (documented for the quota)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def pacific_day(now: float) -> str:
    """``2026-11-22``; ``now`` in seconds since the epoch."""
    return datetime.fromtimestamp(now, _load_zone()).date().isoformat()


def next_midnight(now: float) -> float:
    """When the day after that of ``now`` begins, in seconds since the epoch."""
    zone = _load_zone()
    tomorrow = datetime.fromtimestamp(now, zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).timestamp()


def back_at(now: float) -> str:
    """``2026-11-23 08:00 UTC, in 5 h 20 min``: when the next day begins."""
    then = next_midnight(now)
    minutes = -int(-(then - now) // 60)
    spans = (f"{minutes // 60} h", f"{minutes % 60} min")
    left = " ".join(span for span in spans if not span.startswith("0 ")) or "less than a minute"
    return f"{datetime.fromtimestamp(then, UTC):%Y-%m-%d %H:%M} UTC, in {left}"


def _load_zone() -> tzinfo:
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:
        # A system without a time zone database (Windows, some containers). An hour late in
        # summer, when at most 900 calls are then missing from the next day's count.
        return timezone(timedelta(hours=-8))
