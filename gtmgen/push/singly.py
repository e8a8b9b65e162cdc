"""Entity by entity: one call a change, and what went wrong is known to one entity."""

from __future__ import annotations

from gtmgen.api.failures import CallError
from gtmgen.container.entities import BuiltIn
from gtmgen.container.version import built_in_type
from gtmgen.errors import ApiError
from gtmgen.plan.live import name_in
from gtmgen.plan.model import Action, Change
from gtmgen.plan.words import format_entity
from gtmgen.push.gallery import install_templates
from gtmgen.push.run import PushRun
from gtmgen.push.written import written


def singly(run: PushRun) -> None:
    """Write what is left, in the order of the plan."""
    renamed = False
    run.calls_left = len(run.remaining)
    _enable_built_ins(run)
    install_templates(run)
    for change in run.plan.changes:
        if change.key in run.remaining:
            renamed = _write(run, run.remaining[change.key], renamed)
            run.calls_left = max(run.calls_left - 1, 0)
        run.count(change)


def _enable_built_ins(run: PushRun) -> None:
    changes = run.built_ins()
    if not changes:
        return
    run.calls += 1
    run.calls_left -= len(changes)
    try:
        # One call for all of them: `type` may stand in its query any number of times.
        run.manager.enable_built_ins(
            run.workspace,
            [
                built_in_type(change.desired.key)
                for change in changes
                if isinstance(change.desired, BuiltIn)
            ],
        )
    except CallError as error:
        if not error.outcome_unknown:
            raise
        run.wrote(*changes)
        run.look_again(error)
        if any(change.key in run.remaining for change in changes):
            raise
    run.wrote(*changes)
    for change in changes:
        run.count(change)


def _write(run: PushRun, change: Change, renamed: bool) -> bool:
    """One change; whether an entity has been given another name so far."""
    try:
        return _send(run, change) or renamed
    except CallError as error:
        if error.outcome_unknown:
            run.wrote(change)
            run.look_again(error)
            if change.key in run.remaining:
                raise
        elif error.is_not_found and change.action is Action.DELETE:
            pass  # someone else has deleted it
        elif error.is_conflict and renamed:
            # GTM may write a variable's new name into what refers to it, which gives that
            # a new fingerprint. Not documented; what somebody else wrote still conflicts.
            run.look_again(error)
            if change.key in run.remaining:
                _send(run, run.remaining[change.key])
        else:
            raise
    return renamed or change.action is Action.RENAME


def _send(run: PushRun, change: Change) -> bool:
    run.sent = change
    if change.action is Action.DELETE:
        return _delete(run, change)
    assert change.desired is not None  # of what is not deleted
    assert not isinstance(change.desired, BuiltIn)  # enabled all at once
    renamed = run.free_name(change)
    kind, existing = change.kind, change.existing
    current = run.known.bodies[kind, existing.id] if existing else None
    fields = written(change, run.known.refs(), current)
    if existing is None:
        run.calls += 1
        answer = run.manager.create(run.workspace, kind.value, fields)
        run.known.note(kind, str(answer["path"]).rsplit("/", 1)[1], answer)
    else:
        assert current is not None
        before = name_in(kind, current)
        run.update(kind, existing.id, fields)
        renamed = renamed or before != change.name
    run.wrote(change)
    run.remaining.pop(change.key, None)
    return renamed


def _delete(run: PushRun, change: Change) -> bool:
    assert change.existing is not None  # what is deleted exists
    # A delete takes no fingerprint, as an update does: GTM would delete what somebody has just
    # changed.
    if change.key in run.moved:
        raise ApiError(
            f"{format_entity(change.kind, change.name)} was changed since the plan was shown; "
            "it is not deleted",
            hint="`gtmgen plan` shows it as it is now; then push again",
        )
    current = run.known.bodies.get((change.kind, change.existing.id), change.existing.body)
    run.calls += 1
    run.manager.delete(current["path"], name=current["name"])
    run.wrote(change)
    run.known.forget(change.kind, change.existing.id)
    run.remaining.pop(change.key, None)
    return False
