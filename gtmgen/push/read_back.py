"""Was everything written? One call says so where it can, else the workspace is read again."""

from __future__ import annotations

import dataclasses

from gtmgen.container.entities import ID_FIELD, KIND_OF_FIELD, BuiltIn, Kind
from gtmgen.container.version import built_in_key
from gtmgen.plan.build import build_plan
from gtmgen.plan.live import LiveState, name_in
from gtmgen.plan.model import Action, Plan
from gtmgen.plan.status import is_whole, list_conflicts
from gtmgen.push.run import PushRun


def read_back(run: PushRun) -> Plan:
    """The plan that remains.

    The status of a workspace holds what differs from its version, bodies included: if that shows
    every change that was made, the rest need not be read.
    """
    plan = run.plan
    live = _read_by_status(run)
    if live is not None:
        # Compared as a plan compares, not with what was sent: GTM fills in defaults, and drops what
        # is empty.
        remaining = build_plan(
            run.container,
            live,
            workspace=plan.workspace,
            target=plan.target,
            options=plan.options,
        )
        if remaining.is_empty:
            return remaining
    return run.plan_again()


def _read_by_status(run: PushRun) -> LiveState | None:
    status = run.manager.workspace_status(run.workspace)
    known = run.known
    enabled: set[str] = set()
    written: set[tuple[Kind, str]] = set()
    for entity in status.get("workspaceChange", ()):
        change = entity.get("changeStatus")
        bodies = [(field, body) for field, body in entity.items() if field != "changeStatus"]
        if not bodies:
            return None  # seen with custom templates
        field, body = bodies[0]
        if field == "builtInVariable":
            if change == "added":
                # By its type: the spec's spelling must be the one that a plan reads again.
                enabled.add(built_in_key(body["type"]))
        elif field in KIND_OF_FIELD:
            kind = KIND_OF_FIELD[field]
            if not is_whole(kind, body):
                return None
            id_ = body[ID_FIELD[kind]]
            if change == "deleted":
                known.forget(kind, id_)
            else:
                known.note(kind, id_, body)
                written.add((kind, name_in(kind, body)))
    for change in run.plan.changes:
        if isinstance(change.desired, BuiltIn):
            is_shown = change.desired.key in enabled
        else:
            is_shown = (change.kind, change.name) in written
        if is_shown != (change.action is not Action.DELETE):
            return None
    return dataclasses.replace(
        run.plan.live,
        entities=known.entities(),
        built_ins=run.plan.live.built_ins | enabled,
        conflicts=list_conflicts(status),
    )
