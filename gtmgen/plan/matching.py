"""Which live entity each desired one is.

By the owner's line; by name where an entity of this project left the spec, or is to be adopted.
What has no line and is called like a desired entity is the same one if nothing but the line is
missing: a container that was imported plans to no change. Templates of the gallery and Google tag
configurations never have a line and always go by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gtmgen.container.canonical import canonical_json
from gtmgen.container.differ import field_changes
from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.container.names import Names
from gtmgen.container.ownership import comparable
from gtmgen.plan.forms import build_desired_form, find_gallery
from gtmgen.plan.gallery import is_as_installed, is_other_version
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.model import Matches, Pair, identity
from gtmgen.plan.options import PlanOptions, format_adoption
from gtmgen.plan.words import kind_of


@dataclass(frozen=True)
class Matched:
    """``managed`` is compared and written; ``equal`` lacks nothing but the line; of ``conflicts``,
    the spec has another idea, and may not say so without being asked. ``names`` are the live ones
    behind the IDs, as the spec has them: another name is no change of what refers by ID.
    """

    managed: Matches
    equal: Matches
    conflicts: tuple[Pair, ...]
    names: Names

    def pairs(self, container: Container) -> Iterator[Pair]:
        """Each desired entity that is there already, and what it is."""
        return pairs(container, {**self.managed, **self.equal})


def match(
    container: Container, owned: Sequence[LiveEntity], live: LiveState, options: PlanOptions
) -> Matched:
    """``owned`` are the live entities of this project."""
    managed = _match_owned(container, owned)
    _adopt(container, managed, live, options)
    unowned = _match_unowned_by_name(container, managed, live)
    # Whether two entities are equal depends on what they refer to, by names that the spec may be
    # about to change: so all are matched before any is compared.
    names = live.names(
        {
            (existing.kind, existing.id): entity.name
            for entity, existing in pairs(container, {**managed, **unowned})
        }
    )
    equal: Matches = {}
    conflicts = []
    for entity, existing in pairs(container, unowned):
        if _is_equal(entity, existing, names):
            # The line alone is no reason to write: an import would then plan to change all.
            is_left = entity.owner is not None and not options.adopts_equal
            (equal if is_left else managed)[identity(entity)] = existing
        elif entity.owner is None and (options.adopts(entity) or _is_installed(entity, existing)):
            managed[identity(entity)] = existing
        else:
            conflicts.append((entity, existing))
    return Matched(managed, equal, tuple(conflicts), names)


def _is_installed(entity: AnyEntity, existing: LiveEntity) -> bool:
    """A template of the gallery that the spec names: an update or a rename, and no adoption.

    No line of ours can stand in it, so it is told by its place in the gallery. Under a name that
    somebody has given it, it may be theirs; under its own, a push may have stopped before it gave
    it the spec's.
    """
    if existing.name == entity.name:
        return is_other_version(entity, existing)
    return is_as_installed(entity, existing)


def pairs(container: Container, matches: Matches) -> Iterator[Pair]:
    for entity in container.entities():
        if identity(entity) in matches:
            yield entity, matches[identity(entity)]


def _match_owned(container: Container, owned: Sequence[LiveEntity]) -> Matches:
    """By owner, or a former one; else by the name of one whose key left the spec.

    The last is a key that was renamed in the spec while the display name stayed: GTM holds a
    name once, so the entity goes on under its new key.
    """
    desired = set(map(identity, container.entities()))
    by_owner = {(entity.kind, entity.owner): entity for entity in owned}
    spare = {
        (entity.kind, entity.name): entity
        for entity in owned
        if (entity.kind, entity.owner) not in desired
    }
    matches: Matches = {}
    for entity in container.entities():
        kind, _ = key = identity(entity)
        if entity.owner is None:
            continue
        owners = (entity.owner, *container.former_owners.get(entity.owner, ()))
        # The present owner goes first: a former key may have been given to another entity since.
        existing = next(
            (by_owner[kind, owner] for owner in owners if (kind, owner) in by_owner),
            spare.get((kind, entity.name)),
        )
        if existing is not None:
            matches[key] = existing
    return matches


def _adopt(container: Container, matches: Matches, live: LiveState, options: PlanOptions) -> None:
    """Match what is to be taken over: by name, and only where nothing else is this entity."""
    if not options.adopt:
        return
    named = {
        (entity.kind, entity.name): entity
        for entity in live.entities
        if format_adoption(entity, entity.name) in options.adopt
        and entity.project != container.project
    }
    for entity in container.entities():
        existing = named.get((kind_of(entity), entity.name))
        if existing is not None and entity.owner is not None:
            # What is ours already goes on as it is: taking over another under its name would delete
            # ours.
            matches.setdefault(identity(entity), existing)


def _match_unowned_by_name(container: Container, matched: Matches, live: LiveState) -> Matches:
    """What nobody owns, by the name of a desired entity that nothing else is."""
    # Of other projects nothing is taken for ours, even where all is equal: they would delete it.
    free = [entity for entity in live.entities if entity.owner is None]
    # What is adopted has the name of its desired entity, and no other one has it.
    by_name = {(item.kind, item.name): item for item in free}
    by_gallery = {find_gallery(item.body): item for item in free if item.kind is Kind.TEMPLATE}
    matches: Matches = {}
    for entity in container.entities():
        kind, _ = key = identity(entity)
        if key in matched:
            continue
        existing = by_name.get((kind, entity.name))
        if entity.owner is None and kind is Kind.TEMPLATE:
            gallery = find_gallery(dict(entity.extra))
            # Under its name, or another one; the same template may be there twice.
            if gallery and (existing is None or find_gallery(existing.body) != gallery):
                existing = by_gallery.get(gallery, existing)
        if existing is not None:
            matches[key] = existing
    return matches


def _is_equal(entity: AnyEntity, existing: LiveEntity, names: Names) -> bool:
    after = comparable(existing.kind, build_desired_form(entity, names))
    before = comparable(existing.kind, canonical_json(existing.kind, existing.body, names))
    return not field_changes(before, after)
