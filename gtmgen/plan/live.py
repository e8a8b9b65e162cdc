"""What a container holds now, read leniently: unknown things are kept, not refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gtmgen.api.port import TagManager
from gtmgen.container.body import owner_in, upper_snake
from gtmgen.container.canonical import Canonical, Names, canonical_json
from gtmgen.container.entities import Kind, Owner

_ID_FIELD = {
    Kind.FOLDER: "folderId",
    Kind.TEMPLATE: "templateId",
    Kind.VARIABLE: "variableId",
    Kind.TRIGGER: "triggerId",
    Kind.TAG: "tagId",
}
_VERSION_FIELD = {
    Kind.FOLDER: "folder",
    Kind.TEMPLATE: "customTemplate",
    Kind.VARIABLE: "variable",
    Kind.TRIGGER: "trigger",
    Kind.TAG: "tag",
}


@dataclass(frozen=True)
class LiveEntity:
    """An entity of the container: who owns it, its canonical form, and what a write needs."""

    kind: Kind
    name: str
    id: str
    owner: Owner | None
    canonical: Canonical
    path: str | None
    fingerprint: str | None


@dataclass(frozen=True)
class Live:
    """The state of a workspace, or of the version that a new workspace would start from."""

    container_path: str
    workspace_path: str | None
    entities: tuple[LiveEntity, ...]
    built_ins: frozenset[str]

    @property
    def container_id(self) -> str:
        """The numeric ID of the container, which template types carry."""
        return self.container_path.rsplit("/", 1)[1]


def read_live(manager: TagManager, gtm: str, workspace: str) -> Live:
    """Read the named workspace; where it is missing, the latest version."""
    container_path = manager.resolve_container(gtm)
    found = [item for item in manager.workspaces(container_path) if item["name"] == workspace]
    if not found:
        return _from_version(manager, container_path)
    path = str(found[0]["path"])
    bodies = {kind: manager.list_entities(path, kind.value) for kind in _ID_FIELD}
    built_ins = manager.list_entities(path, "built_in_variable")
    return _live(container_path, path, bodies, built_ins)


def _from_version(manager: TagManager, container_path: str) -> Live:
    headers = manager.version_headers(container_path)
    if not headers:
        return Live(container_path, None, (), frozenset())
    latest = max(headers, key=lambda header: int(header["containerVersionId"]))
    version = manager.version(f"{container_path}/versions/{latest['containerVersionId']}")
    bodies = {kind: list(version.get(name, ())) for kind, name in _VERSION_FIELD.items()}
    return _live(container_path, None, bodies, version.get("builtInVariable", ()))


def _live(
    container_path: str,
    workspace_path: str | None,
    bodies: Mapping[Kind, list[dict[str, Any]]],
    built_ins: Any,
) -> Live:
    names = names_of(bodies)
    entities = tuple(
        LiveEntity(
            kind=kind,
            name=item["name"],
            id=item[_ID_FIELD[kind]],
            owner=owner_in(item.get("templateData" if kind is Kind.TEMPLATE else "notes", "")),
            canonical=canonical_json(kind, item, names),
            path=item.get("path"),
            fingerprint=item.get("fingerprint"),
        )
        for kind, items in bodies.items()
        for item in items
    )
    enabled = frozenset(upper_snake(item["type"]).lower() for item in built_ins)
    return Live(container_path, workspace_path, entities, enabled)


def names_of(bodies: Mapping[Kind, list[dict[str, Any]]]) -> Names:
    """The names behind the IDs; a template is known by both of its type strings."""
    templates: dict[str, str] = {}
    for item in bodies[Kind.TEMPLATE]:
        templates[f"cvt_{item['containerId']}_{item['templateId']}"] = item["name"]
        gallery_id = item.get("galleryReference", {}).get("galleryTemplateId")
        if gallery_id:
            templates[f"cvt_{gallery_id}"] = item["name"]
    return Names(
        triggers={item["triggerId"]: item["name"] for item in bodies[Kind.TRIGGER]},
        folders={item["folderId"]: item["name"] for item in bodies[Kind.FOLDER]},
        templates=templates,
    )
