"""A value that meets conditions: the example itself, else the simplest one that does."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, islice, product

from gtmgen.contract.model import Json
from gtmgen.contract.sample import sample
from gtmgen.spec.model import Test
from gtmgen.spec.texts import to_text

_MOST = 2000
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "equals": operator.eq,
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def example_matching(value: Json, tests: tuple[Test, ...], as_type: Callable[[Json], Json]) -> Json:
    """The first candidate of its type that meets all tests; the value itself where none does.

    ``as_type`` gives a value as its type has it, or None where it is none of that type.
    """
    if holds(value, tests):
        return value
    candidates = map(as_type, islice(_list_candidates(to_text(value), tests), _MOST))
    return next((item for item in candidates if item is not None and holds(item, tests)), value)


def holds(value: Json, tests: Iterable[Test]) -> bool:
    """Whether a value meets all tests; ``css`` and ``url`` are not for values."""
    text = "" if isinstance(value, list | dict) else to_text(value)
    return all(_does_any_hold(text, test) != test.negate for test in tests)


def _does_any_hold(text: str, test: Test) -> bool:
    return any(_does_hold(text, test, right) for right in test.values)


def _does_hold(text: str, test: Test, right: str) -> bool:
    if test.operator in _TEXT:
        return _TEXT[test.operator](text, right)
    if test.operator in _COMPARE:
        numbers = NUMBER.match(text) and NUMBER.match(right)
        return bool(numbers) and _COMPARE[test.operator](float(text), float(right))
    if test.operator == "matches":
        try:
            return bool(re.search(right, text, re.IGNORECASE if test.ignore_case else 0))
        except re.error:
            return False
    return not test.negate


def _list_candidates(text: str, tests: tuple[Test, ...]) -> Iterator[str]:
    rights = [right for test in tests if not test.negate for right in _list_rights(test)]
    yield from rights
    # What is to begin, to hold and to end with other texts is all of them together.
    order = ("starts_with", "contains", "ends_with")
    joined = [test for test in tests if test.operator in order and not test.negate]
    texts = [test.values for test in sorted(joined, key=lambda test: order.index(test.operator))]
    yield from ("".join(parts) for parts in product(*texts))
    bounds = sorted(float(text) for text in rights if NUMBER.match(text))
    yield from map(to_text, (bound + step for bound in bounds for step in (1, -1)))
    yield from (to_text((low + high) / 2) for low, high in combinations(bounds, 2))
    yield from ("true", "false", "1", "0")
    yield f"another-{text}"
    yield "another"


def _list_rights(test: Test) -> Iterator[str]:
    for right in test.values:
        yield right
        if test.operator == "matches":  # a pattern that is only a list of words
            yield from (part.strip("^$()").replace("\\", "") for part in right.split("|"))
            text = sample(right, ignore_case=test.ignore_case)
            yield from () if text is None else (text,)
