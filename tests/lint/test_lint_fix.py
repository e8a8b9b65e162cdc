"""What a fix changes in a text, and what it leaves as it is."""

from __future__ import annotations

import pytest

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.lint.fix import mend


def problem(line: int, col: int, width: int, fix: str | None = "EUR") -> Diagnostic:
    span = Span("spec.yaml", line, col, width)
    return Diagnostic(span, "bad-value", Severity.ERROR, "no", None, (), fix)


def test_nothing_but_the_value_changes() -> None:
    text = "a:   'eur'   # the shop's\r\n\r\nb: [ 1,2 ]\r\n"
    assert mend(text, [problem(1, 6, 5)])[0] == "a:   EUR   # the shop's\r\n\r\nb: [ 1,2 ]\r\n"


def test_several_edits_of_a_line_and_the_same_one_twice() -> None:
    text = "{a: eur, b: eur}\n"
    problems = [problem(1, 13, 3), problem(1, 5, 3), problem(1, 5, 3)]
    mended, applied = mend(text, problems)
    assert mended == "{a: EUR, b: EUR}\n"
    assert applied == [problem(1, 5, 3), problem(1, 13, 3)]


@pytest.mark.parametrize(
    ("text", "col", "width"),
    [
        ("a: ${CURRENCY:-eur}\n", 4, 16),
        ("a: &own eur\nb: *own\n", 9, 3),
        ("a: !!str eur\n", 10, 3),
        ("a: eur dollar\n", 4, 3),
        ("a: {b: eur}\n", 4, 1),
        ("a: |\n  eur\n", 4, 1),
    ],
)
def test_what_is_not_the_whole_value_stays(text: str, col: int, width: int) -> None:
    assert mend(text, [problem(1, col, width)]) == (text, [])


def test_a_problem_without_a_fix_changes_nothing() -> None:
    assert mend("a: eur\n", [problem(1, 4, 3, None)]) == ("a: eur\n", [])


def test_a_text_that_would_be_no_yaml_any_more_stays() -> None:
    assert mend("a: eur\n", [problem(1, 4, 3, "{")]) == ("a: eur\n", [])


def test_of_edits_that_overlap_the_first_is_made() -> None:
    problems = [problem(1, 4, 9, "{gt: 0}"), problem(1, 8, 4, "1")]
    assert mend("a: {b: '1' }\n", problems)[0] == "a: {gt: 0}\n"
