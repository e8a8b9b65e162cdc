"""The order in which changes can be applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gtmgen.container.entities import BuiltIn, Kind, Trigger
from gtmgen.plan.model import Action, Change, Plan


def in_order(changes: Sequence[Change]) -> Iterator[Change]:
    """Kind by kind, as kinds refer to each other.

    Within a kind, a trigger group comes after its members, and who takes a name after the one
    who gives it up. Where two swap their names no order will do; the push then parks one.
    """
    for kind in Kind:
        yield from _Sorter([change for change in changes if change.kind is kind]).all()


class _Sorter:
    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._gets = {change.name: change for change in changes}
        self._gives_up = {
            change.existing.name: change
            for change in changes
            if change.action is Action.RENAME and change.existing is not None
        }
        self._seen: set[int] = set()

    def all(self) -> Iterator[Change]:
        for change in self._changes:
            yield from self._with_what_it_needs(change)

    def _with_what_it_needs(self, change: Change) -> Iterator[Change]:
        if id(change) in self._seen:
            return
        self._seen.add(id(change))
        for needed in self._needs(change):
            yield from self._with_what_it_needs(needed)
        yield change

    def _needs(self, change: Change) -> Iterable[Change]:
        if isinstance(change.desired, Trigger):
            for member in change.desired.members:
                if isinstance(member, str) and member in self._gets:
                    yield self._gets[member]
        if change.name in self._gives_up:
            yield self._gives_up[change.name]


def name_clashes(plan: Plan) -> list[Change]:
    """The changes at whose turn another entity has their name: that one is parked first."""
    held = {(entity.kind, entity.name): entity.id for entity in plan.live.entities}
    found = []
    for change in plan.changes:
        if isinstance(change.desired, BuiltIn) or change.action is Action.DELETE:
            continue
        id_ = change.existing.id if change.existing else ""
        if held.get((change.kind, change.name), id_) != id_:
            found.append(change)
        if change.existing is not None:
            held.pop((change.kind, change.existing.name), None)
        held[change.kind, change.name] = id_
    return found
