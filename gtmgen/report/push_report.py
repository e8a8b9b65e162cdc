"""How a push goes: a line for each change, a bar, and what became of every change."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gtmgen.api.quota.pacing import CALLS, WINDOW_SECONDS
from gtmgen.plan.model import Action, Plan
from gtmgen.plan.words import format_kind
from gtmgen.push.run import PushStep
from gtmgen.report.plan_report import SYMBOLS
from gtmgen.text import plural, printable

_WIDTH = 24
_DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RENAME: "renamed",
    Action.ADOPT: "adopted",
    Action.DELETE: "deleted",
}


def format_step(step: PushStep) -> str:
    """``[3/9] create tag GA4 - buy``."""
    change = step.change
    what = f"{change.action.value} {format_kind(change.kind)} {change.name}"
    how = " (a new workspace has it)" if step.given else " (found already done)"
    return f"[{step.done}/{step.total}] {what}{how if step.found else ''}"


def draw_bar(step: PushStep, *, paced: bool) -> str:
    """``[######------] 12/48 changes, 13 calls, about 3 min left``; the time where calls wait."""
    full = _WIDTH * step.done // step.total
    shown = f"[{'#' * full}{'-' * (_WIDTH - full)}] {step.done}/{step.total} changes"
    shown += f", {plural(step.calls, 'call')}"
    minutes = step.calls_left * WINDOW_SECONDS / CALLS / 60
    if paced and step.calls_left:
        shown += f", about {minutes:.0f} min left" if minutes >= 1 else ", under a minute left"
    return shown


def list_results(plan: Plan, done: Collection[PushStep]) -> list[str]:
    """What became of every change: ``done   + tag GA4 - buy``; ``found``: by no call of ours."""
    words = {step.change.key: "found" if step.found else "done" for step in done}
    return [
        f"  {words.get(change.key, 'open'):<5} {SYMBOLS[change.action]} "
        f"{format_kind(change.kind)} {printable(change.name)}"
        for change in plan.changes
    ]


def summarize_applied(done: Sequence[PushStep]) -> str:
    """``Applied: 3 created, 1 deleted, in 5 calls; 2 more were found already done.``

    What GTM itself puts into a new workspace, such as built-in variables, is told apart.
    """
    ours = [step.change for step in done if not step.found]
    counts = [
        f"{number} {_DONE[action]}"
        for action in Action
        if (number := sum(change.action is action for change in ours))
    ]
    calls = max((step.calls for step in done), default=0)
    text = f"Applied: {', '.join(counts) or 'nothing'}, in {plural(calls, 'call')}"
    given = sum(step.given for step in done)
    if given:
        text += f"; the new workspace has {given} {'more ' if ours else ''}of itself"
    if already := len(done) - len(ours) - given:
        more = "more " if ours else ""
        text += f"; {already} {more}{'were' if already > 1 else 'was'} found already done"
    return f"{text}."
