"""A plan as text for a terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gtmgen.container.code_secrets import hide_in_code
from gtmgen.container.differ import FieldChange
from gtmgen.container.entities import Container
from gtmgen.container.gallery import reference_of
from gtmgen.lint.installs import DoubleInstall
from gtmgen.meaning.compare import explain_plan
from gtmgen.meaning.model import Meaning
from gtmgen.plan.cost import Cost, count_in_bulk, count_singly
from gtmgen.plan.gallery import is_installed_by
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.report.field_lines import list_field_lines
from gtmgen.report.meaning_report import (
    hint_lines,
    render_meaning_lines,
    total_lines,
)
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.plan_sections import group_changes, list_equal
from gtmgen.text import plural, printable, quoted

SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.RENAME: ">",
    Action.ADOPT: "<",
    Action.DELETE: "-",
}
_STYLES = {
    Action.CREATE: "green",
    Action.UPDATE: "yellow",
    Action.RENAME: "yellow",
    Action.ADOPT: "cyan",
    Action.DELETE: "red",
}
_MAX_NAME = 60


class PlanView(NamedTuple):
    """A plan, the compiled spec that it is of, whether calls wait for Google's quota, and the
    tags of others that do what the spec does."""

    plan: Plan
    container: Container
    paced: bool = True
    double_installs: tuple[DoubleInstall, ...] = ()

    def meaning(self, changes: Sequence[Change] | None = None) -> Meaning:
        """What its changes mean, or some of them."""
        some = self.plan.changes if changes is None else changes
        return explain_plan(self.plan, self.container, some)

    def without_credentials(self) -> PlanView:
        """The same with a digest for each credential that somebody typed into code."""
        plan = self.plan
        changes = (
            dataclasses.replace(change, fields=_without_credentials(change.fields, plan.gtm))
            for change in plan.changes
        )
        return self._replace(plan=dataclasses.replace(plan, changes=tuple(changes)))


def _without_credentials(fields: Iterable[FieldChange], salt: str) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(path, *(text and hide_in_code(text, salt) for text in (old, new)))
        for path, old, new in fields
    )


def render_plan_text(view: PlanView, *, verbose: bool = False, paint: Paint = PLAIN) -> str:
    """What the plan does, by event; when verbose, each entity with its fields below it."""
    if verbose:
        view = view.without_credentials()
    plan = view.plan
    lines = [printable(f"{plan.project} -> {plan.gtm}, {name_other_side(plan)} ({plan.target})")]
    lines.extend(map(printable, list_new_workspace(plan)))
    lines.append("")
    for title, changes in group_changes(plan):
        if title:
            lines += [paint("bold", f"{title}:"), ""]
        lines += render_meaning_lines(view.meaning(changes), paint)
        if verbose:
            lines += [*_write_entities(plan, changes, paint), ""]
        else:
            lines += _write_installed_lines(changes)
    if plan.changes and not verbose:
        lines += hint_lines(paint)
    lines += total_lines(view.meaning(), paint)
    if plan.changes and not plan.live.published:
        lines.append(format_cost_line(plan, paced=view.paced))
    lines.append(printable(summarize_plan(plan)))
    lines.extend(list_equal(plan))
    return "\n".join(lines)


def _write_entities(plan: Plan, changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    width = max((len(format_change_name(change)) for change in plan.changes), default=0)
    for change in changes:
        line = printable(_format_change_line(change, min(width, _MAX_NAME)))
        yield f"  {paint(_STYLES[change.action], line[2])}{line[3:]}"
        yield from map(printable, _write_gallery_line(change))
        yield from (printable(f"      {line}") for line in list_field_lines(change))


def name_other_side(plan: Plan) -> str:
    """``workspace gtmgen``, or ``published version 3 `Spring```."""
    return plan.live.published or f"workspace {plan.workspace}"


def summarize_plan(plan: Plan) -> str:
    """``Plan: 3 to create, 1 to update. 12 unchanged, 4 unmanaged.``"""
    untouched = f"{plan.unchanged} unchanged, {plan.unmanaged} unmanaged."
    if plan.is_empty and plan.live.published:
        return f"No changes: what is published matches the spec. {untouched}"
    if plan.is_empty and plan.live.workspace_path is None:
        return (
            f"No changes: the latest version matches the spec; the workspace {plan.workspace} will "
            f"be made when there is something to push. {untouched}"
        )
    if plan.is_empty:
        return f"No changes: the workspace matches the spec. {untouched}"
    counts = [f"{plan.count(action)} to {action.value}" for action in Action if plan.count(action)]
    return f"Plan: {', '.join(counts)}. {untouched}"


def list_new_workspace(plan: Plan) -> list[str]:
    if plan.live.workspace_path is not None or plan.is_empty or plan.live.published:
        return []
    return [f"The workspace {plan.workspace} does not exist yet; a push creates it."]


def format_cost_line(plan: Plan, *, paced: bool = True) -> str:
    """``Cost: 18 API calls, 1 minute; in bulk 12 calls, under a minute.``

    Only Google's quota makes calls wait: for any other target there are no minutes.
    """
    return f"Cost: {_format_costs([plan], paced=paced)}."


def format_total_cost_line(plans: Sequence[PlanView]) -> str:
    """The same for all plans of one push, which share one quota."""
    paced = any(view.paced for view in plans)
    return f"All {len(plans)} plans: {_format_costs([view.plan for view in plans], paced=paced)}."


def _format_costs(plans: Sequence[Plan], *, paced: bool) -> str:
    single = Cost(sum(count_singly(plan).calls for plan in plans))
    bulk = Cost(sum(count_in_bulk(plan).calls for plan in plans))
    if not paced:
        return f"{single.calls} API calls; in bulk {bulk.calls} calls"
    in_bulk = f"in bulk {bulk.calls} calls, {_format_time(bulk)}"
    return f"{single.calls} API calls, {_format_time(single)}; {in_bulk}"


def _format_time(cost: Cost) -> str:
    minutes = round(cost.minutes)
    if not minutes:
        return "under a minute"
    return f"about {plural(minutes, 'minute')}"


def format_change_name(change: Change) -> str:
    if change.action is Action.RENAME and change.existing is not None:
        return f"{printable(change.existing.name)} -> {printable(change.name)}"
    return printable(change.name)


def _format_change_line(change: Change, width: int) -> str:
    kind = change.kind.value.replace("_", "-")
    name = format_change_name(change)
    return f"  {SYMBOLS[change.action]} {kind:<17} {name:<{width}}  {change.place}".rstrip()


def _write_installed_lines(changes: Sequence[Change]) -> list[str]:
    """The templates that a push installs, which is told in any case."""
    lines = []
    for change in changes:
        for line in _write_gallery_line(change):
            lines += [printable(f"  + template {change.name}"), printable(line), ""]
    return lines


def _write_gallery_line(change: Change) -> list[str]:
    """Where a template is installed from: who pushes acknowledges what it may do."""
    if not is_installed_by(change):
        return []
    reference = reference_of(change.desired)
    version = f"@{reference['version']}" if reference.get("version") else ", its latest version"
    source = f"{reference['owner']}/{reference['repository']}{version}"
    return [f"      from the gallery: {source}; a push acknowledges its permissions"]


def describe_double_install(item: DoubleInstall) -> str:
    """What a tag of somebody else's does that the spec does, too."""
    whose = f" of the project `{item.project}`" if item.project else ", which is not gtmgen's,"
    return f"the tag {quoted(item.tag)}{whose} {item.text}"
