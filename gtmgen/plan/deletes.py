"""What the spec no longer has: which of it can go, and what still holds on to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.canonical import Canonical, canonical_json
from gtmgen.container.differ import field_changes
from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.container.names import Names
from gtmgen.plan.forms import States
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.model import Action, Change, InUse
from gtmgen.plan.references import CALLED_BY_NAME, Call, list_names, list_uses, list_uses_of
from gtmgen.plan.words import format_entity, kind_of


def plan_deletes(
    container: Container,
    live: LiveState,
    dropped: Sequence[LiveEntity],
    written: set[int],
    states: States,
) -> tuple[list[Change], list[InUse]]:
    """Delete changes in the order in which they can be made, and what is still in use.

    ``written`` are the live entities, by ``id()``, that the spec gives a new state: they are
    looked at as they will be.
    """
    if not dropped:
        return [], []
    dropped_ids = {id(entity) for entity in dropped}
    staying = [
        (entity, list_uses(entity.body))
        for entity in live.entities
        if id(entity) not in dropped_ids and id(entity) not in written
    ]
    desired = [(entity, list_uses_of(entity)) for entity in container.entities()]
    names = live.names()
    changes, in_use = [], []
    for entity in _sort_for_delete(dropped):
        users = [] if _has_another(container, entity) else [*_list_users(entity, staying, desired)]
        if users:
            in_use.append(InUse(entity, tuple(users)))
        changes.append(_delete(entity, names, states))
    return changes, in_use


def _list_users(
    entity: LiveEntity,
    staying: Sequence[tuple[LiveEntity, frozenset[Call]]],
    desired: Sequence[tuple[AnyEntity, frozenset[Call]]],
) -> Iterator[str]:
    called_so = list_names(entity)
    for other, used in staying:
        if used & called_so:
            yield format_entity(other.kind, other.name)
    # All else is compiled, or the spec is refused. GTM would not refuse the delete: it takes a
    # `{{name}}` that nothing has, and sends an empty text.
    if entity.kind in CALLED_BY_NAME:
        for user, used in desired:
            if used & called_so:
                yield f"{format_entity(kind_of(user), user.name)} of the spec"


def _has_another(container: Container, entity: LiveEntity) -> bool:
    """Whether the spec gives the name, which is what others go by, to an entity of its own."""
    return entity.kind in CALLED_BY_NAME and any(
        kind_of(other) is entity.kind and other.name == entity.name
        for other in container.entities()
    )


def _delete(entity: LiveEntity, names: Names, states: States) -> Change:
    before: Canonical = canonical_json(entity.kind, entity.body, names)
    fields = field_changes(before, {})
    drift = states.drift(None, entity)
    return Change(
        Action.DELETE,
        entity.kind,
        None,
        entity,
        fields,
        drift=drift,
        was_protected=states.was_protected(entity),
    )


def _sort_for_delete(dropped: Sequence[LiveEntity]) -> list[LiveEntity]:
    """Who refers before whom it refers to, otherwise kind by kind, backwards."""
    # Backwards, tags go before triggers, triggers before variables: the order of nearly all
    # references. Those within a kind, and the rest, come out of the walk below.
    entities = [entity for kind in reversed(Kind) for entity in dropped if entity.kind is kind]
    by_call = {call: entity for entity in entities for call in list_names(entity)}
    users: dict[int, list[LiveEntity]] = {id(entity): [] for entity in entities}
    for user in entities:
        for call in sorted(list_uses(user.body) & by_call.keys(), key=str):
            users[id(by_call[call])].append(user)
    visited: set[int] = set()
    ordered: list[LiveEntity] = []

    def visit(entity: LiveEntity) -> None:
        if id(entity) in visited:
            return
        # Before its users: two tags may name each other, as setup and as teardown.
        visited.add(id(entity))
        for user in users[id(entity)]:
            visit(user)
        ordered.append(entity)

    for entity in entities:
        visit(entity)
    return ordered
