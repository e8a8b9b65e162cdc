"""Thresholds of scrolling and of videos: numbers in ascending order, as GTM lists them."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.spec.lifting import NotLiftedError, ParameterFields, whole_number
from gtmgen.spec.schema_parts import make_list_or_one

PERCENTS = make_list_or_one({"type": "integer", "minimum": 1, "maximum": 100})
PIXELS = make_list_or_one({"type": "integer", "minimum": 1})


def join_thresholds(numbers: Iterable[int]) -> str:
    """``[50, 25]`` -> ``25,50``."""
    return ",".join(map(str, sorted(set(numbers))))


def lift_thresholds(parameters: ParameterFields, name: str, most: int | None) -> list[int]:
    """Inverse of ``join_thresholds``; ``most`` is the greatest that the language has."""
    numbers = [whole_number(item, name) for item in parameters.text(name).split(",")]
    is_in_range = min(numbers) >= 1 and (most is None or max(numbers) <= most)
    if numbers != sorted(set(numbers)) or not is_in_range:
        raise NotLiftedError("its thresholds are not in order")
    return numbers
