"""A plan: what is to change, and what is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gtmgen.container.differ import FieldChange, is_of_set
from gtmgen.container.entities import KIND_OF, AnyEntity, BuiltIn, Kind, Owner
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.options import PlanOptions

Key = tuple[Kind, Owner | str | None]
"""Which entity: its kind, and its owner or, where it has none, what tells it apart."""
Matches = dict[Key, LiveEntity]
"""The live entity of each desired one."""
Pair = tuple[AnyEntity, LiveEntity]


def identity(entity: AnyEntity) -> Key:
    """Which entity it is, whatever it is called; its name, if nobody can own it."""
    return KIND_OF[type(entity)], entity.owner or entity.name


class Action(StrEnum):
    """The kinds of change."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    ADOPT = "adopt"
    DELETE = "delete"


class Drift(StrEnum):
    """Who has changed an entity since the last push, as far as that can be told."""

    OUTSIDE = "outside"
    BOTH = "both"
    SPEC = "spec"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """One entity that is to be written, or deleted: then nothing is ``desired``.

    ``same`` is how many fields it leaves as they are; ``state`` is what a push writes down of an
    entity that gets an owner's line, and ``drift`` what such a line tells of one that is there.
    ``was_protected`` says that one to be deleted was, until somebody took the words out of its
    notes.
    """

    action: Action
    kind: Kind
    desired: AnyEntity | BuiltIn | None
    existing: LiveEntity | None = None
    fields: tuple[FieldChange, ...] = ()
    same: int = 0
    drift: Drift | None = None
    state: str = ""
    was_protected: bool = False

    @property
    def name(self) -> str:
        """The display name that the entity will have, or has had."""
        if self.desired is not None:
            return self.desired.name
        assert self.existing is not None  # what is deleted exists
        return self.existing.name

    @property
    def key(self) -> Key:
        """What the change is about, whatever it is called: kind and owner."""
        if isinstance(self.desired, BuiltIn):
            return self.kind, self.desired.key
        if self.desired is not None:
            return identity(self.desired)
        assert self.existing is not None  # what is deleted exists
        return self.kind, self.existing.owner

    def is_within(self, approved: Change | None) -> bool:
        """Whether it sets and removes nothing but what another change of the entity shows."""
        if approved is None or (self.action is Action.DELETE) != (approved.action is Action.DELETE):
            return False
        return self._list_effects() <= approved._list_effects()

    def _list_effects(self) -> set[tuple[str, str | None, bool]]:
        set_ = {(path, new, True) for path, _, new in self.fields if new is not None}
        # One name in place of another in a set is a removal, too, which nobody may have seen.
        return set_ | {
            (path, old, False)
            for path, old, new in self.fields
            if new is None or (old is not None and is_of_set(path))
        }

    @property
    def place(self) -> str:
        """The spec line that the entity comes from."""
        origin = getattr(self.desired, "origin", None)
        return str(origin) if origin is not None else ""


class InUse(NamedTuple):
    """An entity that left the spec, and who still refers to it."""

    entity: LiveEntity
    users: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """All changes in the order in which they can be applied.

    ``owned`` is how many live entities are this project's, ``equal`` are nobody's but as the spec
    has them; ``in_use`` are those that cannot be deleted, which a guard refuses.
    """

    project: str
    gtm: str
    workspace: str
    target: str
    changes: tuple[Change, ...]
    unchanged: int
    equal: tuple[LiveEntity, ...]
    unmanaged: int
    owned: int
    in_use: tuple[InUse, ...]
    options: PlanOptions
    live: LiveState

    @property
    def is_empty(self) -> bool:
        """Whether the workspace matches the spec."""
        return not self.changes

    def count(self, action: Action) -> int:
        """How many changes of one kind there are."""
        return sum(change.action is action for change in self.changes)
