"""What a container holds now, read leniently: unknown things are kept, not refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gtmgen.api.port import Json, TagManager
from gtmgen.container.entities import (
    ID_FIELD,
    KIND_OF,
    Container,
    Kind,
    Owner,
)
from gtmgen.container.names import Names
from gtmgen.container.ownership import owner_of
from gtmgen.container.reading import gtag_config_name
from gtmgen.container.version import bodies_of, built_in_key, references_of, shared_types
from gtmgen.errors import ApiError
from gtmgen.plan.status import (
    find_owned_kinds,
    find_told_folders,
    list_conflicts,
    read_all_bodies,
)
from gtmgen.plan.words import USUAL

Place = tuple[Kind, str]
"""Kind and ID: IDs alone may repeat between kinds."""

_SEVERAL_PAGES = 100  # entities; how many are on a page is not documented
ALWAYS = frozenset(USUAL)
_SERVER = frozenset((Kind.CLIENT, Kind.TRANSFORMATION))


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
        return name_in(self.kind, self.body)

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
        return references_of(self.kind, self.body)


@dataclass(frozen=True)
class LiveState:
    """The state of a workspace, or of the version that a new workspace would start from.

    ``conflicts`` names what the workspace and a later version have both changed; ``kinds`` are
    those that a look at the workspace has to list. ``calls`` is how many reading it took.
    ``published`` says in words that it is what visitors get; empty for what a push goes into.
    """

    container_path: str
    workspace_path: str | None
    entities: tuple[LiveEntity, ...]
    built_ins: frozenset[str]
    conflicts: tuple[str, ...] = ()
    kinds: frozenset[Kind] = ALWAYS
    calls: int = 0
    published: str = ""

    @property
    def container_id(self) -> str:
        """The numeric ID of the container, which template types carry."""
        return self.container_path.rsplit("/", 1)[1]

    def names(self, new: Mapping[Place, str] = MappingProxyType({})) -> Names:
        """The names behind the IDs, or the ``new`` ones that some entities are to have.

        A template is known by both of its type strings; of two that the gallery calls the same,
        the one that has a new name is meant. Where that tells nothing, the type stays as it is.
        """
        by_kind: dict[Kind, dict[str, str]] = {kind: {} for kind in ID_FIELD}
        for entity in self.entities:
            name = new.get((entity.kind, entity.id), entity.name)
            for id_ in entity.references:
                by_kind[entity.kind][id_] = name
        templates = [entity for entity in self.entities if entity.kind is Kind.TEMPLATE]
        for type_ in shared_types(entity.body for entity in templates):
            meant = [
                new[entity.kind, entity.id]
                for entity in templates
                if type_ in entity.references and (entity.kind, entity.id) in new
            ]
            if len(meant) == 1:
                by_kind[Kind.TEMPLATE][type_] = meant[0]
            else:
                del by_kind[Kind.TEMPLATE][type_]
        return Names(
            triggers=by_kind[Kind.TRIGGER],
            folders=by_kind[Kind.FOLDER],
            templates=by_kind[Kind.TEMPLATE],
        )


def name_in(kind: Kind, body: Json) -> str:
    """The display name; what tells a Google tag configuration apart, which has none."""
    return gtag_config_name(body) if kind is Kind.GTAG_CONFIG else str(body["name"])


def list_kinds(container: Container) -> frozenset[Kind]:
    """What to list for a spec, a call for each kind: not what it has no word about.

    A zone that left the spec is still seen in a version, and in a workspace that has changed it;
    a folder also where something lies in it.
    """
    kinds = {KIND_OF[type(entity)] for entity in container.entities()}
    return ALWAYS | kinds | (_SERVER if container.context == "SERVER" else frozenset())


def read_live(
    manager: TagManager, gtm: str, workspace: str, kinds: frozenset[Kind] = ALWAYS
) -> LiveState:
    """Read the named workspace, of it these kinds; where it is missing, the latest version.

    Raises :class:`ApiError` for answers of a shape that the API does not describe.
    """
    before = manager.calls_made
    with refuse_odd_answers(gtm):
        live = _read(manager, gtm, workspace, kinds)
    return dataclasses.replace(live, calls=manager.calls_made - before)


@contextmanager
def refuse_odd_answers(gtm: str) -> Iterator[None]:
    """Raise :class:`ApiError` for answers of a shape that the API does not describe."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ApiError(
            f"the answers for {gtm} do not have the shape that the GTM API describes "
            f"({type(error).__name__})",
            hint="is it GTM's API that answers there? A local state file may be damaged",
        ) from error


