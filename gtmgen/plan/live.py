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
from gtmgen.errors import ApiError
from gtmgen.plan.words import quoted

ID_FIELD = {
    Kind.FOLDER: "folderId",
    Kind.TEMPLATE: "templateId",
    Kind.VARIABLE: "variableId",
    Kind.TRIGGER: "triggerId",
    Kind.TAG: "tagId",
}
VERSION_FIELD = {
    Kind.FOLDER: "folder",
    Kind.TEMPLATE: "customTemplate",
    Kind.VARIABLE: "variable",
    Kind.TRIGGER: "trigger",
    Kind.TAG: "tag",
}
_WORDS = {"customTemplate": "template", "gtagConfig": "Google tag configuration"}
Place = tuple[Kind, str]
"""Kind and ID: IDs alone may repeat between kinds."""

_SEVERAL_PAGES = 100  # entities; how many are on a page is not documented
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
    def project(self) -> str | None:
        """Whose it is."""
        return self.owner.project if self.owner else None

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
    """The state of a workspace, or of the version that a new workspace would start from.

    ``conflicts`` names what the workspace and a later version have both changed.
    """

    container_path: str
    workspace_path: str | None
    entities: tuple[LiveEntity, ...]
    built_ins: frozenset[str]
    conflicts: tuple[str, ...] = ()

    @property
    def container_id(self) -> str:
        """The numeric ID of the container, which template types carry."""
        return self.container_path.rsplit("/", 1)[1]

    def names(self, new: Mapping[Place, str] = MappingProxyType({})) -> Names:
        """The names behind the IDs, or the ``new`` ones that some entities are to have.

        A template is known by both of its type strings.
        """
        found: dict[Kind, dict[str, str]] = {kind: {} for kind in ID_FIELD}
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
    """Read the named workspace; where it is missing, the latest version.

    Raises :class:`ApiError` for answers of a shape that the API does not describe.
    """
    try:
        return _read(manager, gtm, workspace)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ApiError(
            f"the answers for {gtm} do not have the shape that the GTM API describes "
            f"({type(error).__name__})",
            hint="is it GTM's API that answers there? A local state file may be damaged",
        ) from error


def _read(manager: TagManager, gtm: str, workspace: str) -> Live:
    container_path = manager.resolve_container(gtm)
    found = [item for item in manager.workspaces(container_path) if item["name"] == workspace]
    if not found:
        return _from_version(manager, container_path)
    path = str(found[0]["path"])
    status = manager.workspace_status(path)
    bodies = _all_in_status(manager, container_path, status)
    if bodies is None:
        bodies = {kind: manager.list_entities(path, kind.value) for kind in ID_FIELD}
    built_ins = manager.list_entities(path, "built_in_variable")
    return _live(container_path, path, bodies, built_ins, conflicts_in(status))


def _all_in_status(
    manager: TagManager, container_path: str, status: Json
) -> dict[Kind, list[Json]] | None:
    """Everything that a workspace holds, where one call has told it already.

    The status is what differs from the version below: all there is, where no version exists.
    Asking that is a call more, worth while where lists would have several pages. (Were there a
    deleted version below, entities would be missing here: they would be created, and refused
    for their names.)
    """
    changes = status.get("workspaceChange", ())
    if len(changes) <= _SEVERAL_PAGES or _latest(manager, container_path):
        return None
    bodies: dict[Kind, list[Json]] = {kind: [] for kind in ID_FIELD}
    for change in changes:
        held = [body for key, body in change.items() if key != "changeStatus"]
        if not held or change.get("changeStatus") != "added":
            return None  # a custom template was once seen to come without its body
        for kind, field in VERSION_FIELD.items():
            if field in change:
                bodies[kind].append(change[field])
    return bodies


def conflicts_in(status: Json) -> tuple[str, ...]:
    """``tag `X```: what stands in conflict, by the status of a workspace.

    A custom template was once seen to come without its body.
    """
    found = []
    for conflict in status.get("mergeConflict", ()):
        sides = (conflict.get("entityInWorkspace", {}), conflict.get("entityInBaseVersion", {}))
        held = [
            (key, body) for side in sides for key, body in side.items() if key != "changeStatus"
        ]
        kind, body = held[0] if held else ("entity", {})
        found.append(f"{_WORDS.get(kind, kind)} {quoted(str(body.get('name', 'without a name')))}")
    return tuple(found)


def _from_version(manager: TagManager, container_path: str) -> Live:
    latest = _latest(manager, container_path)
    if not latest:
        return Live(container_path, None, (), frozenset())
    version = manager.version(f"{container_path}/versions/{latest}")
    bodies = {kind: list(version.get(name, ())) for kind, name in VERSION_FIELD.items()}
    return _live(container_path, None, bodies, version.get("builtInVariable", ()))


def _latest(manager: TagManager, container_path: str) -> int:
    """The highest number, for the list does not say which version is the latest.

    A container without a version may answer with version 0, which cannot be read.
    """
    headers = manager.version_headers(container_path)
    return max((int(header["containerVersionId"]) for header in headers), default=0)


def _live(
    container_path: str,
    workspace_path: str | None,
    bodies: Mapping[Kind, list[Json]],
    built_ins: Any,
    conflicts: tuple[str, ...] = (),
) -> Live:
    entities = tuple(live_entity(kind, item) for kind, items in bodies.items() for item in items)
    enabled = frozenset(upper_snake(item["type"]).lower() for item in built_ins)
    return Live(container_path, workspace_path, entities, enabled, conflicts)


def live_entity(kind: Kind, item: Json) -> LiveEntity:
    """A body that the API gave, with its ID and its owner."""
    return LiveEntity(kind, item[ID_FIELD[kind]], _owner_of(kind, item), item)


def _owner_of(kind: Kind, item: Json) -> Owner | None:
    """Whose line the notes hold. It need not be the last: somebody may have written below it."""
    if kind is Kind.TEMPLATE:
        text = item.get("templateData", "").replace("\r\n", "\n").rpartition(_TEMPLATE_NOTES)[2]
    else:
        text = item.get("notes", "")
    for line in reversed(text.splitlines()):
        owner = owner_in(line)
        if owner is not None and str(owner) == line.strip():
            # A line that was copied into an entity of another kind owns nothing.
            return owner if owner.key.startswith(f"{kind.value}/") else None
    return None
