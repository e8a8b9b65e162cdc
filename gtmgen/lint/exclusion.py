"""Whether two conditions on the same value can hold at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from gtmgen.regex.languages import (
    Language,
    contains,
    ends_with,
    equals,
    matches,
    may_meet,
    starts_with,
)
from gtmgen.regex.syntax import Node, UnreadableError, parse
from gtmgen.spec.model import Test
from gtmgen.spec.reference_checks import NUMBER

_NODES: dict[str, Callable[[tuple[str, ...]], Node]] = {
    "equals": equals,
    "starts_with": starts_with,
    "ends_with": ends_with,
    "contains": contains,
}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}
_NO_NUMBER = re.compile("[A-Za-z][A-Za-z _-]*")


@lru_cache(maxsize=4096)
def exclude(one: Test, other: Test) -> bool:
    """Whether no value passes both conditions, which are about the same; in doubt one does."""
    if one.operator in COMPARED and other.operator in COMPARED:
        return _numbers_exclude(one, other)
    for first, second in ((one, other), (other, one)):
        if first.operator == "equals" and not first.negate and second.operator in COMPARED:
            return not any(_compares(value, second) for value in first.values)
    return not may_all_pass((one, other))


def may_all_pass(tests: Iterable[Test]) -> bool:
    """Whether a text passes all of the conditions, those that compare numbers left aside."""
    # A test that cannot be read passes anything: it excludes nothing.
    languages = [language for test in tests if (language := _language(test)) is not None]
    try:
        return len(languages) < 2 or may_meet(languages)
    # An expression can be too large to be taken apart; then nobody says that conditions conflict.
    except (UnreadableError, RecursionError):
        return True


def _language(test: Test) -> Language | None:
    if test.operator == "matches":
        try:
            return Language(
                matches([parse(value, test.ignore_case) for value in test.values]), test.negate
            )
        except UnreadableError:  # which GTM takes for a pattern that matches nothing
            return None
    make = _NODES.get(test.operator)
    return None if make is None else Language(make(test.values), test.negate)


def _compares(value: str, test: Test) -> bool:
    """Whether a text passes a comparison of numbers; in doubt it does."""
    bound = as_number(test.values[0])
    number = as_number(value)
    if number is None or bound is None:
        # What is missing passes the `not_` forms alone, and so does what is no number.
        is_none = not value or (_NO_NUMBER.fullmatch(value) and value != "Infinity")
        return test.negate or bound is None or not is_none
    return COMPARED[test.operator](number, bound) is not test.negate


def _numbers_exclude(one: Test, other: Test) -> bool:
    """No number passes both. What is no number at all passes two `not_` forms."""
    if one.negate and other.negate:
        return False
    bounds = (as_number(one.values[0]), as_number(other.values[0]))
    if bounds[0] is None or bounds[1] is None:
        return False
    low, high = sorted((bounds[0], bounds[1]))
    # Whatever passes, one of these does: the bounds, and a number on each side of them.
    tried = (low - 1, low, (low + high) / 2, high, high + 1)
    return not any(
        all(
            COMPARED[test.operator](number, bound) is not test.negate
            for test, bound in ((one, bounds[0]), (other, bounds[1]))
        )
        for number in tried
    )


def as_number(text: str) -> float | None:
    """The number that a text is for GTM; None where it is none."""
    return float(text) if NUMBER.fullmatch(text) else None
