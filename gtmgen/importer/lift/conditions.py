"""Conditions of triggers to ``where``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from gtmgen.compile.conditions import INNERMOST, is_about_missing
from gtmgen.container.css import without_descendants
from gtmgen.container.plain_conditions import OPERATOR_OF
from gtmgen.container.values import Condition
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.spec.lifting import NotLiftedError, ParameterFields, variable_key
from gtmgen.spec.model import Test
from gtmgen.spec.texts import to_text

_NUMBERS = frozenset(("gt", "gte", "lt", "lte"))
# As the spec's checks have it.
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")


def lift_where(source: LiftedContainer, conditions: Iterable[Condition]) -> dict[str, Any]:
    """One mapping for all of them. Raises :class:`NotLiftedError`."""
    by_left: dict[str, dict[str, Any]] = {}
    for item in conditions:
        left, operator, right, ignore_case = _split_condition(source, item)
        tests = by_left.setdefault(left, {})
        if operator in tests:
            # A list would be OR.
            raise NotLiftedError(f"two conditions test `{left}` with `{operator}`")
        operators = {name for name in tests if name != "ignore_case"}
        # One mapping has one `ignore_case` for all of its tests.
        if operators and tests.get("ignore_case", False) != ignore_case:
            raise NotLiftedError("it ignores case in one condition and not in another one")
        tests[operator] = right
        if ignore_case:
            tests["ignore_case"] = True
    for left, tests in by_left.items():
        names = tests.keys() - {"ignore_case"}
        # GTM's runtime looks at `ignore_case` in regular expressions alone (seen in gtm.js, 2022 to
        # 2026); the language ignores the case where it says so.
        if "ignore_case" in tests and names - {"matches", "not_matches"}:
            raise NotLiftedError(f"it ignores case in `{left}`")
    return {
        left: tests["equals"] if tests.keys() == {"equals"} else tests
        for left, tests in by_left.items()
    }


def _split_condition(source: LiftedContainer, item: Condition) -> tuple[str, str, Any, bool]:
    fields = ParameterFields.of(item.parameter)
    word = OPERATOR_OF.get(item.type)
    if word is None:
        raise NotLiftedError(f"the language has no word for the condition `{item.type}`")
    flags = {}
    for flag in ("negate", "ignore_case"):
        flags[flag] = flag in fields
        # GTM writes a flag only when it is true, and so does the compiler: this one would not come
        # back.
        if flag in fields and not fields.flag(flag):
            raise NotLiftedError(f"a condition has `{flag}: false` written out")
    left = variable_key(source, fields.template("arg0"))
    right: Any = fields.text("arg1")
    fields.finish()
    # In the language an empty text asks for a value that is missing, too; GTM compares with ""
    # alone.
    if not right:
        raise NotLiftedError("a condition compares with an empty text")
    if word in _NUMBERS:
        if not _NUMBER.fullmatch(right):
            raise NotLiftedError(f"a condition compares numbers with `{right}`")
        # As a number only where it is written the same way again: `007` and `1.0` stay text.
        right = int(right) if _WHOLE.fullmatch(right) else right
    if word == "css" and left in INNERMOST:
        within = without_descendants(right)
        word, right = ("css_itself", right) if within is None else ("css", within)
    test = Test(left, word, (to_text(right),), flags["negate"], flags["ignore_case"])
    # GTM compares an undefined value as the text "undefined", and by Number() where it compares
    # sizes (seen in gtm.js); in the language a missing value has no value.
    if is_about_missing(test):
        raise NotLiftedError(f"a condition on `{left}` counts a missing value as a word or as 0")
    return left, f"not_{word}" if flags["negate"] else word, right, flags["ignore_case"]
