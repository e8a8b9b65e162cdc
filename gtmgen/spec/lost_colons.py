"""Keys that have lost their colon, or the space behind it, or have others before them.

`on {event: sign_up}` is sound YAML, with the key `on {event`, and one mistake, not two; and so is
`{event:sign_up}`, with a key that has no value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.source.yaml_text import split_lines
from gtmgen.spec.key_moves import value_at
from gtmgen.text import clip, printable

_LOST = re.compile(r"([A-Za-z_][\w.-]*)(?: *[=;] *|(:)| *)([\[{].*)")
_NO_BLANK = re.compile(r"([A-Za-z_][\w.-]*):(\S.*)")
_ODD_BLANKS = re.compile(r"[\s\u200b\ufeff]+([A-Za-z_][\w.-]*)")
_COMMENT = re.compile(r"(?:- +)?([\w.-]+):\s++(#\S.*)")


class _Lost(NamedTuple):
    """The key that is meant; if it ``is_elsewhere``, another mapping lacks it."""

    name: str
    message: str
    hint: str
    is_elsewhere: bool = False


def explain_lost_colons(problems: Sequence[Problem], data: Data) -> list[Problem]:
    """The problems with those about such a key told as one, in the place of the key."""
    lost = {
        item.path: found
        for item in problems
        if item.rule in ("unknown-key", "bad-key")
        and (found := _find_lost(str(item.path[-1]), value_at(data, item.path))) is not None
    }
    if not lost:
        return [*problems]
    told: list[Problem] = []
    for item in problems:
        above = next((path for path in lost if item.path[: len(path)] == path), None)
        if above is None:
            names = {
                found.name
                for path, found in lost.items()
                if found.is_elsewhere or path[:-1] == item.path
            }
            if item.rule != "missing-key" or not any(f"`{name}`" in item.message for name in names):
                told.append(item)
        elif item.path == above and item.rule in ("unknown-key", "bad-key"):
            meant = lost[above]
            told.append(Problem("yaml-syntax", item.path, meant.message, meant.hint, on_key=True))
    return told


def _find_lost(key: str, value: object) -> _Lost | None:
    match = _LOST.fullmatch(key)
    if match is not None:
        name, colon, rest = match.groups()
        written = f"{name}: {rest}: {value}" if isinstance(value, str) else f"{name}: {rest}: ..."
        lacks = f"a space is missing after the colon of `{name}`"
        return _Lost(name, lacks if colon else f"`{name}` has no colon", _write(written))
    match = _NO_BLANK.fullmatch(key)
    if match is not None and value is None:
        name, rest = match.groups()
        message = f"a space is missing after the colon of `{name}`"
        return _Lost(name, message, _write(f"{name}: {rest}"))
    match = _ODD_BLANKS.fullmatch(key)
    if match is not None:
        name = match[1]
        code = f"U+{ord(key[0]):04X}"
        message = f"before `{name}` is the character {code}, which is not a space in YAML"
        return _Lost(name, message, "replace it, and others like it, by spaces", True)
    return None


def _write(text: str) -> str:
    return f"write `{clip(printable(text))}`"


def explain_comments(problems: Sequence[Problem], document: Document) -> list[Problem]:
    """The problems with values that are missing since `#` has made a comment of them told so."""
    return [_explain_comment(item, document) or item for item in problems]


def _explain_comment(problem: Problem, document: Document) -> Problem | None:
    path: Path = problem.path
    if not problem.message.endswith("found nothing") or not path:
        return None
    span = document.span(path, on_key=True)
    line = split_lines(document.folder.texts.get(span.file, ""))[span.line - 1 : span.line]
    match = _COMMENT.fullmatch(line[0].strip()) if line else None
    if match is None or match[1] != path[-1]:
        return None
    message = f"`{match[1]}` has no value: `#` begins a comment"
    return Problem("yaml-syntax", path, message, _write(f'{match[1]}: "{match[2]}"'), on_key=True)
