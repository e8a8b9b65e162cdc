"""A plan as text for a terminal, as JSON for machines, as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gtmgen.diagnostics import printable
from gtmgen.plan.model import Action, Change, FieldChange, Plan
from gtmgen.report.visible import around_difference, cell, json_text, shorten

FORMAT_VERSION = "1.0"
_SYMBOLS = {Action.CREATE: "+", Action.UPDATE: "~", Action.RENAME: ">"}
_WORDS = {Action.CREATE: "to create", Action.UPDATE: "to update", Action.RENAME: "to rename"}
_MAX_NAME = 60


def plan_text(plan: Plan, *, verbose: bool = False) -> str:
    """The plan, one line a change; updates with their fields, creates too when verbose."""
    lines = [f"{plan.project} -> {plan.gtm}, workspace {plan.workspace} ({plan.target})"]
    lines.extend(_new_workspace(plan))
    lines.append("")
    width = max((len(_shown_name(change)) for change in plan.changes), default=0)
    for change in plan.changes:
        lines.append(_change_line(change, min(width, _MAX_NAME)))
        if change.action is not Action.CREATE or verbose:
            lines.extend(f"      {line}" for line in _field_lines(change.fields))
    if plan.changes:
        lines.append("")
    lines.append(summary(plan))
    lines.extend(_left_alone(plan))
    return printable_lines(lines)


def printable_lines(lines: Iterable[str]) -> str:
    """Lines, whatever control characters the names in them hold."""
    return "\n".join(map(printable, lines))


def summary(plan: Plan) -> str:
    """``Plan: 3 to create, 1 to update. 12 unchanged, 4 not this project's and left alone.``"""
    rest = f"{plan.unchanged} unchanged, {plan.unmanaged} not this project's and left alone."
    if plan.is_empty:
        return f"No changes: the workspace matches the spec. {rest}"
    counts = [f"{plan.count(action)} {_WORDS[action]}" for action in Action if plan.count(action)]
    return f"Plan: {', '.join(counts)}. {rest}"


def _new_workspace(plan: Plan) -> list[str]:
    if plan.live.workspace_path is not None:
        return []
    return [f"The workspace {plan.workspace} does not exist yet; a push creates it."]


def _left_alone(plan: Plan) -> list[str]:
    if not plan.orphans:
        return []
    names = ", ".join(f"{entity.kind.value} {entity.name}" for entity in plan.orphans)
    return [f"No longer in the spec, left alone: {names}."]


def _shown_name(change: Change) -> str:
    if change.action is Action.RENAME and change.existing is not None:
        return f"{printable(change.existing.name)} -> {printable(change.name)}"
    return printable(change.name)


def _change_line(change: Change, width: int) -> str:
    kind = change.kind.value.replace("_", "-")
    name = _shown_name(change)
    return f"  {_SYMBOLS[change.action]} {kind:<17} {name:<{width}}  {change.place}".rstrip()


def _field_lines(fields: Iterable[FieldChange]) -> list[str]:
    lines = []
    for field in fields:
        if field.new is not None and field.old is not None:
            old, new = around_difference(field.old, field.new)
            lines.append(f"~ {field.path}: {old} -> {new}")
        elif field.new is not None:
            lines.append(f"+ {field.path}: {shorten(field.new)}")
        elif field.old is not None:
            lines.append(f"- {field.path}: {shorten(field.old)}")
    return lines


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data; ``format_version`` changes when its shape does."""
    return {
        "format_version": FORMAT_VERSION,
        "project": plan.project,
        "container": plan.gtm,
        "workspace": plan.workspace,
        "workspace_exists": plan.live.workspace_path is not None,
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


def plans_json(plans: Sequence[Plan]) -> str:
    """One plan as it is; several under ``plans``."""
    if len(plans) == 1:
        return json_text(plan_data(plans[0]))
    return json_text(
        {"format_version": FORMAT_VERSION, "plans": [plan_data(plan) for plan in plans]}
    )


def plan_markdown(plan: Plan) -> str:
    """The plan as Markdown: a summary line and a table."""
    lines = [
        f"### {cell(plan.project)} → {cell(plan.gtm)}, workspace {cell(plan.workspace)}",
        "",
        *map(cell, _new_workspace(plan)),
        summary(plan),
        *map(cell, _left_alone(plan)),
    ]
    if plan.changes:
        lines += ["", "| | kind | name | from | fields |", "|---|---|---|---|---|"]
        for change in plan.changes:
            fields = _field_lines(change.fields) if change.action is not Action.CREATE else []
            row = (
                change.action.value,
                cell(change.kind.value),
                cell(_shown_name(change)),
                cell(change.place),
                "<br>".join(map(cell, fields)),
            )
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)
