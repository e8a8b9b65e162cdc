"""Mends what a diagnostic has a fix for, in the text of a spec: nothing else of it changes.

An edit replaces the text at a diagnostic's place. Where that text is not the whole value, or more
than one place shares it (an anchor), or it is filled from the environment, nothing is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gtmgen.diagnostics import Diagnostic
from gtmgen.source.yaml_text import UnreadableError, compose

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BEHIND_A_VALUE = re.compile(r"[ \t]*(?:[,}\]\r\n]|#|\Z)")
_ANCHORED = re.compile(r"[&*!][^\s,{}\[\]]+[ \t]+\Z")


class Edit(NamedTuple):
    """Replaces ``text[start:end]``."""

    start: int
    end: int
    replacement: str


def mend(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[str, list[Diagnostic]]:
    """The text of one file with its diagnostics' fixes applied, and those that were.

    The text stays as it is where the result would not be YAML.
    """
    starts = [match.start() for match in _LINE.finditer(text)]
    edits: dict[Edit, Diagnostic] = {}
    for diagnostic in diagnostics:
        edit = _make_edit(text, starts, diagnostic)
        if edit is not None:
            edits.setdefault(edit, diagnostic)
    applied = list(_drop_conflicts(sorted(edits)))
    mended = text
    for edit in reversed(applied):
        mended = mended[: edit.start] + edit.replacement + mended[edit.end :]
    if mended == text or not _is_yaml(mended):
        return text, []
    return mended, [edits[edit] for edit in applied]


def _make_edit(text: str, starts: Sequence[int], diagnostic: Diagnostic) -> Edit | None:
    span = diagnostic.span
    if diagnostic.fix is None or span.line > len(starts):
        return None
    start = starts[span.line - 1] + span.col - 1
    end = start + span.width
    is_whole = _BEHIND_A_VALUE.match(text, end) and _is_value(text[start:end])
    if not is_whole or _ANCHORED.search(text, starts[span.line - 1], start):
        return None
    return Edit(start, end, diagnostic.fix)


def _is_value(source: str) -> bool:
    """Whether it is a value by itself, of nothing but what stands there."""
    if "${" in source or source.startswith(("&", "*", "!", "|", ">")):
        return False
    return _is_yaml(f"value: {source}")


def _drop_conflicts(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Of edits that overlap, the first: another run sees whether the second is needed still."""
    end = 0
    for edit in edits:
        if edit.start >= end:
            end = edit.end
            yield edit


def _is_yaml(text: str) -> bool:
    try:
        compose(text, "")
    except UnreadableError:
        return False
    return True
