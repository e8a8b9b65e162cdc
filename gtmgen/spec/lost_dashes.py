"""Lists that are none: items that have lost the space behind their dash, or their brackets.

`-ga4` is sound YAML, a text that begins with a dash; and so is `-load: /`, a key that does, and the
text `ga4, tiktok`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.spec.key_moves import replace_at, value_at
from gtmgen.text import clip, listing

# Possessive, and from a first blank only: a line may have 100,000.
_DASH = re.compile(r"(?:^|(?<!\s)\s++)-\s*+(?=[A-Za-z_])")
_LISTED = re.compile(r"\(?([^\[\](){}\"'\n]+)\)?")
_MOST = 20
"""Lists that are tried: each costs a check of the whole spec."""
_RULES = ("wrong-type", "bad-value", "empty-value")


def explain_lost_dashes(
    problems: Sequence[Problem], document: Document, check: Callable[[Data], list[Problem]]
) -> list[Problem]:
    """The problems with those that a list in such a place would not have told as what they are."""
    data = document.data
    paths = dict.fromkeys(item.path for item in problems if item.rule in _RULES)
    mended = {item.path for item in problems if (item.hint or "").startswith("write ")}
    meant = (
        (path, items)
        for path in paths
        if path and isinstance(path[-1], str) and (items := _items(value_at(data, path)))
        if path not in mended
    )
    for path, items in islice(meant, _MOST):
        left = check(replace_at(data, path, partial(_replace, items)))
        if any(_is_in(path, item) for item in left) or len(left) >= len(problems):
            continue
        value = value_at(data, path)
        rule = "yaml-syntax"
        if isinstance(value, str) and not _DASH.match(value):
            rule = "wrong-type"
            message = f"expected a list, found the text `{clip(value)}`"
            hint = f"write `[{clip(', '.join(map(str, items)))}]`"
        elif _is_below_key(document, path):
            message = "a space is missing after the `-` of a list item"
            hint = f"write {listing([clip(_write(item)) for item in items])}"
        else:
            message = "a list on the line of its key goes in brackets"
            hint = f"write `[{clip(', '.join(map(str, items)))}]`"
        told = Problem(rule, path, message, hint)
        problems = [told, *(item for item in problems if not _is_in(path, item))]
    return [*problems]


def _replace(new: list[Any], _: Any) -> list[Any]:
    return new


def _is_in(path: Path, problem: Problem) -> bool:
    return problem.path[: len(path)] == path


def _is_below_key(document: Document, path: Path) -> bool:
    """Whether a value stands on lines of its own."""
    return document.span(path).line > document.span(path, on_key=True).line


def _items(value: Any) -> list[Any]:
    """The items that are meant, or none."""
    if isinstance(value, str) and re.match(_DASH, value):
        return [item for item in _DASH.split(value) if item]
    if isinstance(value, str) and (texts := _LISTED.fullmatch(value)):
        items = [text.strip() for text in texts[1].split(",")]
        return items if all(items) else []
    if isinstance(value, dict) and value and all(_DASH.match(key) for key in value):
        return [{_DASH.sub("", key, count=1): inner} for key, inner in value.items()]
    return []


def _write(item: Any) -> str:
    if isinstance(item, str):
        return f"- {item}"
    ((key, inner),) = item.items()
    return f"- {key}: {inner}" if isinstance(inner, str) else f"- {key}: ..."
