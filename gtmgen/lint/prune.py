"""What can be deleted from a container without any effect, proved by what leads to what."""

from __future__ import annotations

from typing import NamedTuple

from gtmgen.container.entities import AnyEntity, Kind, Tag
from gtmgen.lint.reach import Key, entities_of, has_unread_types, reachable, uses_of
from gtmgen.lint.view import ContainerView

PRUNED = (Kind.TAG, Kind.TRIGGER, Kind.VARIABLE, Kind.TEMPLATE, Kind.FOLDER)
"""What can be unused, in the order in which it is listed."""


class Unused(NamedTuple):
    """An entity that nothing which stays needs, and why."""

    kind: Kind
    name: str
    reason: str


def find_unused(view: ContainerView, *, paused: bool = False) -> list[Unused]:
    """Everything that can go at once: what stays refers to none of it.

    A paused tag stays, with all that it needs, unless ``paused``: somebody may resume it. So does
    every template where something is of a type that is not known.
    """
    entities = entities_of(view)
    uses = uses_of(view, entities)
    stays = reachable(view, entities, counts_paused=not paused)
    if has_unread_types(view):
        stays |= {key for key in entities if key[0] is Kind.TEMPLATE}
    # Clients, zones and the like run by themselves; folders follow from what they hold.
    stays |= {key for key in entities if key[0] not in PRUNED or key[0] is Kind.FOLDER}
    unused = [key for kind in PRUNED for key in entities if key[0] is kind and key not in stays]
    users = {target for user, used in uses.items() for target in used if target != user}
    entities_unused = [
        Unused(*key, _explain_reason(entities[key], is_named=key in users)) for key in unused
    ]
    return [*entities_unused, *_find_emptied_folders(view, set(unused))]


def _explain_reason(entity: AnyEntity, *, is_named: bool) -> str:
    if isinstance(entity, Tag) and entity.paused:
        return "it is paused"
    if is_named:
        return "only what goes, too, refers to it"
    return "nothing fires it" if isinstance(entity, Tag) else "nothing refers to it"


def _find_emptied_folders(view: ContainerView, unused: set[Key]) -> list[Unused]:
    """Folders in which nothing stays."""
    kept = {
        entity.folder
        for kind, items in view.entities.items()
        for entity in items
        if (kind, entity.name) not in unused
    }
    return [
        Unused(Kind.FOLDER, folder.name, "nothing stays in it")
        for folder in view.of_kind(Kind.FOLDER)
        if folder.name not in kept
    ]
