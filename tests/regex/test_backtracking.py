"""The step-by-step matcher against a real engine of JavaScript."""

from __future__ import annotations

import json

import pytest
import quickjs
from hypothesis import given
from hypothesis import strategies as st

from gtmgen.regex.backtracking import TooManyStepsError, matches
from gtmgen.regex.syntax import UnreadableError, parse

PIECES = st.sampled_from(
    ["a", "b", "1", ".", "[ab]", "[^a]", r"\w", r"\d", r"\b", r"\B", "^", "$", "(", ")", "(?:",
     "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "|", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?",
     r"\1", r"\0", r"\s", "-", "[a-b]", r"\/", "{", "}", "]", "[]", "[^]", r"\x61", "é"]
)  # fmt: skip
PATTERNS = st.lists(PIECES, min_size=1, max_size=9).map("".join)
TEXTS = st.lists(st.text("ab1 -A\n", max_size=6), min_size=1, max_size=4)
ENGINE = quickjs.Context()
TRY = ENGINE.eval(
    "(text) => { const [pattern, flags, texts] = JSON.parse(text); let one;"
    " try { one = new RegExp(pattern, flags); } catch (error) { return null; }"
    " return JSON.stringify(texts.map(text => one.test(text))); }"
)


@given(PATTERNS, TEXTS, st.booleans())
def test_as_a_real_engine(pattern: str, texts: list[str], ignore_case: bool) -> None:
    answer = TRY(json.dumps([pattern, "i" if ignore_case else "", texts]))
    expected = None if answer is None else json.loads(answer)
    try:
        node = parse(pattern, ignore_case)
        found = [matches(node, text, 100_000) for text in texts]
    except UnreadableError:
        found = None
    assert found == expected


def test_no_more_than_the_given_steps() -> None:
    with pytest.raises(TooManyStepsError):
        matches(parse("(a*)*b"), "a" * 30, 1000)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a)", "`)` at 1 closes nothing"),
        ("(a", "a group is not closed"),
        ("(?a)", "a group of an unknown kind"),
        ("[a", "a class is not closed"),
        ("[b-a]", "a range of characters is upside down"),
        ("*", "nothing to repeat"),
        ("^*", "nothing to repeat"),
        ("a{2,1}", "the repeat ends before it begins"),
        ("\\", "a `\\` ends it"),
        ("(" * 200, "groups are too deep"),
    ],
)
def test_what_is_no_pattern(pattern: str, message: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        parse(pattern)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("letter", "same"),
    [
        ("\u03c2", "\u03c3\u03c2\u03a3"),  # three letters that are one
        ("\u017f", "\u017f"),  # ASCII letters are the same as other ASCII letters alone
        ("\u212a", "\u212a"),  # the sign of kelvin
        ("ß", "ß"),  # its capital is two letters
        ("\xb5", "\xb5\u03bc\u039c"),
        ("ÿ", "ÿŸ"),
    ],
)
def test_letters_that_differ_in_case_alone(letter: str, same: str) -> None:
    letters = "aksSKß\u1e9e\u017f\u03c3\u03c2\u03a3\xb5\u03bc\u039cÿŸ\u212a"
    answer = TRY(json.dumps([letter, "i", list(letters)]))
    found = [matches(parse(letter, ignore_case=True), one, 100) for one in letters]
    assert found == json.loads(answer) == [one in same for one in letters]


def test_a_group_that_is_repeated_is_one() -> None:
    node = parse(r"^(a|b)+\1$")
    assert [matches(node, text, 1000) for text in ("b", "bb", "ab", "abb")] == [
        False, True, False, True,
    ]  # fmt: skip
