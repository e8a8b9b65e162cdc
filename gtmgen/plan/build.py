"""Compare a compiled container with what the live one holds."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import ORDER
from gtmgen.container.canonical import Names, canonical, canonical_json
from gtmgen.container.entities import KIND_OF, AnyEntity, Container, Kind, Owner
from gtmgen.plan.deletes import deletes
from gtmgen.plan.differences import differences, unchanged
from gtmgen.plan.guards import Matches, adoption, check_built_ins, check_copies, check_names
from gtmgen.plan.live import Live, LiveEntity
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.plan.options import Options
from gtmgen.plan.order import in_order

NO_OPTIONS = Options()


def build_plan(
    container: Container,
    live: Live,
    *,
    workspace: str,
    target: str,
    options: Options = NO_OPTIONS,
) -> Plan:
    """The changes that make the workspace match.

    Raises :class:`GuardError` when a name is taken by an entity that is not this project's, or
    when it cannot be told which of two entities is.
    """
    own = [
        entity
        for entity in live.entities
        if entity.owner is not None and entity.owner.project == container.project
    ]
    check_copies(own)
    matches = _match(container, own)
    _adopt(container, matches, live, options)
    check_names(container, matches, live.entities)
    enable = [
        built_in
        for built_in in sorted(container.built_ins, key=lambda item: ORDER[item.key])
        if built_in.key not in live.built_ins
    ]
    check_built_ins(enable, live.entities)
    # What refers to an entity by its ID does not change when that gets another name.
    names = live.names(
        {(found.kind, found.id): entity.name for entity, found in _pairs(container, matches)}
    )
    changes = [Change(Action.CREATE, Kind.BUILT_IN_VARIABLE, built_in) for built_in in enable]
    for entity in container.entities():
        change = _compare(entity, matches.get(_key(entity)), names)
        if change is not None:
            changes.append(change)
    matched = {id(entity) for entity in matches.values()}
    leaving = [entity for entity in own if id(entity) not in matched]
    going, in_use = deletes(container, live, leaving, matched)
    return Plan(
        project=container.project,
        gtm=container.gtm,
        workspace=workspace,
        target=target,
        changes=(*in_order(changes), *going),
        unchanged=len(container.entities()) + len(container.built_ins) - len(changes),
        unmanaged=len(live.entities) - len({id(entity) for entity in own} | matched),
        owned=len(own),
        in_use=tuple(in_use),
        options=options,
        live=live,
    )


def _match(container: Container, own: list[LiveEntity]) -> Matches:
    """By owner; where no entity has the owner, by the name of one whose key left the spec.

    The second is a key that was renamed in the spec while the display name stayed: GTM holds a
    name once, so the entity goes on under its new key.
    """
    desired = set(map(_key, container.entities()))
    by_owner = {(entity.kind, entity.owner): entity for entity in own}
    spare = {
        (entity.kind, entity.name): entity
        for entity in own
        if (entity.kind, entity.owner) not in desired
    }
    matches: Matches = {}
    for entity in container.entities():
        kind, owner = _key(entity)
        found = by_owner.get((kind, owner)) or spare.get((kind, entity.name))
        if found is not None:
            matches[kind, owner] = found
    return matches


def _adopt(container: Container, matches: Matches, live: Live, options: Options) -> None:
    """Match what is to be taken over: by name, and only where nothing else is this entity."""
    if not options.adopt:
        return
    named = {
        (entity.kind, entity.name): entity
        for entity in live.entities
        if adoption(entity) in options.adopt and entity.project != container.project
    }
    for entity in container.entities():
        kind, owner = _key(entity)
        if (kind, entity.name) in named:
            matches.setdefault((kind, owner), named[kind, entity.name])


def _key(entity: AnyEntity) -> tuple[Kind, Owner]:
    assert entity.owner is not None  # the compiler gives every entity one
    return KIND_OF[type(entity)], entity.owner


def _pairs(container: Container, matches: Matches) -> Iterator[tuple[AnyEntity, LiveEntity]]:
    for entity in container.entities():
        if _key(entity) in matches:
            yield entity, matches[_key(entity)]


def _compare(entity: AnyEntity, existing: LiveEntity | None, names: Names) -> Change | None:
    kind = KIND_OF[type(entity)]
    wanted = canonical(entity)
    if existing is None:
        return Change(Action.CREATE, kind, entity, fields=tuple(differences({}, wanted)))
    before = canonical_json(kind, existing.body, names)
    fields = tuple(differences(before, wanted))
    if not fields:
        return None
    if entity.owner is None or existing.project != entity.owner.project:
        action = Action.ADOPT
    else:
        action = Action.UPDATE if existing.name == entity.name else Action.RENAME
    return Change(action, kind, entity, existing, fields, unchanged(before, wanted))
