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
    action = f"{change.action.value} {format_kind(change.kind)} {change.name}"
    how = " (a new workspace has it)" if step.by_gtm else " (found already done)"
    return f"[{step.done}/{step.total}] {action}{how if step.done_already else ''}"


def draw_bar(step: PushStep, *, paced: bool) -> str:
    """``[######------] 12/48 changes, 13 calls, about 3 min left``; the time where calls wait."""
    full = _WIDTH * step.done // step.total
    bar = f"[{'#' * full}{'-' * (_WIDTH - full)}] {step.done}/{step.total} changes"
    bar += f", {plural(step.calls, 'call')}"
    minutes = step.calls_left * WINDOW_SECONDS / CALLS / 60
    if paced and step.calls_left:
        bar += f", about {minutes:.0f} min left" if minutes >= 1 else ", under a minute left"
    return bar


def list_results(plan: Plan, done: Collection[PushStep]) -> list[str]:
    """What became of every change: ``done   + tag GA4 - buy``; ``found``: by no call of ours."""
    words = {step.change.key: "found" if step.done_already else "done" for step in done}
    return [
        f"  {words.get(change.key, 'open'):<5} {SYMBOLS[change.action]} "
        f"{format_kind(change.kind)} {printable(change.name)}"
        for change in plan.changes
    ]


def summarize_applied(done: Sequence[PushStep]) -> str:
    """``Applied: 3 created, 1 deleted, in 5 calls; 2 more were found already done.``

    What GTM itself puts into a new workspace, such as built-in variables, is told apart.
    """
    written = [step.change for step in done if not step.done_already]
    counts = [
        f"{number} {_DONE[action]}"
        for action in Action
        if (number := sum(change.action is action for change in written))
    ]
    calls = max((step.calls for step in done), default=0)
    text = f"Applied: {', '.join(counts) or 'nothing'}, in {plural(calls, 'call')}"
    by_gtm = sum(step.by_gtm for step in done)
    if by_gtm:
        text += f"; the new workspace has {by_gtm} {'more ' if written else ''}of itself"
    if already := len(done) - len(written) - by_gtm:
        more = "more " if written else ""
        text += f"; {already} {more}{'were' if already > 1 else 'was'} found already done"
    return f"{text}."
