"""What is imported: a container version from wherever, as entities with references by name."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gtmgen.container.canonical import Canonical, canonical_json
from gtmgen.container.entities import ID_FIELD, VERSION_FIELD, AnyEntity, Kind
from gtmgen.container.names import Names
from gtmgen.container.ownership import without_owner
from gtmgen.container.reading import gtag_config_name, read_entity
from gtmgen.container.references import references
from gtmgen.container.version import (
    bodies_of,
    built_ins_of,
    context_of,
    names_of,
    references_of,
    shared_types,
)
from gtmgen.files.safe_paths import is_device
from gtmgen.importer.names import make_key
from gtmgen.importer.read.shape import Malformed

Json = dict[str, Any]
Place = tuple[Kind, str]
"""Kind and name: GTM holds a name once in each kind."""

_PUBLIC_ID = re.compile(r"GTM-[A-Z0-9]+")
UNKNOWN_GTM = "GTM-XXXXXXX"
"""Stands for the container of an export that does not say which one it is from."""


@dataclass(frozen=True)
class Imported:
    """A container that was read; ``label`` says from where, for people.

    ``left_out`` are entities that the spec cannot hold: what refers to one keeps its ID.
    ``malformed`` are those that are no entities of GTM's at all.
    ``secrets`` are variables that stand for credentials, with the entity and the parameter of each.
    """

    version: Json
    label: str
    notes: tuple[str, ...] = ()
    left_out: frozenset[Place] = frozenset()
    secrets: Mapping[str, Collection[tuple[str, str]]] = field(default_factory=dict)
    malformed: tuple[Malformed, ...] = ()

    def without(self, places: Iterable[Place]) -> Imported:
        """The container with more left out."""
        return replace(self, left_out=self.left_out | frozenset(places))

    @functools.cached_property
    def _bodies(self) -> Mapping[Kind, Sequence[Json]]:
        return {
            kind: [
                item for item in items if (kind, find_entity_name(kind, item)) not in self.left_out
            ]
            for kind, items in bodies_of(self.version).items()
        }

    @functools.cached_property
    def _names(self) -> Names:
        return names_of(self._bodies)

    @functools.cached_property
    def unnamed_types(self) -> Mapping[str, Sequence[str]]:
        """Types of the templates that are there twice, which stay types, with their names."""
        templates = self._bodies[Kind.TEMPLATE]
        twice = {name for names in shared_types(templates).values() for name in names}
        names: dict[str, list[str]] = {}
        for item in templates:
            for type_ in references_of(Kind.TEMPLATE, item) if item["name"] in twice else ():
                names.setdefault(type_, []).append(item["name"])
        return names

    @functools.cached_property
    def left_out_bodies(self) -> Mapping[str, Sequence[Any]]:
        """What is left out as it was read, by the field of a container version."""
        bodies: dict[str, list[Any]] = {
            VERSION_FIELD[kind]: [
                item for item in items if (kind, find_entity_name(kind, item)) in self.left_out
            ]
            for kind, items in bodies_of(self.version).items()
        }
        for one in self.malformed:
            bodies.setdefault(one.field, []).append(one.body)
        return {field: items for field, items in bodies.items() if items}

    @functools.cached_property
    def needed(self) -> frozenset[Place]:
        """What the malformed ones refer to, by name: whether they run, nobody can tell."""
        names: dict[tuple[Kind, str], str] = {
            (kind, id_): find_entity_name(kind, item)
            for kind, items in self._bodies.items()
            for item in items
            for id_ in references_of(kind, item)
        }
        refers = (reference for one in self.malformed for reference in references(one.body))
        return frozenset((one.kind, names.get((one.kind, one.name), one.name)) for one in refers)

    @functools.cached_property
    def entities(self) -> Mapping[Kind, Sequence[AnyEntity]]:
        """Every entity, by kind, in the order of the source."""
        return {
            kind: [read_entity(kind, item, self._names) for item in items]
            for kind, items in self._bodies.items()
        }

    @functools.cached_property
    def canonical(self) -> Mapping[Place, Canonical]:
        """The canonical form of every entity, without anybody's ownership line."""
        return {
            (kind, find_entity_name(kind, item)): without_owner(
                kind, canonical_json(kind, item, self._names)
            )
            for kind, items in self._bodies.items()
            for item in items
        }

    @functools.cached_property
    def ids(self) -> Mapping[Place, str]:
        """GTM's ID of every entity."""
        return {
            (kind, find_entity_name(kind, item)): str(item[ID_FIELD[kind]])
            for kind, items in self._bodies.items()
            for item in items
        }

    @functools.cached_property
    def built_ins(self) -> frozenset[str]:
        """The built-in variables that are enabled."""
        return built_ins_of(self.version)

    @property
    def context(self) -> str:
        """``WEB``, ``SERVER``, ..."""
        return context_of(self.version)

    @property
    def gtm(self) -> str:
        """The public ID; the path where an export was made without one."""
        public_id = self.version.get("container", {}).get("publicId", "")
        if _PUBLIC_ID.fullmatch(public_id):
            return str(public_id)
        account, container = self.version.get("accountId"), self.version.get("containerId")
        ids = [str(id_) for id_ in (account, container)]
        if all(id_.isascii() and id_.isdecimal() for id_ in ids):
            return f"accounts/{ids[0]}/containers/{ids[1]}"
        return UNKNOWN_GTM

    @property
    def project(self) -> str:
        """A project's name, made of the container's."""
        name = str(self.version.get("container", {}).get("name", ""))
        if not name.strip():
            return "imported"
        project = make_key(name, (), "site").replace("_", "-")
        # The spec's file is called after it.
        return f"site-{project}" if is_device(project) else project


def find_entity_name(kind: Kind, item: Mapping[str, Any]) -> str:
    """The name that tells an entity from others of its kind."""
    return gtag_config_name(item) if kind is Kind.GTAG_CONFIG else str(item["name"])
