"""The order in which changes can be applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.entities import BuiltIn, Kind
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.plan.references import list_uses_of


def sort_changes(changes: Sequence[Change]) -> Iterator[Change]:
    """Kind by kind, and what is referred to before what refers to it.

    A trigger group comes after its members, a tag after its setup tag, a variable that a trigger
    enables after that one; who takes a name comes after the one who gives it up. Where two swap
    their names, or refer to each other, no order will do; of two that swap, the push parks one.
    """
    return _Sorter([change for kind in Kind for change in changes if change.kind is kind]).all()


class _Sorter:
    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._gets = {(change.kind, change.name): change for change in changes}
        self._gives_up = {
            (change.kind, change.existing.name): change
            for change in changes
            if change.action is Action.RENAME and change.existing is not None
        }
        self._seen: set[int] = set()

    def all(self) -> Iterator[Change]:
        for change in self._changes:
            yield from self._walk_needs(change)

    def _walk_needs(self, change: Change) -> Iterator[Change]:
        if id(change) in self._seen:
            return
        self._seen.add(id(change))
        for other in self._list_needs(change):
            yield from self._walk_needs(other)
        yield change

    def _list_needs(self, change: Change) -> Iterator[Change]:
        if change.desired is not None and not isinstance(change.desired, BuiltIn):
            # A variable may come later, as GTM takes a `{{name}}` that nothing has yet; what is
            # referred to by ID may not: "Tag references an unknown trigger."
            used = sorted(list_uses_of(change.desired), key=str)
            yield from (
                self._gets[call]
                for call in used
                if call in self._gets and call[0] is not Kind.VARIABLE
            )
        # "Found entity with duplicate name.": a kind holds a name once, at every moment of a push.
        if (change.kind, change.name) in self._gives_up:
            yield self._gives_up[change.kind, change.name]


def name_clashes(plan: Plan) -> list[Change]:
    """The changes at whose turn another entity has their name: that one is parked first."""
    ids = {(entity.kind, entity.name): entity.id for entity in plan.live.entities}
    clashes = []
    for change in plan.changes:
        if change.action is Action.DELETE:
            continue
        if change.kind is Kind.GTAG_CONFIG:
            continue  # GTM gives these no names
        id_ = change.existing.id if change.existing else ""
        if ids.get((change.kind, change.name), id_) != id_:
            clashes.append(change)
        if change.existing is not None:
            ids.pop((change.kind, change.existing.name), None)
        ids[change.kind, change.name] = id_
    return clashes
