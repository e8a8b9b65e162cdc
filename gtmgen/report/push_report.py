"""How a push goes: a line for each change, a bar, and what became of every change."""

from __future__ import annotations

from collections.abc import Collection

from gtmgen.api.pacing import CALLS, WINDOW_SECONDS
from gtmgen.diagnostics import printable
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.plan.words import kind_word, plural
from gtmgen.push.run import Step
from gtmgen.report.plan_report import SYMBOLS

_WIDTH = 24
_DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RENAME: "renamed",
    Action.ADOPT: "adopted",
    Action.DELETE: "deleted",
}


def step_line(step: Step) -> str:
    """``[3/9] create tag GA4 - buy``."""
    change = step.change
    what = f"{change.action.value} {kind_word(change.kind)} {change.name}"
    return f"[{step.done}/{step.total}] {what}"


def bar(step: Step, *, paced: bool) -> str:
    """``[######------] 12/48 changes, 13 calls, about 3 min left``; the time where calls wait."""
    full = _WIDTH * step.done // step.total
    shown = f"[{'#' * full}{'-' * (_WIDTH - full)}] {step.done}/{step.total} changes"
    shown += f", {plural(step.calls, 'call')}"
    minutes = step.calls_left * WINDOW_SECONDS / CALLS / 60
    if paced and step.calls_left:
        shown += f", about {minutes:.0f} min left" if minutes >= 1 else ", under a minute left"
    return shown


def results(plan: Plan, done: Collection[object]) -> list[str]:
    """What became of every change: ``done   + tag GA4 - buy``. ``done`` holds their keys."""
    return [
        f"  {'done' if change.key in done else 'open':<5} {SYMBOLS[change.action]} "
        f"{kind_word(change.kind)} {printable(change.name)}"
        for change in plan.changes
    ]


def applied(changes: Collection[Change], calls: int) -> str:
    """``Applied: 3 created, 1 deleted, in 5 calls.``"""
    counts = [
        f"{number} {_DONE[action]}"
        for action in Action
        if (number := sum(change.action is action for change in changes))
    ]
    return f"Applied: {', '.join(counts)}, in {plural(calls, 'call')}."
