"""What the spec no longer has: which of it can go, and what still holds on to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gtmgen.container.canonical import Canonical, Names, canonical, canonical_json
from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.plan.differences import differences
from gtmgen.plan.live import Live, LiveEntity
from gtmgen.plan.model import Action, Change, InUse
from gtmgen.plan.references import names, refers
from gtmgen.plan.words import called, kind_of


def deletes(
    container: Container, live: Live, leaving: Sequence[LiveEntity], written: set[int]
) -> tuple[list[Change], list[InUse]]:
    """Delete changes in the order in which they can be made, and what is still in use.

    ``written`` are the live entities, by ``id()``, that the spec gives a new state: they are
    looked at as they will be.
    """
    if not leaving:
        return [], []
    going = {id(entity) for entity in leaving}
    others = [
        entity for entity in live.entities if id(entity) not in going and id(entity) not in written
    ]
    desired = [(entity, canonical(entity)) for entity in container.entities()]
    changes, in_use = [], []
    for entity in _in_order(leaving):
        users = [] if _has_another(container, entity) else [*_users(entity, others, desired)]
        if users:
            in_use.append(InUse(entity, tuple(users)))
        changes.append(_delete(entity, live.names()))
    return changes, in_use


def _users(
    entity: LiveEntity, others: list[LiveEntity], desired: list[tuple[AnyEntity, Canonical]]
) -> Iterator[str]:
    for other in others:
        if refers(other.body, entity):
            yield called(other.kind, other.name)
    for user, form in desired:
        if names(form, entity.kind, entity.name):
            yield f"{called(kind_of(user), user.name)} of the spec"


def _has_another(container: Container, entity: LiveEntity) -> bool:
    """Whether the spec gives the name, which is what others go by, to an entity of its own."""
    return entity.kind in (Kind.VARIABLE, Kind.TAG) and any(
        kind_of(other) is entity.kind and other.name == entity.name
        for other in container.entities()
    )


def _delete(entity: LiveEntity, known: Names) -> Change:
    before: Canonical = canonical_json(entity.kind, entity.body, known)
    fields = tuple(differences(before, {}))
    return Change(Action.DELETE, entity.kind, None, entity, fields)


def _in_order(leaving: Sequence[LiveEntity]) -> Iterator[LiveEntity]:
    """Who refers before whom it refers to: kind by kind, and within a kind by its references."""
    for kind in reversed(Kind):
        yield from _users_first([entity for entity in leaving if entity.kind is kind])


def _users_first(entities: Sequence[LiveEntity]) -> Iterable[LiveEntity]:
    seen: set[int] = set()
    found: list[LiveEntity] = []

    def visit(entity: LiveEntity) -> None:
        if id(entity) in seen:
            return
        seen.add(id(entity))
        for other in entities:
            if refers(other.body, entity):
                visit(other)
        found.append(entity)

    for entity in entities:
        visit(entity)
    return found
