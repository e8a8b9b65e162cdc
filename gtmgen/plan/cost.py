"""What a push of a plan costs: calls, and minutes at the documented quota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from gtmgen.api.quota.pacing import CALLS, WINDOW_SECONDS
from gtmgen.container.entities import BuiltIn, Kind
from gtmgen.plan.gallery import is_installed_by
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.plan.order import name_clashes

SIZES = (500, 100)
"""Changes in one bulk request, and after a refusal. Google documents no limit: 500 of the usual
size make 1 MB."""
BULK_FROM = 21
"""Below it the surer way, entity by entity, takes less than two minutes."""

_READ = 3  # workspaces, built-in variables, status; a call for each kind on top


class Cost(NamedTuple):
    """API calls of a whole push, reading included.

    What the plan's own reading took a push takes again, but for what :func:`foretell_calls` takes
    off. Not foreseen are the pages of a version's entities in a workspace that is still to be made,
    and a second look where GTM's answers to the first do not tell of every change.
    """

    calls: int

    @property
    def minutes(self) -> float:
        """At 25 calls in 100 seconds, the first 25 at once."""
        return max(self.calls - 1, 0) // CALLS * WINDOW_SECONDS / 60


def foretell_calls(plans: Sequence[Plan], saved: Sequence[int]) -> list[Plan]:
    """The plans with the calls of a push that comes after this run, which spares ``saved``."""
    return [
        replace(plan, live=replace(plan.live, calls=plan.live.calls - fewer))
        for plan, fewer in zip(plans, saved, strict=True)
    ]


def count_singly(plan: Plan) -> Cost:
    """Entity by entity."""
    built_ins = sum(isinstance(change.desired, BuiltIn) for change in plan.changes)
    writes = len(plan.changes) - built_ins + (1 if built_ins else 0)
    return _count_cost(plan, writes)


def count_in_bulk(plan: Plan) -> Cost:
    """With ``bulk_update``, when the API takes it."""
    written = [change for change in plan.changes if not is_installed_by(change)]
    return _count_cost(
        plan, len(plan.changes) - len(written) + len(split_into_requests(written, SIZES[0]))
    )


def _count_cost(plan: Plan, writes: int) -> Cost:
    read = plan.live.calls
    if plan.is_empty:
        return Cost(read)
    calls = read + writes + len(name_clashes(plan)) + 1  # one to read back
    if plan.live.workspace_path is not None:
        return Cost(calls)
    calls += 1  # the workspace is made
    if plan.live.entities:
        return Cost(calls + _READ + len(plan.live.kinds))
    # Of an empty version there is nothing to read but what a new container has enabled.
    built_ins = any(isinstance(change.desired, BuiltIn) for change in plan.changes)
    return Cost(calls + built_ins)


def split_into_requests(changes: Sequence[Change], size: int) -> list[Sequence[Change]]:
    """The changes, in their order, cut into requests; new templates before what uses them."""
    new = [
        index
        for index, change in enumerate(changes)
        if change.kind is Kind.TEMPLATE and change.action is Action.CREATE
    ]
    start = new[-1] + 1 if new else 0
    return [
        part[index : index + size]
        for part in (changes[:start], changes[start:])
        for index in range(0, len(part), size)
    ]