# A version and the workspace's status would say in two calls what all lists say, where the
# workspace stands on that version. Nothing tells that: a Workspace has no field for it (discovery
# document, revision 20260826), its status holds what differs without naming from what, new
# workspaces start from the latest version, and later ones reach it only by `sync`, which writes.


def _read(manager: TagManager, gtm: str, workspace: str, kinds: frozenset[Kind]) -> LiveState:
    container_path = manager.resolve_container(gtm)
    matching = [item for item in manager.workspaces(container_path) if item["name"] == workspace]
    if not matching:
        return _read_version(manager, container_path, kinds)
    path = str(matching[0]["path"])
    status = manager.workspace_status(path)
    bodies = _read_all_in_status(manager, container_path, status)
    if bodies is None:
        # A kind that left the spec altogether: what gtmgen made of it is still to be deleted.
        kinds |= find_owned_kinds(status)
        # Each list is a call, and Google's quota lets one through in four seconds: none in vain.
        listed = [kind for kind in ID_FIELD if kind in kinds and kind is not Kind.FOLDER]
        bodies = {kind: manager.list_entities(path, kind.value) for kind in listed}
        if Kind.FOLDER in kinds or _has_filed(bodies):
            kinds |= {Kind.FOLDER}
            folders = find_told_folders(status, bodies)
            if not folders:
                folders = manager.list_entities(path, Kind.FOLDER.value)
            bodies = {Kind.FOLDER: folders, **bodies}
    built_ins = manager.list_entities(path, "built_in_variable")
    return _make_live_state(container_path, path, bodies, built_ins, kinds, list_conflicts(status))


def _read_all_in_status(
    manager: TagManager, container_path: str, status: Json
) -> dict[Kind, list[Json]] | None:
    """Everything that a workspace holds, where one call has told it already.

    The status is what differs from the version below: all there is, where no version exists.
    Asking that is a call more, worth while where lists would have several pages. (Were there a
    deleted version below, entities would be missing here: they would be created, and refused
    for their names.)
    """
    changes = status.get("workspaceChange", ())
    if len(changes) <= _SEVERAL_PAGES or _find_latest(manager, container_path):
        return None
    return read_all_bodies(status)


def _read_version(manager: TagManager, container_path: str, kinds: frozenset[Kind]) -> LiveState:
    latest = _find_latest(manager, container_path)
    if not latest:
        return LiveState(container_path, None, (), frozenset(), kinds=kinds)
    version = manager.version(f"{container_path}/versions/{latest}")
    bodies = {kind: list(items) for kind, items in bodies_of(version).items()}
    if _has_filed(bodies):
        kinds |= {Kind.FOLDER}
    return _make_live_state(container_path, None, bodies, version.get("builtInVariable", ()), kinds)


def _has_filed(bodies: Mapping[Kind, Sequence[Json]]) -> bool:
    """Whether something lies in a folder, whose name only the list of the folders tells."""
    return any("parentFolderId" in body for items in bodies.values() for body in items)


def _find_latest(manager: TagManager, container_path: str) -> int:
    """The highest number, for the list does not say which version is the latest.

    A container without a version may answer with version 0, which cannot be read.
    """
    headers = manager.version_headers(container_path)
    return max((int(header["containerVersionId"]) for header in headers), default=0)


def _make_live_state(
    container_path: str,
    workspace_path: str | None,
    bodies: Mapping[Kind, Sequence[Any]],
    built_ins: Any,
    kinds: frozenset[Kind],
    conflicts: tuple[str, ...] = (),
) -> LiveState:
    entities = tuple(
        read_live_entity(kind, item) for kind, items in bodies.items() for item in items
    )
    enabled = frozenset(built_in_key(item["type"]) for item in built_ins)
    kinds |= {entity.kind for entity in entities if entity.owner is not None}
    return LiveState(container_path, workspace_path, entities, enabled, conflicts, kinds)


def read_live_entity(kind: Kind, item: Json) -> LiveEntity:
    """A body that the API gave, with its ID and its owner."""
    if not isinstance(item.get("notes", ""), str):
        raise TypeError("the notes of an entity are text")
    return LiveEntity(kind, item[ID_FIELD[kind]], owner_of(kind, item), item)
