"""Conditions that no visitor's page or message can meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations

from gtmgen.lint.spec_checks.operator_in_text import COMPARISON
from gtmgen.lint.spec_view import (
    Remark,
    SpecCondition,
    SpecView,
    conditions,
)
from gtmgen.spec.effective import triggers_of
from gtmgen.spec.model import Test, TriggerSpec

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LOWER = {"gt": False, "gte": True}
_UPPER = {"lt": False, "lte": True}
_OF_TYPE = {
    "number": (_NUMBER, "numbers, such as `59.9`"),
    "integer": (re.compile(r"-?[0-9]+"), "whole numbers, such as `3`"),
    "boolean": (re.compile("true|false"), "`true` and `false`"),
    "currency": (re.compile("[A-Z]{3}"), "upper-case codes, such as `EUR`"),
}
_OF_BUILT_IN = {
    "page_path": (re.compile("/.*"), "paths, which begin with `/`"),
    "page_hostname": (re.compile(r"[^/:?#\s]+"), "host names, without protocol, port and path"),
    "page_url": (re.compile("[a-z]+:.*"), "whole addresses, which begin with `https:`"),
}
_BEGINNINGS = ("equals", "starts_with")


def check(view: SpecView) -> Iterator[Remark]:
    """Values that a key never has, and conditions on one event that exclude each other."""
    yield from _foreign_pages(view)
    for condition in view.conditions:
        yield from _impossible(view, condition)
    told: set[tuple[object, ...]] = set()
    for together in _held_together(view):
        for one, other in combinations(together, 2):
            if (one.path, other.path) not in told and _exclude(one.test, other.test):
                told.add((one.path, other.path))
                message = f"{_shown(other.test)} and {_shown(one.test)} are never true together"
                yield Remark(
                    other.path, message, "all conditions must hold; a list of values is OR"
                )


def _foreign_pages(view: SpecView) -> Iterator[Remark]:
    """Pages on hosts that `site.hosts` keeps all tags away from."""
    own = view.spec.site.hosts
    if not own:
        return
    for page in view.spec.pages.values():
        if page.hosts and not any(_may_be(host, one) for host in page.hosts for one in own):
            yield Remark(
                ("pages", page.key, "host"),
                f"no tag fires on `{page.key}`: `site.hosts` does not have its host",
                "add the host to `site.hosts`, or remove the page",
            )


def _may_be(host: str, pattern: str) -> bool:
    """Whether a name can be meant by both; two patterns are taken for alike."""
    if "*" in host:
        return "*" in pattern or _may_be(pattern, host)
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), host, re.IGNORECASE) is not None


def _impossible(view: SpecView, condition: SpecCondition) -> Iterator[Remark]:
    test = condition.test
    data = view.spec.data.get(test.left)
    known = _OF_TYPE.get(data.type) if data is not None else _OF_BUILT_IN.get(test.left)
    whole = test.operator == "equals" or (data is None and test.operator in _BEGINNINGS)
    if known is None or not whole or test.negate:
        return
    pattern, words = known
    wrong = [value for value in test.values if value and not pattern.fullmatch(value)]
    if wrong and len(wrong) == len(test.values) and not COMPARISON.fullmatch(wrong[0]):
        message = f"{_shown(test)} is never true: its values are {words}"
        upper = test.values[0].strip().upper()
        is_currency = data is not None and data.type == "currency" and pattern.fullmatch(upper)
        fix = upper if is_currency and len(test.values) == 1 else None
        yield Remark(condition.path, message, fix=fix)


def _held_together(view: SpecView) -> Iterator[list[SpecCondition]]:
    """The conditions that must all hold before a platform receives an event."""
    most = max((len(trigger.narrowing.where) for trigger in view.triggers), default=0)
    # A trigger on a message is one more, where a condition is about the message's name.
    by_name = int(any(condition.test.left == "event" for condition in view.conditions))
    for delivery in view.deliveries:
        event, send, platform = delivery.event, delivery.send, delivery.platform
        count = len(event.narrowing.where) + len(send.where) + len(platform.narrowing.where)
        # Without two conditions there is no pair to compare, which goes for most events.
        for trigger in triggers_of(view.spec, event) if count + most + by_name > 1 else ():
            # One of several triggers that can fire is enough.
            own = _on_message(trigger) if by_name and len(event.on) == 1 else []
            if count + len(trigger.narrowing.where) + len(own) > 1:
                yield [
                    *own,
                    *conditions(trigger.narrowing.where, (*trigger.path, "where")),
                    *conditions(platform.narrowing.where, ("platforms", platform.name, "where")),
                    *conditions(event.narrowing.where, ("events", event.key, "where")),
                    *conditions(send.where, (*send.origin.path, "where")),
                ]


def _on_message(trigger: TriggerSpec) -> list[SpecCondition]:
    """What ``on: {event: purchase}`` is as a condition."""
    if trigger.form != "event":
        return []
    test = Test("event", "equals", (str(trigger.argument),))
    return [SpecCondition(test, (*trigger.path, "event"))]


def _exclude(one: Test, other: Test) -> bool:
    if one.left != other.left:
        return False
    return any(
        _excludes(first, second)
        for first, second in ((one, other), (other, one))
        for _excludes in (_equals_excludes, _bounds_exclude, _beginnings_exclude)
    )


def _equals_excludes(one: Test, other: Test) -> bool:
    """Whether none of the values that the first allows passes the second."""
    if one.operator != "equals" or one.negate:
        return False
    passes = _TESTS.get(other.operator)
    return passes is not None and not any(
        any(passes(value, wanted) for wanted in other.values) is not other.negate
        for value in one.values
    )


def _bounds_exclude(one: Test, other: Test) -> bool:
    if one.negate or other.negate or one.operator not in _LOWER or other.operator not in _UPPER:
        return False
    low, high = _as_number(one.values[0]), _as_number(other.values[0])
    if low is None or high is None:
        return False
    both = _LOWER[one.operator] and _UPPER[other.operator]
    return low > high or (low == high and not both)


def _beginnings_exclude(one: Test, other: Test) -> bool:
    if one.negate or other.negate or one.operator != "starts_with" != other.operator:
        return False
    if other.operator != "starts_with":
        return False
    pairs = ((a, b) for a in one.values for b in other.values)
    return not any(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _as_number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _compares(holds: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def passes(value: str, expected: str) -> bool:
        left, right = _as_number(value), _as_number(expected)
        return left is None or right is None or holds(left, right)

    return passes


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda value, operand: value == operand,
    "contains": lambda value, operand: operand in value,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "gt": _compares(lambda left, right: left > right),
    "gte": _compares(lambda left, right: left >= right),
    "lt": _compares(lambda left, right: left < right),
    "lte": _compares(lambda left, right: left <= right),
}


def _shown(test: Test) -> str:
    values = ", ".join(test.values)
    value = f"[{values}]" if len(test.values) > 1 else values
    operator = f"not_{test.operator}" if test.negate else test.operator
    return f"`{test.left}: {{{operator}: {value}}}`"
