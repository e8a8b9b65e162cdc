"""The keys of a container's entities: those of the last import, and new ones for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gtmgen.importer.names import make_key
from gtmgen.importer.write.lock import EntityKey

Entity = tuple[str, str, str]
"""Kind, GTM's ID and the name."""

# What tells that an entity is the one of the last import: positions in kind, ID, name.
_ALL, _BY_ID, _BY_NAME = (0, 1, 2), (0, 1), (0, 2)


def assign_keys(entities: Iterable[Entity], last: Sequence[EntityKey]) -> list[EntityKey]:
    """One key for each entity, unique in its kind; sorted by kind, name and ID.

    A renamed entity is known by its ID and keeps its key, one that was made anew by its name. In
    another container the IDs mean other things, and only names count.
    """
    listed = sorted(set(entities), key=lambda item: (item[0], item[2], item[1]))
    same_container = _is_same_container(listed, last)
    keys: dict[Entity, str] = {}
    used: set[tuple[str, str]] = set()
    for places in (_ALL, _BY_ID, _BY_NAME) if same_container else (_ALL, _BY_NAME):
        former_keys = {
            tuple(item[place] for place in places): item.key
            for item in last
            if (item.kind, item.key) not in used
        }
        for entity in listed:
            key = None
            if entity not in keys:
                key = former_keys.pop(tuple(entity[place] for place in places), None)
            if key is not None:
                keys[entity] = key
                used.add((entity[0], key))
    used_by_kind: dict[str, set[str]] = {}
    for kind, key in used:
        used_by_kind.setdefault(kind, set()).add(key)
    for entity in listed:
        if entity not in keys:
            kind, _, name = entity
            used_of_kind = used_by_kind.setdefault(kind, set())
            keys[entity] = make_key(name, used_of_kind, kind)
            used_of_kind.add(keys[entity])
    return [EntityKey(*entity, keys[entity]) for entity in listed]


def _is_same_container(entities: Sequence[Entity], last: Sequence[EntityKey]) -> bool:
    """Unless more of the known IDs go with the name of another one than with their own."""
    by_id = {(item.kind, item.id): item.name for item in last}
    names = {(item.kind, item.name) for item in last}
    same = other = 0
    for kind, id_, name in entities:
        before = by_id.get((kind, id_))
        if before == name:
            same += 1
        elif before is not None and (kind, name) in names:
            other += 1
    return other <= same
