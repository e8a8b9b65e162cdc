"""Conditions that no visitor's page or message can meet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.lint.blocking import Block, blocks
from gtmgen.lint.conflicts import Conflict, find_conflicts
from gtmgen.lint.requirements import Requirement, shown
from gtmgen.lint.spec_checks.operator_in_text import COMPARISON
from gtmgen.lint.spec_view import Remark, SpecCondition, SpecView

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
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
_HOSTS = ("site", "hosts")
_BEGINNINGS = ("equals", "starts_with")


def check(view: SpecView) -> Iterator[Remark]:
    """Values that a key never has, and conditions on one event that exclude each other."""
    yield from _foreign_pages(view)
    told: list[Remark] = []
    for condition in view.conditions:
        told += _impossible(view, condition)
    yield from told
    paths = {remark.path for remark in told}
    for conflict in find_conflicts(view):
        is_told = any(one.path in paths for one in conflict)
        if not is_told and not (conflict[0].path == _HOSTS and conflict[1].pages):  # see above
            yield _tell(*conflict) if len(conflict) == 2 else _tell_many(conflict)
    yield from map(_tell_block, blocks(view))


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
        message = f"{shown(test)} is never true: its values are {words}"
        upper = test.values[0].strip().upper()
        is_currency = data is not None and data.type == "currency" and pattern.fullmatch(upper)
        fix = upper if is_currency and len(test.values) == 1 else None
        yield Remark(condition.path, message, fix=fix)


def _tell(one: Requirement, other: Requirement) -> Remark:
    if one.pages and other.pages:
        message = f"no address is one of {other.words} and one of {one.words}"
        if len(one.pages) == len(other.pages) == 1:
            message = f"no address is both {other.words} and {one.words}"
        return Remark(other.path, message, "`pages` narrows the trigger: name pages of both")
    if one.pages or other.pages:
        pages, condition = (one, other) if one.pages else (other, one)
        word = "page" if len(pages.pages) == 1 else "pages"
        message = f"{condition.words} is never true on the {word} {pages.words}"
        return Remark(other.path, message, "pages and conditions must all hold")
    if one.path == _HOSTS:
        message = (
            f"{other.words} is never true on the hosts of `site.hosts`, which all tags keep to"
        )
        return Remark(other.path, message, "add the host to `site.hosts`, or change the condition")
    message = f"{other.words} and {one.words} are never true together"
    return Remark(other.path, message, "all conditions must hold; a list of values is OR")


def _tell_many(conflict: Conflict) -> Remark:
    """Any two of them may hold together, and all of them never do."""
    conditions = [one.words for one in conflict if not one.pages and one.path != _HOSTS]
    where = [_name_place(one) for one in conflict if one.pages or one.path == _HOSTS]
    if conditions:
        verb = "is never true" if len(conditions) == 1 else "are never true together"
        message = f"{_join(conditions)} {verb}{f' on {_join(where)}' if where else ''}"
    else:
        message = f"no address is on {_join(where)}"
    hint = "all conditions must hold; a list of values is OR"
    return Remark(
        conflict[-1].path, message, "pages and conditions must all hold" if where else hint
    )


def _join(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _name_place(one: Requirement) -> str:
    if not one.pages:
        return "the hosts of `site.hosts`"
    return f"the {'page' if len(one.pages) == 1 else 'pages'} {one.words}"


def _tell_block(block: Block) -> Remark:
    if block.conflict is None:
        return Remark(
            block.path,
            f"`{block.name}` blocks `{block.event}` for `{block.platform}` each time: it holds "
            "whenever the event's trigger and conditions do",
            "narrow the trigger under `except`, or remove it there",
        )
    what = f"{_join([_subject(one) for one in block.conflict])} never hold together"
    return Remark(
        block.path,
        f"`{block.name}` can never block `{block.event}`: {what}",
        "remove it from `except`, or change its conditions",
    )


def _subject(requirement: Requirement) -> str:
    word = "" if not requirement.pages else "the page " if len(requirement.pages) == 1 else "pages "
    return f"{word}{requirement.words}"
