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
_PSEUDO_CLASS = re.compile(r"(?<![\\:]):([A-Za-z][\w-]*)")
# Selectors Level 4 and HTML (November 2026), with the pseudo-elements that one colon may begin.
# Test tools have more, such as `:has-text` and `:nth-match`.
_PSEUDO_CLASSES = frozenset(
    (
        "active", "active-view-transition", "active-view-transition-type", "any-link", "autofill",
        "blank", "buffering", "checked", "current", "default", "defined", "dir", "disabled",
        "empty", "enabled", "first-child", "first-of-type", "focus", "focus-visible",
        "focus-within", "fullscreen", "future", "has", "has-slotted", "host", "host-context",
        "hover", "in-range", "indeterminate", "interest-source", "interest-target", "invalid",
        "is", "lang", "last-child", "last-of-type", "link", "local-link", "modal", "muted", "not",
        "nth-child", "nth-col", "nth-last-child", "nth-last-col", "nth-last-of-type",
        "nth-of-type", "only-child", "only-of-type", "open", "optional", "out-of-range", "past",
        "paused", "picture-in-picture", "placeholder-shown", "playing", "popover-open",
        "read-only", "read-write", "required", "root", "scope", "seeking", "stalled", "state",
        "target", "target-after", "target-before", "target-current", "target-within",
        "user-invalid", "user-valid", "valid", "visited", "volume-locked", "where", "xr-overlay",
        "before", "after", "first-line", "first-letter",
    )
)  # fmt: skip
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
    unknown = next(
        (name for name in _PSEUDO_CLASS.findall(bare) if name.lower() not in _PSEUDO_CLASSES), None
    )
    if unknown is not None:
        return f"CSS knows no `:{unknown}`"
    while _NESTED.search(bare):
        bare = _NESTED.sub("\0", bare)
    parts = [part.strip() for part in bare.replace("\0", "()").split(",")]
    if "" in parts:
        return "a part of the list is empty"
    if any(_DIGIT.search(part) for part in parts):
        return "an ID or a class that begins with a digit is written `[id='1']`"
    broken = next((part for part in parts if not _SELECTOR.fullmatch(part)), None)
    return f"`{broken}` cannot be read" if broken is not None else None
