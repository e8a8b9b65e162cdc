"""A plan as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.plan.model import Action, Change, Plan
from gtmgen.report.field_lines import cell_lines, count_hidden, fence_diffs
from gtmgen.report.meaning_report import render_meaning_markdown, render_totals_markdown
from gtmgen.report.plan_report import (
    PlanView,
    describe_double_install,
    format_change_name,
    format_cost_line,
    list_new_workspace,
    name_other_side,
    summarize_plan,
)
from gtmgen.report.plan_sections import group_changes, list_equal
from gtmgen.report.visible import cell


def render_plan_markdown(view: PlanView) -> str:
    """What the plan does; folded below it a table of entities and the diffs of code."""
    view = view.without_credentials()
    plan = view.plan
    lines = [
        f"### {cell(plan.project)} → {cell(plan.gtm)}, {cell(name_other_side(plan))}",
        "",
        *map(cell, list_new_workspace(plan)),
        summarize_plan(plan),
        *list_equal(plan),
        *_write_double_installs_markdown(view),
    ]
    if not plan.changes:
        return "\n".join(lines)
    lines += [
        *([] if plan.live.published else [format_cost_line(plan, paced=view.paced)]),
        "",
        *render_totals_markdown(view.meaning()),
    ]
    for title, changes in group_changes(plan):
        if title:
            lines += ["", f"{title}:"]
        lines += render_meaning_markdown(view.meaning(changes))
    return "\n".join([*lines, "", *_write_entities_markdown(plan)])


def _write_double_installs_markdown(view: PlanView) -> Iterator[str]:
    for item in view.double_installs:
        yield ""
        yield f"**Double install**: {cell(describe_double_install(item))}"


def _write_entities_markdown(plan: Plan) -> Iterator[str]:
    yield from ("<details><summary>Entities and fields</summary>", "")
    for title, changes in group_changes(plan):
        if title:
            yield from (f"{title}:", "")
        yield from ("| | kind | name | from | fields |", "|---|---|---|---|---|")
        yield from map(_make_row, changes)
        yield ""
    for change in plan.changes:
        yield from _list_diffs(change)
    yield from ("", "</details>") if any(map(_list_diffs, plan.changes)) else ("</details>",)


def _make_row(change: Change) -> str:
    row = (
        change.action.value,
        cell(change.kind.value),
        cell(format_change_name(change)),
        cell(change.place),
        "<br>".join(map(cell, _write_cell_lines(change))),
    )
    return f"| {' | '.join(row)} |"


def _write_cell_lines(change: Change) -> list[str]:
    if change.action in (Action.CREATE, Action.DELETE):
        return []
    return [*cell_lines(change.fields), *count_hidden(change)]


def _list_diffs(change: Change) -> list[str]:
    title = f"{change.kind.value.replace('_', '-')} {format_change_name(change)}"
    return fence_diffs(title, change.fields)
