"""Fields, old and new: on one line each, code as a unified diff."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from gtmgen.container.differ import FieldChange
from gtmgen.plan.model import Action, Change
from gtmgen.report.visible import cell
from gtmgen.text import around_difference, plural, printable, shorten

_LONG = 20_000  # lines, from which on an exact diff would take too long
_CODE = ("templateData", "parameter.html", "parameter.javascript")


def is_diff(field: FieldChange) -> bool:
    """Whether a field is shown as a diff: code of more than one line, before or after."""
    if field.path not in _CODE or field.old is None or field.new is None:
        return False
    return "\n" in field.old or "\n" in field.new


def diff_lines(field: FieldChange) -> list[str]:
    """The unified diff of a piece of code, without the two lines of file names."""
    old, new = (field.old or "").split("\n"), (field.new or "").split("\n")
    return [printable(line) for line in _unify(old, new)]


def _unify(old: list[str], new: list[str]) -> Iterator[str]:
    """As ``difflib.unified_diff``, which passes over lines that occur often.

    Such are most lines of a template's permissions, so one other word in them showed as
    hundreds of lines.
    """
    autojunk = max(len(old), len(new)) > _LONG
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=autojunk)
    for group in matcher.get_grouped_opcodes(3):
        old_from, new_from = group[0][1], group[0][3]
        old_to, new_to = group[-1][2], group[-1][4]
        yield f"@@ -{_format_range(old_from, old_to)} +{_format_range(new_from, new_to)} @@"
        for tag, i, i_to, j, j_to in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i:i_to])
                continue
            yield from (f"-{line}" for line in old[i:i_to])
            yield from (f"+{line}" for line in new[j:j_to])


def _format_range(start: int, stop: int) -> str:
    length = stop - start
    begin = start + 1 if length else start  # an empty range begins at the line before it
    return str(begin) if length == 1 else f"{begin},{length}"


def list_field_lines(change: Change) -> list[str]:
    """What changes; what does not is counted, where there was something before."""
    lines = list_all_lines(change.fields)
    if change.action not in (Action.CREATE, Action.DELETE):
        lines.extend(count_hidden(change))
    return lines


def list_all_lines(fields: Iterable[FieldChange]) -> list[str]:
    """Fields in their order."""
    return [line for field in fields for line in _list_lines(field)]


def cell_lines(fields: Iterable[FieldChange]) -> list[str]:
    """A line each for a table, which has no room for a diff."""
    return [
        f"~ {field.path}: see below" if is_diff(field) else format_field(field) for field in fields
    ]


def fence_diffs(title: str, fields: Iterable[FieldChange]) -> list[str]:
    """The diffs of code as Markdown, each below its title and the field's path."""
    lines: list[str] = []
    for field in filter(is_diff, fields):
        diff = diff_lines(field)
        fence = "`" * max(3, *(1 + _count_backticks(line) for line in diff))
        lines += ["", cell(f"{title}, {field.path}"), "", f"{fence}diff", *diff, fence]
    return lines


def _count_backticks(line: str) -> int:
    """The longest run of backticks, which a fence around the line has to be longer than."""
    return max(map(len, re.findall("`+", line)), default=0)


def count_hidden(change: Change) -> Iterator[str]:
    """``(5 unchanged fields hidden)``."""
    return hidden_line(change.same)


def hidden_line(same: int) -> Iterator[str]:
    """The same for a number of fields, and nothing for none."""
    if same:
        yield f"({plural(same, 'unchanged field')} hidden)"


def _list_lines(field: FieldChange) -> Iterable[str]:
    if is_diff(field):
        return [f"~ {field.path}:", *(f"    {line}" for line in diff_lines(field))]
    return [format_field(field)]


def format_field(field: FieldChange) -> str:
    """``~ path: "old" -> "new"``, long values around what differs."""
    if field.new is not None and field.old is not None:
        old, new = around_difference(field.old, field.new)
        return f"~ {field.path}: {old} -> {new}"
    if field.new is not None:
        return f"+ {field.path}: {shorten(field.new)}"
    return f"- {field.path}: {shorten(field.old or '')}"
