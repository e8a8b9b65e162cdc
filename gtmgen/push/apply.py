"""Apply a plan entity by entity, in its order."""

from __future__ import annotations

from collections.abc import Callable

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json, TagManager
from gtmgen.container.body import Refs, api_json, body, camel
from gtmgen.container.entities import BuiltIn, Container, Kind
from gtmgen.errors import ApiError, GtmgenError, GuardError, PartialError
from gtmgen.plan.build import build_plan
from gtmgen.plan.live import Live, read_live
from gtmgen.plan.model import Change, Plan

Progress = Callable[[Change, int, int], None]
"""Called after each change with its number and how many there are."""

_GO_ON = "push again: it goes on from here"


def prepare(manager: TagManager, container: Container, workspace: str, target: str) -> Plan:
    """Read the live state and compare it with the compiled container."""
    live = read_live(manager, container.gtm, workspace)
    return build_plan(container, live, workspace=workspace, target=target)


def apply(manager: TagManager, container: Container, plan: Plan, progress: Progress) -> Plan:
    """Write every change, then read back; the plan that remains, which is empty on success.

    A missing workspace is created first. Raises :class:`ApiError` when nothing was written, and
    :class:`PartialError` when something was, or may have been.
    """
    if plan.live.workspace_path is None:
        plan = _with_workspace(manager, container, plan)
    _Push(manager, container, plan, progress).run()
    try:
        return prepare(manager, container, plan.workspace, plan.target)
    except GtmgenError as error:
        raise PartialError(
            f"{_changes(plan)} applied, but reading back failed: {error.message}",
            hint="`gtmgen plan` shows whether something is left",
        ) from error


def _with_workspace(manager: TagManager, container: Container, plan: Plan) -> Plan:
    """Create the workspace; the plan made again against it, which may not hold anything new."""
    failure: CallError | None = None
    try:
        manager.create_workspace(
            plan.live.container_path, plan.workspace, f"Managed by gtmgen, {plan.project}"
        )
    except CallError as error:
        if not error.outcome_unknown:
            raise _no_workspace(error, plan.workspace) from error
        failure = error
    fresh = prepare(manager, container, plan.workspace, plan.target)
    if fresh.live.workspace_path is None:
        raise failure or ApiError(f"the workspace `{plan.workspace}` was created but is not listed")
    approved = {change.key: change for change in plan.changes}
    if not all(change.is_within(approved.get(change.key)) for change in fresh.changes):
        raise GuardError(
            f"the new workspace `{plan.workspace}` holds something else than the version that the "
            "plan was made against; nothing was written to it",
            hint="push again to see the plan for it",
        )
    return fresh


def _no_workspace(error: CallError, workspace: str) -> ApiError:
    hint = error.hint
    if error.status == 400:  # the text of the refusal is not documented, the limit is
        hint = (
            "a free container holds 3 workspaces: delete or merge one in GTM, or name an existing "
            "one as `container.workspace`"
        )
    return ApiError(
        f"the workspace `{workspace}` does not exist and cannot be created: {error.message}",
        hint=hint,
    )


def _changes(plan: Plan) -> str:
    count = len(plan.changes)
    return f"{count} change{'s' if count != 1 else ''}"


