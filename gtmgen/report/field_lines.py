"""Fields, old and new: on one line each, code as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from gtmgen.diagnostics import printable
from gtmgen.plan.model import Action, Change, FieldChange
from gtmgen.report.visible import around_difference, shorten

_CODE = ("templateData", "parameter.html", "parameter.javascript")


def is_diff(field: FieldChange) -> bool:
    """Whether a field is shown as a diff: code of more than one line, before or after."""
    if field.path not in _CODE or field.old is None or field.new is None:
        return False
    return "\n" in field.old or "\n" in field.new


def diff_lines(field: FieldChange) -> list[str]:
    """The unified diff of a piece of code, without the two lines of file names."""
    old, new = (field.old or "").split("\n"), (field.new or "").split("\n")
    return [printable(line) for line in difflib.unified_diff(old, new, lineterm="")][2:]


def field_lines(change: Change) -> list[str]:
    """What changes; what does not is counted, where there was something before."""
    lines = [line for field in change.fields for line in _lines(field)]
    if change.action not in (Action.CREATE, Action.DELETE):
        lines.extend(hidden(change))
    return lines


def hidden(change: Change) -> Iterator[str]:
    """``(5 unchanged fields hidden)``."""
    if change.same:
        yield f"({change.same} unchanged field{'s' if change.same != 1 else ''} hidden)"


def _lines(field: FieldChange) -> Iterable[str]:
    if is_diff(field):
        return [f"~ {field.path}:", *(f"    {line}" for line in diff_lines(field))]
    return [one_line(field)]


def one_line(field: FieldChange) -> str:
    """``~ path: "old" -> "new"``, long values around what differs."""
    if field.new is not None and field.old is not None:
        old, new = around_difference(field.old, field.new)
        return f"~ {field.path}: {old} -> {new}"
    if field.new is not None:
        return f"+ {field.path}: {shorten(field.new)}"
    return f"- {field.path}: {shorten(field.old or '')}"
