"""The differences of two containers as text, as JSON, as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gtmgen.compare.model import Difference, Differences, EntityChange
from gtmgen.meaning.model import Meaning
from gtmgen.report.field_lines import cell_lines, fence_diffs, hidden_line, list_all_lines
from gtmgen.report.meaning_report import (
    build_meaning_data,
    hint_lines,
    render_meaning_lines,
    render_meaning_markdown,
    render_totals_markdown,
    total_lines,
)
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.visible import cell, json_text
from gtmgen.text import printable

FORMAT_VERSION = "2.0"
SYMBOLS = {
    Difference.ADDED: "+",
    Difference.REMOVED: "-",
    Difference.CHANGED: "~",
    Difference.RENAMED: ">",
}
_WHOLE = (Difference.ADDED, Difference.REMOVED)


def diff_text(
    old: str,
    new: str,
    differences: Differences,
    meaning: Meaning,
    *,
    verbose: bool = False,
    paint: Paint = PLAIN,
) -> str:
    """What the change means, by event; when verbose, each entity with its fields below it.

    ``old`` and ``new`` say what was compared.
    """
    lines = [printable(f"{old} -> {new}"), "", *render_meaning_lines(meaning, paint)]
    if verbose:
        lines += _write_entities(differences, paint)
    elif not differences.is_empty:
        lines += hint_lines(paint)
    lines += total_lines(meaning, paint)
    lines.append(printable(summarize_differences(differences)))
    return "\n".join(lines)


def _write_entities(differences: Differences, paint: Paint) -> Iterator[str]:
    if differences.container:
        yield f"  {SYMBOLS[Difference.CHANGED]} container"
        yield from (printable(f"      {line}") for line in list_all_lines(differences.container))
    for change in differences.changes:
        symbol = paint(_STYLES[change.difference], SYMBOLS[change.difference])
        yield f"  {symbol} {_format_kind(change):<17} {_format_name(change)}"
        yield from (printable(f"      {line}") for line in _write_field_lines(change))
    if not differences.is_empty:
        yield ""


_STYLES = {
    Difference.ADDED: "green",
    Difference.REMOVED: "red",
    Difference.CHANGED: "yellow",
    Difference.RENAMED: "yellow",
}


def summarize_differences(differences: Differences) -> str:
    """``Differences: 1 added, 2 changed. 40 unchanged.``"""
    unchanged = f"{differences.unchanged} unchanged."
    if differences.is_empty:
        return f"No differences. {unchanged}"
    counts = [
        f"{differences.count(kind)} {kind.value}" for kind in Difference if differences.count(kind)
    ]
    if differences.container:
        counts.append("the container itself")
    return f"Differences: {', '.join(counts)}. {unchanged}"


def _format_kind(change: EntityChange) -> str:
    return change.kind.value.replace("_", "-")


def _format_name(change: EntityChange) -> str:
    if change.difference is Difference.RENAMED:
        return f"{printable(change.old_name or '')} -> {printable(change.name)}"
    return printable(change.name)


def _write_field_lines(change: EntityChange) -> list[str]:
    return [*list_all_lines(change.fields), *hidden_line(change.same)]


def diff_json(pairs: Sequence[tuple[str, str, Differences, Meaning]]) -> str:
    """The differences for machines, in one shape, however many pairs; see ``diff.schema.json``.

    A spec with two containers is two pairs. ``format_version`` changes when the shape does.
    """
    return json_text(
        {"format_version": FORMAT_VERSION, "diffs": [_diff_data(*pair) for pair in pairs]}
    )


def _diff_data(old: str, new: str, differences: Differences, meaning: Meaning) -> dict[str, Any]:
    return {
        "old": old,
        "new": new,
        "summary": {
            **{kind.value: differences.count(kind) for kind in Difference},
            "unchanged": differences.unchanged,
        },
        "meaning": build_meaning_data(meaning),
        "container": [field._asdict() for field in differences.container],
        "changes": [_change_data(change) for change in differences.changes],
    }


def _change_data(change: EntityChange) -> dict[str, Any]:
    return {
        "difference": change.difference.value,
        "kind": change.kind.value,
        "name": change.name,
        "old_name": change.old_name,
        "fields": [field._asdict() for field in change.fields],
        "unchanged_fields": change.same,
    }


def diff_markdown(old: str, new: str, differences: Differences, meaning: Meaning) -> str:
    """What the change means, and folded below it a table of entities and the diffs of code."""
    lines = [f"### {cell(old)} → {cell(new)}", "", summarize_differences(differences)]
    if differences.is_empty:
        return "\n".join(lines)
    lines += ["", *render_totals_markdown(meaning), *render_meaning_markdown(meaning), ""]
    return "\n".join([*lines, *render_entities_markdown(differences)])


def render_entities_markdown(differences: Differences) -> list[str]:
    """Every entity with its fields, in an element that readers unfold."""
    lines = ["<details><summary>Entities and fields</summary>", ""]
    lines += ["| | kind | name | fields |", "|---|---|---|---|"]
    if differences.container:
        lines.append(_make_row("changed", "container", "", cell_lines(differences.container)))
    for change in differences.changes:
        fields = []
        if change.difference not in _WHOLE:
            fields = [*cell_lines(change.fields), *hidden_line(change.same)]
        lines.append(
            _make_row(change.difference.value, _format_kind(change), _format_name(change), fields)
        )
    for change in differences.changes:
        lines += fence_diffs(f"{_format_kind(change)} {_format_name(change)}", change.fields)
    return [*lines, "", "</details>"]


def _make_row(difference: str, kind: str, name: str, fields: list[str]) -> str:
    cells = (difference, cell(kind), cell(name), "<br>".join(map(cell, fields)))
    return f"| {' | '.join(cells)} |"
