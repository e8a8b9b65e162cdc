"""Durations: ``2s`` in the spec, ``2000`` in GTM."""

from __future__ import annotations

import re

from gtmgen.spec.lifting import NotLiftedError, whole_number

_DURATION = r"([0-9.]+)(ms|s|m|h)"
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}


def milliseconds(duration: str) -> int:
    """``2s`` -> 2000."""
    match = re.fullmatch(_DURATION, duration)
    if match is None:
        raise ValueError(f"not a duration: {duration}")
    return max(1, round(float(match.group(1)) * _UNITS[match.group(2)]))


def lift_duration(milliseconds: str) -> str:
    """``2000`` -> ``2s``. Raises :class:`NotLiftedError` where the schema has no such duration."""
    number = whole_number(milliseconds, "duration")
    if not 0 < number < 1_000_000_000 or (number % 1000 and number >= 1_000_000):
        raise NotLiftedError(f"the language has no duration for {number} milliseconds")
    return f"{number}ms" if number % 1000 else f"{number // 1000}s"
