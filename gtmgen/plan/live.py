"""What a container holds now, read leniently: unknown things are kept, not refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gtmgen.api.port import Json, TagManager
from gtmgen.container.body import owner_in, upper_snake
from gtmgen.container.canonical import Names
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
Place = tuple[Kind, str]
"""Kind and ID: IDs alone may repeat between kinds."""

_TEMPLATE_NOTES = "\n___NOTES___\n"


@dataclass(frozen=True)
class LiveEntity:
    """An entity of the container: who owns it, and the body that the API gave."""

    kind: Kind
    id: str
    owner: Owner | None
    body: Json

    @property
    def name(self) -> str:
        """The display name."""
        return str(self.body["name"])

    @property
    def path(self) -> str | None:
        """Where to write it; None when it was read from a version."""
        return self.body.get("path")

    @property
    def fingerprint(self) -> str | None:
        """What GTM calls this state of it."""
        return self.body.get("fingerprint")

    @property
    def references(self) -> list[str]:
        """What other entities call it: its ID; for a template, a type."""
        if self.kind is not Kind.TEMPLATE:
            return [self.id]
        gallery_id = self.body.get("galleryReference", {}).get("galleryTemplateId")
        types = [f"cvt_{self.body['containerId']}_{self.id}"]
        return [*types, f"cvt_{gallery_id}"] if gallery_id else types


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

    def names(self, new: Mapping[Place, str] = MappingProxyType({})) -> Names:
        """The names behind the IDs, or the ``new`` ones that some entities are to have.

        A template is known by both of its type strings.
        """
        found: dict[Kind, dict[str, str]] = {kind: {} for kind in _ID_FIELD}
        for entity in self.entities:
            name = new.get((entity.kind, entity.id), entity.name)
            for id_ in entity.references:
                found[entity.kind][id_] = name
        return Names(
            triggers=found[Kind.TRIGGER],
            folders=found[Kind.FOLDER],
            templates=found[Kind.TEMPLATE],
        )


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
    # The highest number, for the list does not say which one is the latest. A container without
    # a version may answer with version 0, which cannot be read.
    latest = max((int(header["containerVersionId"]) for header in headers), default=0)
    if not latest:
        return Live(container_path, None, (), frozenset())
    version = manager.version(f"{container_path}/versions/{latest}")
    bodies = {kind: list(version.get(name, ())) for kind, name in _VERSION_FIELD.items()}
    return _live(container_path, None, bodies, version.get("builtInVariable", ()))


def _live(
    container_path: str,
    workspace_path: str | None,
    bodies: Mapping[Kind, list[Json]],
    built_ins: Any,
) -> Live:
    entities = tuple(
        LiveEntity(kind, item[_ID_FIELD[kind]], _owner_of(kind, item), item)
        for kind, items in bodies.items()
        for item in items
    )
    enabled = frozenset(upper_snake(item["type"]).lower() for item in built_ins)
    return Live(container_path, workspace_path, entities, enabled)


def _owner_of(kind: Kind, item: Json) -> Owner | None:
    """Whose line the notes hold. It need not be the last: somebody may have written below it."""
    if kind is Kind.TEMPLATE:
        text = item.get("templateData", "").replace("\r\n", "\n").rpartition(_TEMPLATE_NOTES)[2]
    else:
        text = item.get("notes", "")
    for line in reversed(text.splitlines()):
        owner = owner_in(line)
        if owner is not None and str(owner) == line.strip():
            return owner
    return None
