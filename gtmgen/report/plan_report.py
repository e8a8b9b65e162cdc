"""A plan as text for a terminal, as JSON for machines, as Markdown for a pull request."""

from __future__ import annotations

import json
from typing import Any

from gtmgen.plan.model import Action, Change, Plan

FORMAT_VERSION = "1.0"
_SYMBOLS = {Action.CREATE: "+", Action.UPDATE: "~", Action.RENAME: ">"}
_WORDS = {Action.CREATE: "to create", Action.UPDATE: "to update", Action.RENAME: "to rename"}
_MAX_VALUE = 100


def plan_text(plan: Plan, *, verbose: bool = False) -> str:
    """The plan, one line a change; updates with their fields, creates too when verbose."""
    lines = [f"{plan.project} -> {plan.gtm}, workspace {plan.workspace} ({plan.target})", ""]
    if plan.live.workspace_path is None:
        lines[1:1] = [f"The workspace {plan.workspace} does not exist yet; a push creates it."]
    width = max((len(change.name) for change in plan.changes), default=0)
    for change in plan.changes:
        lines.append(_change_line(change, min(width, 60)))
        if change.action is not Action.CREATE or verbose:
            lines.extend(_field_lines(change))
    if plan.changes:
        lines.append("")
    lines.append(summary(plan))
    if plan.orphans:
        names = ", ".join(f"{entity.kind.value} {entity.name}" for entity in plan.orphans)
        lines.append(f"No longer in the spec, left alone: {names}.")
    return "\n".join(lines)


def summary(plan: Plan) -> str:
    """``Plan: 3 to create, 1 to update. 12 unchanged, 4 of others left alone.``"""
    rest = f"{plan.unchanged} unchanged, {plan.unmanaged} not this project's and left alone."
    if plan.is_empty:
        return f"No changes: the workspace matches the spec. {rest}"
    counts = [f"{plan.count(action)} {_WORDS[action]}" for action in Action if plan.count(action)]
    return f"Plan: {', '.join(counts)}. {rest}"


def _change_line(change: Change, width: int) -> str:
    name = change.name
    if change.action is Action.RENAME and change.existing is not None:
        name = f"{change.existing.name} -> {name}"
    kind = change.kind.value.replace("_", "-")
    return f"  {_SYMBOLS[change.action]} {kind:<17} {name:<{width}}  {change.place}".rstrip()


def _field_lines(change: Change) -> list[str]:
    lines = []
    for field in change.fields:
        if field.old is None:
            lines.append(f"      + {field.path}: {shorten(field.new)}")
        elif field.new is None:
            lines.append(f"      - {field.path}: {shorten(field.old)}")
        else:
            old, new = _around_difference(field.old, field.new)
            lines.append(f"      ~ {field.path}: {old} -> {new}")
    return lines


def shorten(value: str | None) -> str:
    """A value on one line, quoted, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_VALUE else f'{text[: _MAX_VALUE - 5]}..."'


def _around_difference(old: str, new: str) -> tuple[str, str]:
    """Both values, long ones from shortly before the first character that differs."""
    if max(len(old), len(new)) <= _MAX_VALUE:
        return shorten(old), shorten(new)
    same = next(
        (place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(new)),
    )
    start = max(0, same - 20)
    before = "..." if start else ""
    return shorten(before + old[start:]), shorten(before + new[start:])


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data; ``format_version`` changes when its shape does."""
    return {
        "format_version": FORMAT_VERSION,
        "project": plan.project,
        "container": plan.gtm,
        "workspace": plan.workspace,
        "target": plan.target,
        "summary": {
            **{action.value: plan.count(action) for action in Action},
            "unchanged": plan.unchanged,
            "unmanaged": plan.unmanaged,
        },
        "changes": [
            {
                "action": change.action.value,
                "kind": change.kind.value,
                "name": change.name,
                "old_name": change.existing.name if change.existing else None,
                "place": change.place or None,
                "fields": [field._asdict() for field in change.fields],
            }
            for change in plan.changes
        ],
        "no_longer_in_spec": [
            {"kind": entity.kind.value, "name": entity.name} for entity in plan.orphans
        ],
    }


def plan_json(plan: Plan) -> str:
    """The plan as JSON."""
    return json.dumps(plan_data(plan), indent=2, ensure_ascii=False)


def plan_markdown(plan: Plan) -> str:
    """The plan as Markdown: a summary line and a table."""
    lines = [
        f"### {cell(plan.project)} → {cell(plan.gtm)}, workspace {cell(plan.workspace)}",
        "",
        summary(plan),
    ]
    if plan.changes:
        lines += ["", "| | kind | name | from | fields |", "|---|---|---|---|---|"]
        for change in plan.changes:
            fields = (
                ", ".join(f"`{field.path}`" for field in change.fields) if change.existing else ""
            )
            row = (
                change.action.value,
                change.kind.value,
                cell(change.name),
                cell(change.place),
                fields,
            )
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def cell(text: str) -> str:
    """Text from a spec or an API as one cell of a Markdown table."""
    escaped = "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+!|~" else char for char in text)
    return " ".join(escaped.split())
