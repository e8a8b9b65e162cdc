"""A plan as text for a terminal, as JSON for machines, as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gtmgen.container.gallery import reference_of
from gtmgen.plan.cost import Cost, cost_in_bulk, cost_singly
from gtmgen.plan.gallery import is_installed_by
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.report.field_lines import cell_lines, fenced_diffs, field_lines, hidden
from gtmgen.report.plan_sections import equal_line, sections
from gtmgen.report.visible import cell, json_text
from gtmgen.text import plural, printable

FORMAT_VERSION = "1.0"
SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.RENAME: ">",
    Action.ADOPT: "<",
    Action.DELETE: "-",
}
_MAX_NAME = 60


def plan_text(plan: Plan, *, verbose: bool = False) -> str:
    """The plan, one line a change; what is changed with its fields, the rest when verbose."""
    lines = [f"{plan.project} -> {plan.gtm}, workspace {plan.workspace} ({plan.target})"]
    lines.extend(_new_workspace(plan))
    lines.append("")
    width = max((len(_shown_name(change)) for change in plan.changes), default=0)
    for title, changes in sections(plan):
        if title:
            lines += [f"{title}:", ""]
        for change in changes:
            lines.append(_change_line(change, min(width, _MAX_NAME)))
            lines.extend(_gallery_line(change))
            if change.action not in (Action.CREATE, Action.DELETE) or verbose:
                lines.extend(f"      {line}" for line in field_lines(change))
        lines.append("")
    if plan.changes:
        lines.append(cost_line(plan))
    lines.append(summary(plan))
    lines.extend(equal_line(plan))
    return printable_lines(lines)


def printable_lines(lines: Iterable[str]) -> str:
    """Lines, whatever control characters the names in them hold."""
    return "\n".join(map(printable, lines))


def summary(plan: Plan) -> str:
    """``Plan: 3 to create, 1 to update. 12 unchanged, 4 not this project's and left alone.``"""
    rest = f"{plan.unchanged} unchanged, {plan.unmanaged} not this project's and left alone."
    if plan.is_empty and plan.live.workspace_path is None:
        return (
            f"No changes: the latest version matches the spec; the workspace {plan.workspace} will "
            f"be made when there is something to push. {rest}"
        )
    if plan.is_empty:
        return f"No changes: the workspace matches the spec. {rest}"
    counts = [f"{plan.count(action)} to {action.value}" for action in Action if plan.count(action)]
    return f"Plan: {', '.join(counts)}. {rest}"


def _new_workspace(plan: Plan) -> list[str]:
    if plan.live.workspace_path is not None or plan.is_empty:
        return []
    return [f"The workspace {plan.workspace} does not exist yet; a push creates it."]


def cost_line(plan: Plan) -> str:
    """``Cost: 18 API calls, 1 minute; in bulk 12 calls, under a minute.``"""
    return f"Cost: {_costs([plan])}."


def total_cost_line(plans: Sequence[Plan]) -> str:
    """The same for all plans of one push, which share one quota."""
    return f"All {len(plans)} plans: {_costs(plans)}."


def _costs(plans: Sequence[Plan]) -> str:
    single = Cost(sum(cost_singly(plan).calls for plan in plans))
    bulk = Cost(sum(cost_in_bulk(plan).calls for plan in plans))
    return f"{single.calls} API calls, {_time(single)}; in bulk {bulk.calls} calls, {_time(bulk)}"


def _time(cost: Cost) -> str:
    minutes = round(cost.minutes)
    if not minutes:
        return "under a minute"
    return f"about {plural(minutes, 'minute')}"


def _shown_name(change: Change) -> str:
    if change.action is Action.RENAME and change.existing is not None:
        return f"{printable(change.existing.name)} -> {printable(change.name)}"
    return printable(change.name)


def _change_line(change: Change, width: int) -> str:
    kind = change.kind.value.replace("_", "-")
    name = _shown_name(change)
    return f"  {SYMBOLS[change.action]} {kind:<17} {name:<{width}}  {change.place}".rstrip()


def _gallery_line(change: Change) -> list[str]:
    """Where a template is installed from: who pushes acknowledges what it may do."""
    if not is_installed_by(change):
        return []
    reference = reference_of(change.desired)
    version = f"@{reference['version']}" if reference.get("version") else ", its latest version"
    place = f"{reference['owner']}/{reference['repository']}{version}"
    return [f"      from the gallery: {place}; a push acknowledges its permissions"]


def plan_data(plan: Plan, checksum: str) -> dict[str, Any]:
    """The plan as plain data; ``plan.schema.json`` describes it.

    ``format_version`` changes when its shape does.
    """
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
            "equal": len(plan.equal),
            "unmanaged": plan.unmanaged,
        },
        "changes": [
            {
                "action": change.action.value,
                "kind": change.kind.value,
                "name": change.name,
                "old_name": change.existing.name if change.existing else None,
                "place": change.place or None,
                "drift": change.drift.value if change.drift else None,
                "fields": [field._asdict() for field in change.fields],
                "unchanged_fields": change.same,
            }
            for change in plan.changes
        ],
        "equal": [{"kind": entity.kind.value, "name": entity.name} for entity in plan.equal],
        "in_use": [
            {"kind": entity.kind.value, "name": entity.name, "users": list(users)}
            for entity, users in plan.in_use
        ],
        "conflicts": list(plan.live.conflicts),
        "cost": {
            "entity_by_entity": _cost_data(cost_singly(plan)),
            "bulk": _cost_data(cost_in_bulk(plan)),
        },
        "checksum": checksum,
    }


def _cost_data(cost: Cost) -> dict[str, Any]:
    return {"calls": cost.calls, "minutes": round(cost.minutes, 1)}


def plans_json(plans: Sequence[tuple[Plan, str]]) -> str:
    """Plans with their checksums: one as it is; several under ``plans``."""
    if len(plans) == 1:
        return json_text(plan_data(*plans[0]))
    return json_text(
        {"format_version": FORMAT_VERSION, "plans": [plan_data(*plan) for plan in plans]}
    )


def plan_markdown(plan: Plan) -> str:
    """The plan as Markdown: a summary line, a table, and the diffs of code below it."""
    lines = [
        f"### {cell(plan.project)} → {cell(plan.gtm)}, workspace {cell(plan.workspace)}",
        "",
        *map(cell, _new_workspace(plan)),
        summary(plan),
        *equal_line(plan),
    ]
    if plan.changes:
        lines.append(cost_line(plan))
    for title, changes in sections(plan):
        if title:
            lines += ["", f"{title}:"]
        lines += ["", "| | kind | name | from | fields |", "|---|---|---|---|---|"]
        lines.extend(map(_row, changes))
    for change in plan.changes:
        lines.extend(_diffs(change))
    return "\n".join(lines)


def _row(change: Change) -> str:
    row = (
        change.action.value,
        cell(change.kind.value),
        cell(_shown_name(change)),
        cell(change.place),
        "<br>".join(map(cell, _cell_lines(change))),
    )
    return f"| {' | '.join(row)} |"


def _cell_lines(change: Change) -> list[str]:
    if change.action in (Action.CREATE, Action.DELETE):
        return []
    return [*cell_lines(change.fields), *hidden(change)]


def _diffs(change: Change) -> list[str]:
    title = f"{change.kind.value.replace('_', '-')} {_shown_name(change)}"
    return fenced_diffs(title, change.fields)
