"""One run over the changes of a plan: what is left, what is done, what is not certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json, TagManager
from gtmgen.container.entities import BuiltIn, Container, Kind
from gtmgen.container.ownership import state_in
from gtmgen.errors import ApiError, GtmgenError
from gtmgen.plan.live import name_in
from gtmgen.plan.make import make_plan
from gtmgen.plan.model import Action, Change, Matches, Plan
from gtmgen.plan.words import make_parked_name
from gtmgen.push.known import KnownBodies

WORKSPACE_GONE = "someone else has deleted the workspace or made a version of it; push again"


@dataclass(frozen=True)
class PushStep:
    """A change that is done: its number, how many there are, the calls made and to be made.

    ``done_already``: no call of this push that succeeded has done it; it was so when the workspace
    was looked at again. ``by_gtm``: the workspace is new, and GTM has made it so.
    """

    change: Change
    done: int
    total: int
    calls: int
    calls_left: int
    done_already: bool = False
    by_gtm: bool = False


Progress = Callable[[PushStep], None]


class PushRun:
    """What the strategies share. ``remaining`` is what is still to be written, by key."""

    def __init__(
        self,
        manager: TagManager,
        container: Container,
        plan: Plan,
        progress: Progress,
        inherited: Sequence[Change] = (),
    ) -> None:
        """``inherited`` are changes that were shown and that a new workspace already has."""
        assert plan.live.workspace_path is not None  # created when it was missing
        self.manager = manager
        self.container = container
        self.plan = plan
        self.workspace = plan.live.workspace_path
        self.known = KnownBodies(plan.live)
        self.remaining = {change.key: change for change in plan.changes}
        self.done = 0
        self.done_already = 0  # of those, done by somebody else, or by a call that was refused
        self.calls = 0
        self.calls_left = 0
        self.unsure = 0  # changes of which it is open whether they were made
        self.sent: Change | None = None  # the change of the latest call that was about one alone
        self.moved: set[object] = set()
        self._written: set[object] = set()
        self._counted: set[object] = set()
        self._inherited_keys: set[object] = set()
        self._progress = progress
        self.inherited = len(inherited)
        self.total = len(plan.changes) + self.inherited
        for change in inherited:
            self._inherited_keys.add(change.key)
            self.count(change)

    def wrote(self, *changes: Change) -> None:
        """A call for these changes went through, or perhaps did."""
        self._written.update(change.key for change in changes)

    def count(self, change: Change) -> None:
        """A change is done, whoever did it; more than once makes no difference."""
        self.remaining.pop(change.key, None)
        if change.key in self._counted:
            return
        self._counted.add(change.key)
        self.done += 1
        already = change.key not in self._written
        self.done_already += already
        by_gtm = change.key in self._inherited_keys
        step = PushStep(change, self.done, self.total, self.calls, self.calls_left, already, by_gtm)
        self._progress(step)

    def look_again(self, error: CallError, changes: int = 1, *, partly: bool = False) -> None:
        """Read the workspace after a call whose outcome is open."""
        self.unsure = changes if error.outcome_unknown or partly else 0
        try:
            self.refresh()
        except GtmgenError:
            raise error from None
        self.unsure = 0

    def plan_again(self) -> Plan:
        """What is there now, compared with the container again."""
        plan = self.plan
        return make_plan(
            self.manager,
            self.container,
            plan.workspace,
            plan.target,
            plan.options,
            plan.live.kinds,
        )

    def refresh(self) -> None:
        """Read the workspace: what is left to do?

        What differs in more than was agreed to keeps the fingerprint that it had then, so that
        a write still conflicts with whoever changed it. A delete knows no fingerprint. What GTM
        itself has made as it is to be, with a variable's new name, is written all the same: its
        notes tell another state, and who changed it would be sought in vain.
        """
        plan = self.plan
        fresh_plan = self.plan_again()
        if fresh_plan.live.workspace_path != self.workspace:
            raise ApiError(f"the workspace `{plan.workspace}` is gone", hint=WORKSPACE_GONE)
        self.known.learn(fresh_plan.live)
        fresh = {change.key: change for change in fresh_plan.changes}
        now: Matches = {(entity.kind, entity.owner): entity for entity in fresh_plan.live.entities}
        for key, agreed in list(self.remaining.items()):
            if key not in fresh:
                current = now.get(key) if agreed.state else None
                state = state_in(current.kind, current.body) if current is not None else None
                if current is None or state in (None, agreed.state):
                    del self.remaining[key]
                else:
                    self.remaining[key] = replace(agreed, action=Action.UPDATE, existing=current)
            elif fresh[key].is_within(agreed):
                self.remaining[key] = fresh[key]
            elif agreed.existing is not None:
                self.moved.add(key)
                self.known.bodies[agreed.kind, agreed.existing.id] = agreed.existing.body

    # -- single writes ------------------------------------------------------------------

    def built_ins(self) -> list[Change]:
        return [change for change in self.remaining.values() if isinstance(change.desired, BuiltIn)]

    def update(self, kind: Kind, id_: str, fields: Json) -> None:
        current = self.known.bodies[kind, id_]
        self.calls += 1
        # With the fingerprint that was read, GTM refuses to write over what somebody else wrote
        # since.
        answer = self.manager.update(current["path"], fields, current.get("fingerprint"))
        self.known.note(kind, id_, answer)

    def free_name(self, change: Change) -> bool:
        """Where entities swap names, no order will do: give the one in the way another name."""
        kind = change.kind
        id_ = self.known.ids.get((kind, change.name))
        if id_ is None or (change.existing is not None and change.existing.id == id_):
            return False
        if kind is Kind.GTAG_CONFIG:  # GTM gives these no names to take
            return False
        current = self.known.bodies[kind, id_]
        self.update(kind, id_, {**current, "name": make_parked_name(name_in(kind, current), id_)})
        return True
