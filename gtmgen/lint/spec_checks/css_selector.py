"""CSS selectors that no browser can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import ANY_ELEMENT

_FORMS = ("click", "link", "submit", "visible")
_OPERATORS = ("css", "css_itself")
_TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')
_NESTED = re.compile(r"\([^()]*\)")
_IDENT = r"(?:--|-?(?:[A-Za-z_]|[^\x00-\x7f]|\\.))(?:[\w-]|[^\x00-\x7f]|\\.)*"
_PART = (
    rf"(?:[*&]|[#.](?:{_IDENT})|::?{_IDENT}(?:\(\))?|{_IDENT}"
    rf"|\[\s*{_IDENT}\s*(?:[~|^$*]?=\s*(?:\"\"|{_IDENT}|[\w-]+)\s*[iIsS]?\s*)?\])"
)
_SELECTOR = re.compile(rf"{_PART}+(?:\s*[>+~]\s*{_PART}+|\s+{_PART}+)*")
_ONLY_IN_JQUERY = re.compile(
    r":(contains|eq|gt|lt|first|last|even|odd|visible|hidden|input|button|text|submit|selected)\b(?!-)"
)
_DIGIT = re.compile(r"[#.][0-9]")


def check(view: SpecView) -> Iterator[Remark]:
    """Of triggers and of conditions."""
    for trigger in view.triggers:
        if trigger.form in _FORMS and trigger.argument != ANY_ELEMENT:
            yield from _check(str(trigger.argument), (*trigger.path, trigger.form))
    for test, path in view.conditions:
        for value in test.values if test.operator in _OPERATORS else ():
            yield from _check(value, path)


def _check(css: str, path: tuple[str | int, ...]) -> Iterator[Remark]:
    wrong = selector_problem(css)
    if wrong is not None:
        yield Remark(
            path,
            f"`{css}` is not a valid CSS selector: {wrong}",
            "try it in a browser's console: `document.querySelector('...')`",
        )


def selector_problem(css: str) -> str | None:
    """What is wrong with a selector, or None."""
    bare = _TEXT.sub('""', css)
    if '"' in bare.replace('""', "") or "'" in bare:
        return "a quotation mark is not closed"
    for opening, closing in ("()", "[]"):
        if bare.count(opening) != bare.count(closing):
            return f"`{opening}` and `{closing}` are not in pairs"
    jquery = _ONLY_IN_JQUERY.search(bare)
    if jquery is not None:
        return f"`:{jquery.group(1)}` exists in jQuery only"
    while _NESTED.search(bare):
        bare = _NESTED.sub("\0", bare)
    parts = [part.strip() for part in bare.replace("\0", "()").split(",")]
    if "" in parts:
        return "a part of the list is empty"
    if any(_DIGIT.search(part) for part in parts):
        return "an ID or a class that begins with a digit is written `[id='1']`"
    broken = next((part for part in parts if not _SELECTOR.fullmatch(part)), None)
    return f"`{broken}` cannot be read" if broken is not None else None