class _Push:
    """One run over the changes of a plan; what it knows of the container grows as it writes."""

    def __init__(
        self, manager: TagManager, container: Container, plan: Plan, progress: Progress
    ) -> None:
        assert plan.live.workspace_path is not None  # created when it was missing
        self._manager = manager
        self._container = container
        self._plan = plan
        self._progress = progress
        self._workspace = plan.live.workspace_path
        self._left = {change.key: change for change in plan.changes}
        self._bodies: dict[tuple[Kind, str], Json] = {}
        self._ids: dict[tuple[Kind, str], str] = {}
        self._done = 0
        self._renamed = False
        self._unsure = False
        self._learn(plan.live)

    def run(self) -> None:
        try:
            self._enable_built_ins()
            for change in self._plan.changes:
                if isinstance(change.desired, BuiltIn):
                    continue
                if change.key in self._left:
                    self._write(self._left[change.key])
                self._count(change)
        except GtmgenError as error:
            raise self._failure(error) from error

    def _failure(self, error: GtmgenError) -> GtmgenError:
        if not self._done and not self._unsure:
            return error
        perhaps = " and perhaps one more" if self._unsure else ""
        return PartialError(
            f"{self._done}{perhaps} of {_changes(self._plan)} applied, then: {error.message}",
            hint=f"{error.hint}; then {_GO_ON}" if error.hint else _GO_ON,
        )

    def _count(self, change: Change) -> None:
        self._done += 1
        self._progress(change, self._done, len(self._plan.changes))

    def _enable_built_ins(self) -> None:
        changes = [change for change in self._plan.changes if isinstance(change.desired, BuiltIn)]
        if not changes:
            return
        types = [camel(str(change.key[1]).upper()) for change in changes]
        try:
            self._manager.enable_built_ins(self._workspace, types)
        except CallError as error:
            if not error.outcome_unknown:
                raise
            self._look_again(error)
            if any(change.key in self._left for change in changes):
                raise
        for change in changes:
            self._count(change)

    # -- entities ----------------------------------------------------------------------

    def _write(self, change: Change) -> None:
        try:
            self._send(change)
        except CallError as error:
            if error.outcome_unknown:
                self._look_again(error)
                if change.key in self._left:
                    raise
            elif error.is_conflict and self._renamed:
                # GTM may write a variable's new name into what refers to it, which gives that
                # a new fingerprint. Not documented; what somebody else wrote still conflicts.
                self._look_again(error)
                if change.key in self._left:
                    self._send(self._left[change.key])
            else:
                raise

    def _send(self, change: Change) -> None:
        assert not isinstance(change.desired, BuiltIn)
        self._free_name(change)
        kind, existing = change.kind, change.existing
        fields: Json = api_json(kind, body(change.desired, self._refs()))
        if existing is None:
            answer = self._manager.create(self._workspace, kind.value, fields)
            self._note(kind, str(answer["path"]).rsplit("/", 1)[1], answer)
        else:
            held = self._bodies.get((kind, existing.id), existing.body)
            self._update(kind, existing.id, held, fields)
        self._left.pop(change.key, None)

    def _update(self, kind: Kind, id_: str, held: Json, fields: Json) -> None:
        answer = self._manager.update(held["path"], fields, held.get("fingerprint"))
        if held["name"] != answer["name"]:
            self._renamed = True
            self._ids.pop((kind, held["name"]), None)
        self._note(kind, id_, answer)

    def _free_name(self, change: Change) -> None:
        """Where entities swap names, no order will do: give the one in the way another name."""
        kind = change.kind
        id_ = self._ids.get((kind, change.name))
        if id_ is None or (change.existing is not None and change.existing.id == id_):
            return
        held = self._bodies[kind, id_]
        self._update(kind, id_, held, {**held, "name": f"{held['name']} (gtmgen {id_})"})

    # -- what the container holds ------------------------------------------------------

    def _note(self, kind: Kind, id_: str, held: Json) -> None:
        self._bodies[kind, id_] = held
        self._ids[kind, held["name"]] = id_

    def _learn(self, live: Live) -> None:
        self._bodies.clear()
        self._ids.clear()
        for entity in live.entities:
            self._note(entity.kind, entity.id, entity.body)

    def _look_again(self, error: CallError) -> None:
        """Read the workspace after a call whose outcome is open: what is left to do?

        What differs in more than was agreed to keeps the fingerprint that it had then, so that
        a write still conflicts with whoever changed it.
        """
        self._unsure = error.outcome_unknown
        try:
            plan = prepare(self._manager, self._container, self._plan.workspace, self._plan.target)
        except GtmgenError:
            raise error from None
        self._unsure = False
        self._learn(plan.live)
        fresh = {change.key: change for change in plan.changes}
        for key, agreed in list(self._left.items()):
            if key not in fresh:
                del self._left[key]
            elif fresh[key].is_within(agreed):
                self._left[key] = fresh[key]
            elif agreed.existing is not None:
                self._bodies[agreed.kind, agreed.existing.id] = agreed.existing.body

    def _refs(self) -> Refs:
        def find(kind: Kind) -> Callable[[str], str]:
            return lambda name: self._ids[kind, name]

        container_id = self._plan.live.container_id
        return Refs(
            trigger=find(Kind.TRIGGER),
            folder=find(Kind.FOLDER),
            template=lambda name: f"cvt_{container_id}_{self._ids[Kind.TEMPLATE, name]}",
        )
