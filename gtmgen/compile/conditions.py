"""Tests and pages of the spec to GTM conditions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable

from gtmgen.compile.context import Context, key_part, name_part
from gtmgen.compile.history_conditions import new_path, new_query
from gtmgen.compile.regex import any_of, host_name, host_pattern, path_pattern
from gtmgen.compile.variables import text_or_empty
from gtmgen.container.css import with_descendants
from gtmgen.container.plain_conditions import OPERATORS
from gtmgen.container.values import Condition, boolean, condition, text
from gtmgen.spec.forms.model import Conditions
from gtmgen.spec.model import ANY_VALUE, Page, Test
from gtmgen.spec.reference_checks import match_pages

_MISSING_WORDS = "undefined|null|NaN"
MISSING = f"^(?:{_MISSING_WORDS})?$"
"""Matches a value that is empty or not there: GTM compares what is missing as these words."""

# `css` means an element with all that is within it, `css_itself` the element that was hit alone.
_SELECTORS = frozenset(("css", "css_itself"))
INNERMOST = frozenset(("click_element",))
"""GTM gives the innermost element that was hit: the icon in a button, not the button."""

_NEVER_MISSING = frozenset(("page_url", "page_path", "page_hostname", "event"))
_WORDS = ("undefined", "null", "NaN", "")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def tests(context: Context, where: Iterable[Test]) -> Conditions:
    """Each test as one condition, or two; all must hold."""
    conditions: list[Condition] = []
    for test in where:
        compiled = context.conditions.get(test)
        if compiled is None:
            compiled = context.conditions[test] = _test(context, test)
        conditions += compiled
    return tuple(conditions)


def _test(context: Context, test: Test) -> Conditions:
    type_, right = _operand(test)
    if test.operator == "css" and test.left in INNERMOST:
        right = with_descendants(right)
    if test.negate and is_about_missing(test):
        # What is missing passes a negated test, and the word `undefined`, which GTM takes for it,
        # may be what the test is about.
        left = text_or_empty(context, test.left)
    else:
        left = context.value(test.left)
    compiled = condition(
        type_, left, context.literal(right), negate=test.negate, ignore_case=test.ignore_case
    )
    if test.negate or not is_about_missing(test):
        return (compiled,)
    # GTM compares what is missing as a word, or as 0: that must not make the condition hold.
    return condition("MATCH_REGEX", left, MISSING, negate=True), compiled


def is_about_missing(test: Test) -> bool:
    """Whether GTM alone would decide otherwise than the language where the value is missing."""
    if test.left in _NEVER_MISSING or (test.negate and test.operator in _COMPARED):
        return False
    type_, right = _operand(test)
    if right == MISSING:  # `equals: ""`, which asks for just that
        return False
    return _holds_for_nothing(test, type_, right)


def _holds_for_nothing(test: Test, type_: str, right: str) -> bool:
    """Whether GTM takes the test for true where there is no value. In doubt it may."""
    if test.operator in _COMPARED:
        return _COMPARED[test.operator](0.0, float(test.values[0]))  # one number: see `checks`
    match test.operator:
        case "equals":
            return any(value in _WORDS and value for value in test.values)
        case "contains":
            return any(value in word for value in test.values for word in _WORDS)
        case "starts_with":
            return any(word.startswith(value) for value in test.values for word in _WORDS)
        case "ends_with":
            return any(word.endswith(value) for value in test.values for word in _WORDS)
        case "matches":
            return may_match(right, _WORDS, ignore_case=test.ignore_case)
    return False


def may_match(pattern: str, words: Iterable[str], *, ignore_case: bool) -> bool:
    """Whether a pattern of the spec matches one of the words. In doubt it may."""
    # Python's engine could take long over it, to save one condition.
    if len(pattern) > 1000:
        return True
    try:
        # JavaScript's `$` is the very end of the text.
        expression = re.compile(
            re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.IGNORECASE if ignore_case else 0
        )
    except (re.error, OverflowError, RecursionError):
        return True
    return any(expression.search(word) for word in words)


def _operand(test: Test) -> tuple[str, str]:
    """The type of the condition and its right side."""
    if len(test.values) > 1:
        return _alternatives(test)
    if test.operator == "equals" and test.values[0] == "":
        return "MATCH_REGEX", MISSING
    if test.operator in _SELECTORS:
        return "CSS_SELECTOR", test.values[0]
    return OPERATORS[test.operator], test.values[0]


def _alternatives(test: Test) -> tuple[str, str]:
    """One condition for several values: GTM has no OR between conditions."""
    if test.operator in _SELECTORS:
        return "CSS_SELECTOR", ", ".join(test.values)
    if test.operator == "matches":
        return "MATCH_REGEX", "|".join(f"(?:{value})" for value in test.values)
    if test.operator == "equals" and "" in test.values:  # an empty value, or none
        return (
            "MATCH_REGEX",
            f"^(?:(?:{_MISSING_WORDS})?|{any_of(tuple(filter(None, test.values)))})$",
        )
    # Anchored by hand: GTM has but one operator for patterns, which finds a match anywhere.
    pattern = any_of(test.values)
    before = "^" if test.operator in ("equals", "starts_with") else ""
    after = "$" if test.operator in ("equals", "ends_with") else ""
    return "MATCH_REGEX", f"{before}{pattern}{after}"


def page_alternatives(
    context: Context, patterns: tuple[str, ...], *, of_history: bool = False
) -> list[Conditions]:
    """The conditions of declared pages: the alternatives are OR, each one's conditions AND.

    Pages that differ only in their paths share one pattern; others need a trigger each.
    ``of_history``: of the page that a change of the history shows. The address may be another one
    by the time that GTM comes to it, which a router rewrites at once.
    """
    key = (patterns, of_history)
    known = context.page_alternatives.get(key)
    if known is None:
        known = context.page_alternatives[key] = _page_alternatives(context, *key)
    return known


def _page_alternatives(
    context: Context, patterns: tuple[str, ...], of_history: bool
) -> list[Conditions]:
    pages = context.spec.pages
    names = sorted({name for pattern in patterns for name in match_pages(pattern, pages)})
    # Conditions of a trigger are AND, the triggers of a tag OR: each trigger less is one that
    # nobody has to read in GTM.
    groups: dict[object, list[Page]] = {}
    for name in names:
        groups.setdefault(pages[name].shared_conditions, []).append(pages[name])
    return [_page(context, group, of_history) for group in groups.values()]


def _page(context: Context, group: list[Page], of_history: bool) -> Conditions:
    first = group[0]
    conditions: list[Condition] = []
    if first.hosts:
        conditions.append(_host(context, first.hosts))
    paths = tuple(path for page in group for path in page.paths)
    pattern = path_pattern(paths) if paths else None
    if pattern is not None:
        left = new_path(context) if of_history else context.built_in("page_path")
        conditions.append(
            condition("EQUALS", left, "/")
            if pattern == "^/$"
            else condition("MATCH_REGEX", left, context.literal(pattern))
        )
    for name, values in first.query:
        left = new_query(context, name) if of_history else _query(context, name)
        conditions.append(_query_condition(context, left, values))
    return tuple(conditions)


def _query_condition(context: Context, left: str, values: tuple[str, ...]) -> Condition:
    if ANY_VALUE in values:
        return condition("MATCH_REGEX", left, MISSING, negate=True)
    type_, right = _operand(Test("", "equals", values))
    return condition(type_, left, context.literal(right))


def other_hosts(context: Context) -> Conditions:
    """The page is on none of the site's hosts."""
    return (negated(_host(context, context.spec.site.hosts)),)


def negated(plain: Condition) -> Condition:
    """The opposite of a condition that is not negated."""
    return plain._replace(parameter=(*plain.parameter, boolean("negate", True)))


def _host(context: Context, hosts: tuple[str, ...]) -> Condition:
    left = context.built_in("page_hostname")
    if len(hosts) == 1 and "*" not in hosts[0]:
        return condition("EQUALS", left, context.literal(host_name(hosts[0])))
    return condition("MATCH_REGEX", left, context.literal(host_pattern(hosts)))


def _query(context: Context, name: str) -> str:
    return context.add_variable(
        f"query/{key_part(name)}",
        context.name("variable", form="query", key=name_part(name)),
        "u",
        (text("component", "QUERY"), text("queryKey", context.literal(name))),
    )
