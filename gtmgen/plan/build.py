"""Compare a compiled container with what the live one holds."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import ORDER
from gtmgen.container.canonical import Canonical, canonical, flatten
from gtmgen.container.entities import KIND_OF, AnyEntity, Container, Kind, Owner, Trigger
from gtmgen.diagnostics import listing
from gtmgen.errors import GuardError
from gtmgen.plan.live import Live, LiveEntity
from gtmgen.plan.model import Action, Change, FieldChange, Plan


def build_plan(container: Container, live: Live, *, workspace: str, target: str) -> Plan:
    """The changes that make the workspace match.

    Raises :class:`GuardError` when a name is taken by an entity that is not this project's.
    """
    owned = {entity.owner: entity for entity in live.entities if entity.owner is not None}
    _check_names(container, live)
    changes: list[Change] = []
    desired_owners: set[Owner] = set()
    unchanged = 0
    for entity in _in_order(container):
        assert entity.owner is not None  # the compiler gives every entity one
        desired_owners.add(entity.owner)
        change = _compare(entity, owned.get(entity.owner))
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    enable = [
        Change(Action.CREATE, Kind.BUILT_IN_VARIABLE, built_in)
        for built_in in sorted(container.built_ins, key=lambda item: ORDER[item.key])
        if built_in.key not in live.built_ins
    ]
    return Plan(
        project=container.project,
        gtm=container.gtm,
        workspace=workspace,
        target=target,
        changes=(*enable, *changes),
        unchanged=unchanged + len(container.built_ins) - len(enable),
        unmanaged=sum(
            entity.owner is None or entity.owner.project != container.project
            for entity in live.entities
        ),
        orphans=tuple(
            entity
            for owner, entity in sorted(owned.items())
            if owner.project == container.project and owner not in desired_owners
        ),
        live=live,
    )


def _compare(entity: AnyEntity, existing: LiveEntity | None) -> Change | None:
    kind = KIND_OF[type(entity)]
    wanted = canonical(entity)
    if existing is None:
        return Change(Action.CREATE, kind, entity, fields=tuple(_differences({}, wanted)))
    fields = tuple(_differences(existing.canonical, wanted))
    if not fields:
        return None
    action = Action.UPDATE if existing.name == entity.name else Action.RENAME
    return Change(action, kind, entity, existing, fields)


def _differences(old: Canonical, new: Canonical) -> Iterator[FieldChange]:
    before, after = dict(flatten(old)), dict(flatten(new))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield FieldChange(path, before.get(path), after.get(path))


def _in_order(container: Container) -> Iterator[AnyEntity]:
    """By kind, as kinds depend on each other; a trigger group after its members."""
    for entity in container.entities():
        if not isinstance(entity, Trigger):
            yield entity
        elif entity.name == container.triggers[0].name:
            yield from _triggers_in_order(container)


def _triggers_in_order(container: Container) -> Iterator[Trigger]:
    by_name = {trigger.name: trigger for trigger in container.triggers}
    done: set[str] = set()

    def visit(trigger: Trigger) -> Iterator[Trigger]:
        if trigger.name in done:
            return
        done.add(trigger.name)
        for member in trigger.members:
            if isinstance(member, str):
                yield from visit(by_name[member])
        yield trigger

    for trigger in container.triggers:
        yield from visit(trigger)


def _check_names(container: Container, live: Live) -> None:
    taken = {
        (entity.kind, entity.name): entity
        for entity in live.entities
        if entity.owner is None or entity.owner.project != container.project
    }
    clashes = [
        entity for entity in container.entities() if (KIND_OF[type(entity)], entity.name) in taken
    ]
    if not clashes:
        return
    names = [f"{KIND_OF[type(entity)].value} {entity.name}" for entity in clashes]
    entity = clashes[0]
    other = taken[KIND_OF[type(entity)], entity.name]
    whose = f"belongs to the project `{other.owner.project}`" if other.owner else "is not gtmgen's"
    raise GuardError(
        "the container has entities with the same names that are not this project's: "
        f"{listing(names)} (the first one {whose}; from {entity.origin})",
        hint="give yours another `name` or `container.naming`, or rename the others in GTM",
    )
