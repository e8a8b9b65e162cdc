"""What two containers have otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gtmgen.container.differ import FieldChange
from gtmgen.container.entities import Kind


class Difference(StrEnum):
    """How an entity differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


@dataclass(frozen=True)
class EntityChange:
    """One entity; a renamed one may have changed ``fields``, too, its name not among them.

    ``same`` is how many fields both sides have alike.
    """

    difference: Difference
    kind: Kind
    name: str
    old_name: str | None = None
    fields: tuple[FieldChange, ...] = ()
    same: int = 0


@dataclass(frozen=True)
class Differences:
    """All of them, by kind and name; ``container`` are those of the container itself."""

    changes: tuple[EntityChange, ...]
    container: tuple[FieldChange, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Whether both sides mean the same."""
        return not self.changes and not self.container

    def count(self, difference: Difference) -> int:
        """How many entities differ in one way."""
        return sum(change.difference is difference for change in self.changes)
