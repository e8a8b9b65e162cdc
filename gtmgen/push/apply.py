"""Apply a plan entity by entity, in its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gtmgen.api.port import Json, TagManager
from gtmgen.container.body import Refs, api_json, body, camel
from gtmgen.container.entities import BuiltIn, Container, Kind
from gtmgen.errors import ApiError, PartialError
from gtmgen.plan.build import build_plan
from gtmgen.plan.live import Live, read_live
from gtmgen.plan.model import Action, Change, Plan

Progress = Callable[[Change, int, int], None]
"""Called after each change with its number and how many there are."""


@dataclass
class _Ids:
    """IDs by kind and name: what the container has, and what this push creates."""

    container_id: str
    by_name: dict[tuple[Kind, str], str] = field(default_factory=dict)

    def refs(self) -> Refs:
        def find(kind: Kind) -> Callable[[str], str]:
            return lambda name: self.by_name[kind, name]

        return Refs(
            trigger=find(Kind.TRIGGER),
            folder=find(Kind.FOLDER),
            template=lambda name: f"cvt_{self.container_id}_{self.by_name[Kind.TEMPLATE, name]}",
        )


def prepare(manager: TagManager, container: Container, workspace: str, target: str) -> Plan:
    """Read the live state and compare it with the compiled container."""
    live = read_live(manager, container.gtm, workspace)
    return build_plan(container, live, workspace=workspace, target=target)


def apply(manager: TagManager, container: Container, plan: Plan, progress: Progress) -> Plan:
    """Write every change, then read back; the plan that remains, which is empty on success.

    A missing workspace is created first, and the plan made again against it. Raises
    :class:`PartialError` when a call fails after something was written.
    """
    if plan.live.workspace_path is None:
        manager.create_workspace(
            plan.live.container_path, plan.workspace, f"Managed by gtmgen, {plan.project}"
        )
        plan = prepare(manager, container, plan.workspace, plan.target)
    _write(manager, plan, progress)
    return prepare(manager, container, plan.workspace, plan.target)


def _write(manager: TagManager, plan: Plan, progress: Progress) -> None:
    workspace = plan.live.workspace_path
    assert workspace is not None  # created above when it was missing
    ids = _known_ids(plan.live)
    built_ins = [change for change in plan.changes if isinstance(change.desired, BuiltIn)]
    total, done = len(plan.changes), 0
    try:
        if built_ins:
            keys = [
                change.desired.key for change in built_ins if isinstance(change.desired, BuiltIn)
            ]
            manager.enable_built_ins(workspace, [camel(key.upper()) for key in keys])
            for change in built_ins:
                done += 1
                progress(change, done, total)
        for change in plan.changes:
            if not isinstance(change.desired, BuiltIn):
                _write_one(manager, workspace, change, ids)
                done += 1
                progress(change, done, total)
    except ApiError as error:
        if not done:
            raise
        raise PartialError(
            f"{done} of {total} changes were applied, then: {error.message}",
            hint="mend the cause and push again: it goes on from here",
        ) from error


def _write_one(manager: TagManager, workspace: str, change: Change, ids: _Ids) -> None:
    assert not isinstance(change.desired, BuiltIn)
    fields: Json = api_json(change.kind, body(change.desired, ids.refs()))
    if change.action is Action.CREATE:
        answer = manager.create(workspace, change.kind.value, fields)
    else:
        assert change.existing is not None
        assert change.existing.path is not None  # read from a workspace, not from a version
        answer = manager.update(change.existing.path, fields, change.existing.fingerprint)
    ids.by_name[change.kind, change.name] = str(answer["path"]).rsplit("/", 1)[1]


def _known_ids(live: Live) -> _Ids:
    ids = _Ids(live.container_id)
    for entity in live.entities:
        ids.by_name[entity.kind, entity.name] = entity.id
    return ids
