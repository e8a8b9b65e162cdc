"""What a container holds, whatever it was read from, in canonical form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gtmgen.container.canonical import Canonical, canonical, canonical_json
from gtmgen.container.code_secrets import hide_in_code
from gtmgen.container.entities import ID_FIELD, KIND_OF, Container, Kind, Owner
from gtmgen.container.fields import upper_snake
from gtmgen.container.names import Names
from gtmgen.container.ownership import owner_of, without_owner
from gtmgen.container.reading import gtag_config_name
from gtmgen.container.version import bodies_of, built_ins_of, context_of, names_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One entity: its canonical form without gtmgen's ownership line, and what tells it apart."""

    kind: Kind
    name: str
    form: Canonical
    owner: Owner | None = None
    id: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """What a container holds. ``container`` is its numeric ID, where that is known."""

    entries: tuple[Entry, ...]
    built_ins: frozenset[str] = frozenset()
    context: str = "WEB"
    container: str | None = None


def of_container(container: Container) -> Snapshot:
    """A compiled spec."""
    entries = tuple(
        Entry(kind, entity.name, without_owner(kind, canonical(entity)), entity.owner)
        for entity in container.entities()
        for kind in [KIND_OF[type(entity)]]
    )
    built_ins = frozenset(built_in.key for built_in in container.built_ins)
    return Snapshot(entries, built_ins, upper_snake(container.context))


def of_version(version: Json) -> Snapshot:
    """A ``containerVersion``, of an export or of the API; enums may be spelled either way.

    Raises ``KeyError``, ``TypeError``, ``AttributeError`` or ``ValueError`` for JSON that has
    not the shape of one.
    """
    bodies = bodies_of(version)
    names = names_of(bodies)
    entries = tuple(
        _build_entry(kind, body, names) for kind, items in bodies.items() for body in items
    )
    return Snapshot(
        entries, built_ins_of(version), context_of(version), _read_container_id(version)
    )


def without_credentials(snapshot: Snapshot, salt: str) -> Snapshot:
    """What is compared where people read it, with digests for what stands in code in clear."""
    entries = (replace(entry, form=_hide(entry.form, salt)) for entry in snapshot.entries)
    return replace(snapshot, entries=tuple(entries))


def _hide(tree: Any, salt: str) -> Any:
    if isinstance(tree, dict):
        return {key: _hide(value, salt) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_hide(item, salt) for item in tree]
    return hide_in_code(tree, salt) if isinstance(tree, str) else tree


def _build_entry(kind: Kind, body: Json, names: Names) -> Entry:
    name = gtag_config_name(body) if kind is Kind.GTAG_CONFIG else str(body["name"])
    form = without_owner(kind, canonical_json(kind, body, names))
    id_ = body.get(ID_FIELD[kind])
    return Entry(kind, name, form, owner_of(kind, body), str(id_) if id_ is not None else None)


def _read_container_id(version: Json) -> str | None:
    """The ID, unless it is a placeholder, as in exports that were made by hand."""
    id_ = str(version.get("containerId", ""))
    return id_ if id_.isdecimal() and id_.strip("0") else None
