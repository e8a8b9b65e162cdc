"""The differences of two containers as text, as JSON, as Markdown for a pull request."""

from __future__ import annotations

from typing import Any

from gtmgen.compare.model import Difference, Differences, EntityChange
from gtmgen.report.field_lines import all_lines, cell_lines, fenced_diffs, hidden_line
from gtmgen.report.visible import cell, json_text
from gtmgen.text import printable

FORMAT_VERSION = "1.0"
SYMBOLS = {
    Difference.ADDED: "+",
    Difference.REMOVED: "-",
    Difference.CHANGED: "~",
    Difference.RENAMED: ">",
}
_WHOLE = (Difference.ADDED, Difference.REMOVED)


def diff_text(old: str, new: str, found: Differences, *, verbose: bool = False) -> str:
    """One line an entity; what is changed with its fields, the rest when verbose.

    ``old`` and ``new`` say what was compared.
    """
    lines = [f"{old} -> {new}", ""]
    if found.container:
        lines.append(f"  {SYMBOLS[Difference.CHANGED]} container")
        lines.extend(f"      {line}" for line in all_lines(found.container))
    for change in found.changes:
        name = _shown_name(change)
        lines.append(f"  {SYMBOLS[change.difference]} {_kind(change):<17} {name}")
        if change.difference not in _WHOLE or verbose:
            lines.extend(f"      {line}" for line in _field_lines(change))
    if not found.is_empty:
        lines.append("")
    lines.append(summary(found))
    return "\n".join(map(printable, lines))


def summary(found: Differences) -> str:
    """``Differences: 1 added, 2 changed. 40 unchanged.``"""
    rest = f"{found.unchanged} unchanged."
    if found.is_empty:
        return f"No differences. {rest}"
    counts = [f"{found.count(kind)} {kind.value}" for kind in Difference if found.count(kind)]
    if found.container:
        counts.append("the container itself")
    return f"Differences: {', '.join(counts)}. {rest}"


def _kind(change: EntityChange) -> str:
    return change.kind.value.replace("_", "-")


def _shown_name(change: EntityChange) -> str:
    if change.difference is Difference.RENAMED:
        return f"{printable(change.old_name or '')} -> {printable(change.name)}"
    return printable(change.name)


def _field_lines(change: EntityChange) -> list[str]:
    return [*all_lines(change.fields), *hidden_line(change.same)]


def diff_json(old: str, new: str, found: Differences) -> str:
    """The differences for machines; ``diff.schema.json`` describes it.

    ``format_version`` changes when its shape does.
    """
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "old": old,
            "new": new,
            "summary": {
                **{kind.value: found.count(kind) for kind in Difference},
                "unchanged": found.unchanged,
            },
            "container": [field._asdict() for field in found.container],
            "changes": [_change_data(change) for change in found.changes],
        }
    )


def _change_data(change: EntityChange) -> dict[str, Any]:
    return {
        "difference": change.difference.value,
        "kind": change.kind.value,
        "name": change.name,
        "old_name": change.old_name,
        "fields": [field._asdict() for field in change.fields],
        "unchanged_fields": change.same,
    }


def diff_markdown(old: str, new: str, found: Differences) -> str:
    """A summary line, a table, and the diffs of code below it."""
    lines = [f"### {cell(old)} → {cell(new)}", "", summary(found)]
    if not found.is_empty:
        lines += ["", "| | kind | name | fields |", "|---|---|---|---|"]
    if found.container:
        lines.append(_row("changed", "container", "", cell_lines(found.container)))
    for change in found.changes:
        fields = []
        if change.difference not in _WHOLE:
            fields = [*cell_lines(change.fields), *hidden_line(change.same)]
        lines.append(_row(change.difference.value, _kind(change), _shown_name(change), fields))
    for change in found.changes:
        lines += fenced_diffs(f"{_kind(change)} {_shown_name(change)}", change.fields)
    return "\n".join(lines)


def _row(difference: str, kind: str, name: str, fields: list[str]) -> str:
    cells = (difference, cell(kind), cell(name), "<br>".join(map(cell, fields)))
    return f"| {' | '.join(cells)} |"
