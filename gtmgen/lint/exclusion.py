"""Whether two conditions on the same value can hold at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from gtmgen.regex.backtracking import TooManyStepsError
from gtmgen.regex.backtracking import matches as matches_text
from gtmgen.regex.examples import write_example
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
_PASSES: dict[str, Callable[[str, str], bool]] = {
    "equals": str.__eq__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
}
"""Of what compares a text with the values as they are."""
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}
_MOST_STEPS = 500
_MOST_CHARACTERS = 1000
_MOST_TEXTS = 100
_FILLERS = ("", "~")
_NO_NUMBER = re.compile("[A-Za-z][A-Za-z _-]*")


@lru_cache(maxsize=4096)
def exclude(one: Test, other: Test) -> bool:
    """Whether no value passes both conditions, which are about the same; in doubt one does."""
    if one.operator in COMPARED and other.operator in COMPARED:
        return _numbers_exclude(one, other)
    for first, second in ((one, other), (other, one)):
        if first.operator == "equals" and not first.negate:
            if second.operator in COMPARED:
                return not any(_compares(value, second) for value in first.values)
            if second.operator in _PASSES:
                return not any(_passes(value, second) for value in first.values)
    return not may_all_pass((one, other))


def may_all_pass(tests: Iterable[Test]) -> bool:
    """Whether a text passes all of the conditions, those that compare numbers left aside."""
    # A test that cannot be read passes anything: it excludes nothing.
    readable = [test for test in tests if _language(test) is not None]
    # A text that passes is found sooner than the automata that prove that there is one are made.
    if len(readable) < 2 or any(
        all(_passes(text, test) for test in readable)
        for text in islice(_likely_texts(readable), _MOST_TEXTS)
    ):
        return True
    try:
        return may_meet([language for test in readable if (language := _language(test))])
    # An expression can be too large to be taken apart; then nobody says that conditions conflict.
    except (UnreadableError, RecursionError):
        return True


def _likely_texts(tests: Sequence[Test]) -> Iterator[str]:
    """Made of what the conditions ask for. In ASCII, where characters are code units."""
    texts: dict[str, list[str]] = {}
    for test in (test for test in tests if not test.negate):
        texts.setdefault(test.operator, []).extend(
            write_example(parse(value, test.ignore_case)) if test.operator == "matches" else value
            for value in test.values
        )
    begin, end = (
        max(texts.get(name, ()), key=len, default="") for name in ("starts_with", "ends_with")
    )
    held = "".join(texts.get("contains", ()))
    matched = "".join(texts.get("matches", ()))
    made = [
        *texts.get("equals", ()),
        *texts.get("matches", ()),
        *(f"{begin}{filler}{held}{matched}{filler}{end}" for filler in _FILLERS),
    ]
    yield from (text for text in made if text.isascii() and len(text) <= _MOST_CHARACTERS)


def _passes(text: str, test: Test) -> bool:
    """Whether a text passes for sure."""
    if test.operator == "matches":
        try:
            found = any(
                matches_text(parse(value, test.ignore_case), text, _MOST_STEPS)
                for value in test.values
            )
        except (TooManyStepsError, UnreadableError, RecursionError):
            return False
    else:
        found = any(_PASSES[test.operator](text, value) for value in test.values)
    return found is not test.negate


@lru_cache(maxsize=1024)
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
