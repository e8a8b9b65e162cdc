"""Conditions that cannot hold all at once: two of them, or more of which any two can, such as one
of `[a, b]`, but not `a`, and not `b`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from math import ceil, floor, inf

from gtmgen.diagnostics import Path
from gtmgen.lint.exclusion import COMPARED, as_number, exclude, may_all_pass
from gtmgen.lint.requirements import Requirement, never_meet, required_together
from gtmgen.lint.spec_view import SpecView
from gtmgen.spec.model import Spec, Test

Conflict = tuple[Requirement, ...]
"""What nothing meets at once; the last one is the narrowest."""
Types = Mapping[str, str]
"""The type of each data key, whose values are then in one form."""

_MOST_TRIALS = 2000
_MOST_NUMBERS = 100


def find_conflicts(view: SpecView) -> Iterator[Conflict]:
    """Each once, wherever it is required."""
    types = types_of(view.spec)
    told: set[tuple[Path, ...]] = set()
    for together in required_together(view):
        conflicts: list[Conflict] = [
            pair for pair in combinations(together, 2) if never_meet(*pair)
        ]
        if not conflicts and (conflict := find_smallest_conflict(together, types)) is not None:
            conflicts = [conflict]
        for conflict in conflicts:
            places = tuple(one.path for one in conflict)
            if places not in told:
                told.add(places)
                yield conflict


def types_of(spec: Spec) -> Types:
    """The types of a spec's data keys."""
    return {key: data.type for key, data in spec.data.items()}


def find_smallest_conflict(requirements: Sequence[Requirement], types: Types) -> Conflict | None:
    """The fewest of the requirements that nothing meets at once; in doubt something does."""
    left = _compared(requirements)
    if len(left) < 2 or may_hold(left, types):
        return None
    for one in left:
        others = [other for other in left if other is not one]
        if not may_hold(others, types):
            left = others
    return tuple(left)


def may_hold(requirements: Sequence[Requirement], types: Types) -> bool:
    """Whether something meets all of the requirements; in doubt it does."""
    # Those with one alternative first: each further one is tried with what is left by then.
    ordered = sorted(requirements, key=lambda one: len(one.alternatives))
    trials = _MOST_TRIALS

    def try_from(number: int, taken: Mapping[str, frozenset[Test]]) -> bool:
        nonlocal trials
        if number == len(ordered) or trials <= 0:
            return True
        for tests in ordered[number].alternatives:
            trials -= 1
            both = {**taken}
            for test in tests:
                both[test.left] = both.get(test.left, frozenset()) | {test}
            if all(
                may_pass(both[left], types.get(left)) for left in {test.left for test in tests}
            ) and try_from(number + 1, both):
                return True
        return False

    return try_from(0, {})


def _compared(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Those about something that another one is about, too."""
    lefts = [
        (one, {test.left for tests in one.alternatives for test in tests}) for one in requirements
    ]
    counts = Counter(left for _, names in lefts for left in names)
    return [one for one, names in lefts if any(counts[left] > 1 for left in names)]


@lru_cache(maxsize=4096)
def may_pass(tests: frozenset[Test], type_: str | None) -> bool:
    """Whether a value of a type passes all tests, which are about the same; in doubt one does."""
    if any(exclude(one, other) for one, other in combinations(tests, 2)):
        return False
    values = _possible_values(tests, type_)
    if values is None:
        texts = [test for test in tests if test.operator not in COMPARED]
        return len(texts) <= 2 or may_all_pass(texts)  # two do not exclude each other: see above
    left = next(iter(tests)).left
    return any(
        not any(exclude(Test(left, "equals", (value,)), test) for test in tests) for value in values
    )


def _possible_values(tests: Iterable[Test], type_: str | None) -> Iterable[str] | None:
    """All values that can pass, where they can be counted."""
    lists = [test.values for test in tests if test.operator == "equals" and not test.negate]
    if lists:
        return min(lists, key=len)
    low, high = _bounds(tests)
    if low > high:
        return []
    if low == high and type_ == "number":
        return [_as_text(low)]
    if type_ == "integer" and high - low <= _MOST_NUMBERS:
        return [str(number) for number in range(ceil(low), floor(high) + 1)]
    return None


def _bounds(tests: Iterable[Test]) -> tuple[float, float]:
    """What all numbers that pass lie between; the bounds themselves may not pass. What is no number
    at all passes two `not_` forms, and then there are none."""
    low, high = -inf, inf
    comparisons = [
        (test, bound)
        for test in tests
        if test.operator in COMPARED and (bound := as_number(test.values[0])) is not None
    ]
    if all(test.negate for test, _ in comparisons):
        return low, high
    for test, bound in comparisons:
        if test.operator.startswith("gt") is not test.negate:
            low = max(low, bound)
        else:
            high = min(high, bound)
    return low, high


def _as_text(number: float) -> str:
    """As JavaScript writes it."""
    return str(int(number)) if number.is_integer() else repr(number)
