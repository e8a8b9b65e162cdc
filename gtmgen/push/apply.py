"""Apply a plan, by one of two strategies, and read back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Literal

from gtmgen.api.failures import CallError
from gtmgen.api.port import TagManager
from gtmgen.container.entities import BuiltIn, Container
from gtmgen.container.version import built_in_key
from gtmgen.errors import ApiError, GtmgenError, GuardError, PartialError
from gtmgen.plan.build import build_plan
from gtmgen.plan.cost import BULK_FROM, count_in_bulk, count_singly
from gtmgen.plan.guards import check_plan
from gtmgen.plan.make import make_plan
from gtmgen.plan.model import Action, Plan
from gtmgen.push.bulk import in_bulk
from gtmgen.push.read_back import read_back
from gtmgen.push.run import WORKSPACE_GONE, Progress, PushRun, PushStep
from gtmgen.push.singly import singly
from gtmgen.text import plural

__all__ = ["Bulk", "Progress", "PushStep", "apply", "uses_bulk"]

Bulk = Literal["auto", "always", "never"]
Strategy = Callable[[PushRun], None]
"""Writes everything that a run has left, or raises."""

_NOT_LISTED = (
    "the gallery does not list that owner, repository and version; a local target knows only the "
    "templates whose text the spec has, as `data` beside `gallery`"
)
_PUSH_AGAIN = "push again"
_RUN_AGAIN = "run the same command again"
_GO_ON = f"{_PUSH_AGAIN}: it goes on from here"


def uses_bulk(plan: Plan, bulk: Bulk) -> bool:
    """Whether the plan is applied with bulk updates."""
    if bulk != "auto":
        return bulk == "always"
    return len(plan.changes) >= BULK_FROM and count_in_bulk(plan).calls < count_singly(plan).calls


def apply(
    manager: TagManager,
    container: Container,
    plan: Plan,
    progress: Progress,
    bulk: Bulk = "auto",
) -> Plan:
    """Write every change, then read back; the plan that remains, which is empty on success.

    A missing workspace is created first. Raises :class:`GuardError` when the plan may not be
    applied, :class:`ApiError` when nothing was written, and :class:`PartialError` when something
    was, or may have been.
    """
    check_plan(plan)
    agreed = plan
    if plan.live.workspace_path is None:
        plan = _create_workspace(manager, container, plan)
    left = {change.key for change in plan.changes}
    inherited = [change for change in agreed.changes if change.key not in left]
    run = PushRun(manager, container, plan, progress, inherited)
    strategy: Strategy = in_bulk if uses_bulk(plan, bulk) else singly
    try:
        strategy(run)
    except GtmgenError as error:
        raise _build_failure(run, error) from error
    try:
        return read_back(run)
    except GtmgenError as error:
        raise PartialError(
            f"{plural(run.done - run.done_already, 'change')} applied, but reading back failed: "
            f"{error.message}",
            hint=f"`gtmgen plan` shows whether something is left; then {_PUSH_AGAIN}",
        ) from error


def _build_failure(run: PushRun, error: GtmgenError) -> GtmgenError:
    if isinstance(error, CallError) and error.is_refusal:
        return _build_refusal(run, error)
    hint = _find_hint(error)
    if run.done == run.inherited and not run.unsure:
        error.hint = hint
        return error
    if hint is None or hint == _PUSH_AGAIN:
        hint = _GO_ON
    elif hint.endswith((_PUSH_AGAIN, _RUN_AGAIN)):
        hint = hint.removesuffix(_PUSH_AGAIN).removesuffix(_RUN_AGAIN) + _GO_ON
    else:
        hint = f"{hint}; then {_GO_ON}"
    return PartialError(f"{_tell_applied(run)}, then: {error.message}", hint=hint)


def _tell_applied(run: PushRun) -> str:
    perhaps = f" and perhaps {'one ' * (run.unsure == 1)}more" if run.unsure else ""
    already = f", {run.done_already} found already done" if run.done_already else ""
    return (
        f"{run.done - run.done_already}{perhaps} of {plural(run.total, 'change')} applied{already}"
    )


def _build_refusal(run: PushRun, error: CallError) -> GtmgenError:
    """GTM does not take what the spec says: to repeat it helps nobody, to know where does."""
    origin = run.sent.place if run.sent is not None else ""
    message = f"{error.message} ({origin})" if origin else error.message
    mend = f"mend {'that line of ' if origin else ''}the spec, and push again"
    if run.sent is not None and run.sent.action is Action.DELETE:
        mend = "something may still refer to it; remove the reference, and push again"
    if run.done == run.inherited and not run.unsure:
        return ApiError(message, hint=mend)
    return PartialError(
        f"{_tell_applied(run)}, then: {message}", hint=f"{mend}: it goes on from here"
    )


def _find_hint(error: GtmgenError) -> str | None:
    """What the plan was made of was there a moment ago, and what it writes was valid."""
    if not isinstance(error, CallError):
        return error.hint
    if error.is_not_found and error.method == "templates.import_from_gallery":
        return _NOT_LISTED
    if error.is_not_found and error.method.endswith(".update"):
        return f"someone else has deleted it in the meantime; {_PUSH_AGAIN}"
    if error.is_not_found:
        return WORKSPACE_GONE
    return error.hint


def _create_workspace(manager: TagManager, container: Container, plan: Plan) -> Plan:
    """Create the workspace; the plan made again against it, which may not hold anything new."""
    failure: CallError | None = None
    try:
        workspace = manager.create_workspace(
            plan.live.container_path, plan.workspace, f"Managed by gtmgen, {plan.project}"
        )
    except CallError as error:
        if not error.outcome_unknown:
            raise _describe_no_workspace(error, plan.workspace) from error
        failure = error
    else:
        if not plan.live.entities:
            # On the first push to a new container all lists would be empty, each for one call.
            return _plan_for_empty_workspace(manager, container, plan, str(workspace["path"]))
    # A new workspace starts from the latest version, which may be another one by now than the plan
    # was made against. GTM answers with the workspace alone: what is in it has to be read.
    fresh = make_plan(
        manager, container, plan.workspace, plan.target, plan.options, plan.live.kinds
    )
    if fresh.live.workspace_path is None:
        raise failure or ApiError(f"the workspace `{plan.workspace}` was created but is not listed")
    approved = {change.key: change for change in plan.changes}
    if not all(change.is_within(approved.get(change.key)) for change in fresh.changes):
        raise GuardError(
            f"the new workspace `{plan.workspace}` differs from the version that the plan was "
            "made against; nothing was written to it",
            hint="push again to see the plan for it",
        )
    check_plan(fresh)
    return fresh


def _plan_for_empty_workspace(
    manager: TagManager, container: Container, plan: Plan, path: str
) -> Plan:
    """Everything is created, and a name that is taken after all is refused: nothing to read.

    But for the built-in variables, some of which a new container has enabled.
    """
    live = dataclasses.replace(plan.live, workspace_path=path)
    if any(isinstance(change.desired, BuiltIn) for change in plan.changes):
        listed = manager.list_entities(path, "built_in_variable")
        enabled = frozenset(built_in_key(item["type"]) for item in listed)
        live = dataclasses.replace(live, built_ins=enabled)
    return build_plan(
        container, live, workspace=plan.workspace, target=plan.target, options=plan.options
    )


def _describe_no_workspace(error: CallError, workspace: str) -> ApiError:
    hint = error.hint
    if error.is_duplicate_name:
        hint = "someone else has just made it; push again"
    elif error.status == 400:  # the text of the refusal is not documented, the limit is
        hint = (
            "a free container holds 3 workspaces: delete or merge one in GTM, or name an existing "
            "one as `container.workspace`"
        )
    return ApiError(
        f"the workspace `{workspace}` does not exist and cannot be created: {error.message}",
        hint=hint,
    )
