"""Tests and pages of the spec to GTM conditions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable

from gtmgen.compile.context import Context, key_part, name_part
from gtmgen.compile.regex import any_of, host_name, host_pattern, path_pattern
from gtmgen.compile.variables import event_data_template, text_or_empty
from gtmgen.container.css import with_descendants
from gtmgen.container.plain_conditions import OPERATORS
from gtmgen.container.values import Condition, boolean, condition, integer, text
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


def page_alternatives(context: Context, patterns: tuple[str, ...]) -> list[Conditions]:
    """The conditions of declared pages: the alternatives are OR, each one's conditions AND.

    Pages that differ only in their paths share one pattern; others need a trigger each.
    """
    known = context.page_alternatives.get(patterns)
    if known is None:
        known = context.page_alternatives[patterns] = _page_alternatives(context, patterns)
    return known


def _page_alternatives(context: Context, patterns: tuple[str, ...]) -> list[Conditions]:
    pages = context.spec.pages
    names = sorted({name for pattern in patterns for name in match_pages(pattern, pages)})
    # Conditions of a trigger are AND, the triggers of a tag OR: each trigger less is one that
    # nobody has to read in GTM.
    groups: dict[object, list[Page]] = {}
    for name in names:
        groups.setdefault(pages[name].shared_conditions, []).append(pages[name])
    return [_page(context, group) for group in groups.values()]


def _page(context: Context, group: list[Page]) -> Conditions:
    first = group[0]
    conditions: list[Condition] = []
    if first.hosts:
        conditions.append(_host(context, first.hosts))
    paths = tuple(path for page in group for path in page.paths)
    pattern = path_pattern(paths) if paths else None
    if pattern == "^/$":
        conditions.append(condition("EQUALS", context.built_in("page_path"), "/"))
    elif pattern is not None:
        conditions.append(
            condition("MATCH_REGEX", context.built_in("page_path"), context.literal(pattern))
        )
    for name, values in first.query:
        conditions.append(_query_condition(context, name, values))
    return tuple(conditions)


def _query_condition(context: Context, name: str, values: tuple[str, ...]) -> Condition:
    left = _query(context, name)
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


def page_changed(context: Context) -> Conditions:
    """On a history event: the page is another one than before, and still the one that is shown.

    Seen in GTM's runtime: a filter's right side may be a variable, and a URL variable reads a
    URL from another variable. ``gtm.newUrl`` and ``gtm.oldUrl`` have no fragment. Three
    comparisons instead of one, because a router that only adds or drops a trailing slash does
    not change the page. An app that goes on while GTM is busy makes two messages, which both see
    the last address: the first one's page has never been looked at. Whether it is one that is
    left, the messages behind it tell; the address does not, which a router may rewrite at once.
    """
    if not context.page_change:
        context.page_change = _page_changed(context)
    return context.page_change


def _page_changed(context: Context) -> Conditions:
    site = context.spec.site
    conditions: list[Condition] = []
    if site.replace_state == "same":
        source = context.built_in("history_source")
        # Many routers write scroll positions and filters with replaceState, on the page that is
        # shown.
        conditions.append(condition("EQUALS", source, "replaceState", negate=True))
    if site.page_identity == "path":
        new_path, old_path = (
            _part(context, which, "path", _history_url(context, which)) for which in ("new", "old")
        )
        conditions += [
            condition("EQUALS", new_path + new_slash, old_path + old_slash, negate=True)
            for new_slash, old_slash in (("", ""), ("/", ""), ("", "/"))
        ]
    else:
        identities = [_identity(context, which) for which in ("new", "old")]
        conditions.append(condition("EQUALS", *identities, negate=True))
    # Negated: where a version of GTM's runtime cannot read the data layer, the page counts.
    conditions.append(condition("EQUALS", _page_state(context), "left", negate=True))
    return tuple(conditions)


def _page_state(context: Context) -> str:
    """Whether the page of a history event is the one shown, or left already."""
    return context.add_variable(
        "history/page",
        context.name("variable", form="history", key="page"),
        event_data_template(context),
        (text("read", "page"),),
    )


def _identity(context: Context, which: str) -> str:
    """What tells pages apart, of a history event's new or old address."""
    site = context.spec.site
    template = context.template("page_identity", "Page identity", "shared/page_identity.tpl")
    fields = [text("url", _history_url(context, which))]
    if site.page_identity == "fragment":
        fields.append(text("fragment", _history_value(context, which, "UrlFragment", "fragment")))
    elif site.ignore_query:
        fields.append(text("ignore", ",".join(site.ignore_query)))
    return context.add_variable(
        f"history/{which}_identity",
        context.name("variable", form="history", key=f"{which} identity"),
        template,
        tuple(fields),
    )


def _history_url(context: Context, which: str) -> str:
    return _history_value(context, which, "Url", "url")


def _history_value(context: Context, which: str, suffix: str, word: str) -> str:
    return context.add_variable(
        f"history/{which}_{word}",
        context.name("variable", form="history", key=f"{which} {word}"),
        "v",
        (
            integer("dataLayerVersion", 2),
            boolean("setDefaultValue", False),
            text("name", f"gtm.{which}{suffix}"),
        ),
    )


def _part(context: Context, which: str, component: str, url: str) -> str:
    return context.add_variable(
        f"history/{which}_{component}",
        context.name("variable", form="history", key=f"{which} {component}"),
        "u",
        (text("component", component.upper()), text("customUrlSource", url)),
    )
