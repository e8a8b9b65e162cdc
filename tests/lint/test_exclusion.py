"""Whether two conditions can hold at once, against what an engine says of short texts."""

from __future__ import annotations

import itertools
import operator
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtmgen.lint.conflicts import may_pass
from gtmgen.lint.exclusion import exclude, may_all_pass
from gtmgen.regex.examples import write_example
from gtmgen.regex.syntax import parse
from gtmgen.spec.model import Test as Condition

TEXTS = ["".join(chars) for length in range(5) for chars in itertools.product("abc", repeat=length)]
VALUES = st.text("ab", min_size=1, max_size=2)
PATTERNS = st.sampled_from(
    [
        "^a",
        "b$",
        "^a*$",
        "^(a|b)$",
        "ab",
        "^[^a]",
        "(^|b)a",
        "a{2}",
        "^(?:ab)+$",
        "^$",
        "^.?$",
        "a$|^b",
    ]
)


def holds(test: Condition, text: str) -> bool:
    passes = {
        "equals": lambda value: text == value,
        "starts_with": text.startswith,
        "ends_with": text.endswith,
        "contains": lambda value: value in text,
        "matches": lambda value: re.search(value.replace("$", r"\Z"), text) is not None,
    }[test.operator]
    return any(map(passes, test.values)) is not test.negate


TESTS = st.one_of(
    st.builds(
        lambda word, values, negate: Condition("x", word, tuple(values), negate),
        st.sampled_from(["equals", "starts_with", "ends_with", "contains"]),
        st.lists(VALUES, min_size=1, max_size=2),
        st.booleans(),
    ),
    st.builds(
        lambda values, negate: Condition("x", "matches", tuple(values), negate),
        st.lists(PATTERNS, min_size=1, max_size=2),
        st.booleans(),
    ),
)


@given(TESTS, TESTS)
def test_what_excludes_each_other_has_no_text_in_common(one: Condition, other: Condition) -> None:
    common = any(
        holds(one, text) and holds(other, text) for text in (*TEXTS, "abaab", "babab", "ababc")
    )
    assert exclude(one, other) is not common


@given(st.lists(TESTS, min_size=3, max_size=5))
def test_what_several_pass_at_once(tests: list[Condition]) -> None:
    common = any(all(holds(test, text) for test in tests) for text in TEXTS)
    # The other way round, a text that all pass may be longer than those that are tried.
    assert may_pass(frozenset(tests), None) or not common


NUMBERS = st.builds(
    lambda word, values, negate: Condition("x", word, tuple(values), negate),
    st.sampled_from(["equals", "gt", "gte", "lt", "lte"]),
    st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=1),
    st.booleans(),
)
COMPARED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def holds_for(test: Condition, number: float | None) -> bool:
    bound = float(test.values[0])
    if test.operator == "equals":
        return (number == bound) is not test.negate
    return (number is not None and COMPARED[test.operator](number, bound)) is not test.negate


@pytest.mark.parametrize(
    ("type_", "values"),
    [("integer", (0, 1, 2, 3, 4)), ("number", (0.5, 1, 1.5, 1.7, 2, 2.5, 2.7, 3, 3.5))],
)
@given(tests=st.lists(NUMBERS, min_size=2, max_size=5))
def test_numbers_of_a_type(type_: str, values: tuple[float, ...], tests: list[Condition]) -> None:
    common = any(all(holds_for(test, value) for test in tests) for value in (*values, None))
    assert may_pass(frozenset(tests), type_) is common


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("gt", "5"), ("lt", "5"), True),
        (("gte", "5"), ("lte", "5"), False),
        (("gt", "5"), ("lte", "5"), True),
        (("gt", "5"), ("equals", "5"), True),
        (("gt", "5"), ("equals", "6"), False),
        (("gt", "5"), ("equals", ""), True),
        (("gt", "5"), ("equals", "6 EUR"), False),  # what JavaScript makes of it is open
        (("gt", "5"), ("equals", "Infinity"), False),
        (("gt", "5"), ("starts_with", "a"), False),
        (("matches", "("), ("equals", "a"), False),
        (("matches", "^(a|b)\\1$"), ("equals", "ab"), False),
        (("matches", "^a\\b"), ("equals", "b"), True),
        (("css", "a"), ("css", "b"), False),
        (("starts_with", "😀"), ("equals", "😀!"), False),
        (("starts_with", "😀"), ("equals", "😁!"), True),
        (("matches", "^[a-z]{900}$"), ("matches", "^[a-z]{901}$"), True),
        (("matches", "^[a-z]{2000}$"), ("matches", "^[a-z]{2001}$"), False),  # too large
    ],
)
def test_numbers_and_what_is_open(
    one: tuple[str, str], other: tuple[str, str], expected: bool
) -> None:
    tests = [Condition("x", operator, (value,)) for operator, value in (one, other)]
    assert exclude(*tests) is expected
    assert exclude(*tests[::-1]) is expected


@pytest.mark.parametrize(
    "tests",
    [
        [("matches", "^/shop/[0-9]+/?$"), ("starts_with", "/shop"), ("not_equals", "/shop")],
        [("not_equals", "guest"), ("not_contains", "@"), ("starts_with", "p"), ("ends_with", "x")],
        [("not_matches", "^a"), ("not_equals", ""), ("contains", "b")],
        [("matches", "^(?:pro|team)$"), ("not_equals", "team")],
    ],
)
def test_a_text_that_all_pass_is_found_without_automata(
    tests: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def prove(languages: object) -> bool:
        raise AssertionError("an event has many conditions, and a spec many events")

    monkeypatch.setattr("gtmgen.lint.exclusion.may_meet", prove)
    assert may_all_pass(
        Condition("x", word.removeprefix("not_"), (value,), word.startswith("not_"))
        for word, value in tests
    )


def test_long_lists_of_values() -> None:
    values = tuple(f"v{number}" for number in range(3000))
    listed = Condition("x", "equals", values)
    assert exclude(listed, Condition("x", "equals", tuple(f"{value}w" for value in values)))
    assert exclude(listed, Condition("x", "equals", values, negate=True))
    assert not exclude(listed, Condition("x", "equals", values[1:], negate=True))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^/shop/[0-9]+/?$", "/shop/1"),
        ("^(?:pro|team)$", "pro"),
        ("a{2}(b|c){3,}", "aabbb"),
        ("[^a1]", "/"),
        (r"\s", "\t"),
        (r"^(a)\1(?=b)b$", "ab"),  # no example of it, but a text
        ("(?:a{1000}){1000}b", "b"),
        ("a{999999999}b", "b"),
        ("", ""),
    ],
)
def test_examples_of_patterns(pattern: str, text: str) -> None:
    assert write_example(parse(pattern)) == text
