"""What the status of a workspace tells: what differs from the version below, and conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gtmgen.api.port import Json
from gtmgen.container.entities import ID_FIELD, VERSION_FIELD, Kind
from gtmgen.container.ownership import owner_of
from gtmgen.container.reading import gtag_config_name
from gtmgen.text import quoted

_WORDS = {"customTemplate": "template", "gtagConfig": "Google tag configuration"}


def find_owned_kinds(status: Json) -> set[Kind]:
    """The kinds of which a workspace has changed something that gtmgen made."""
    return {
        kind
        for change in status.get("workspaceChange", ())
        for kind, field in VERSION_FIELD.items()
        if field in change and owner_of(kind, change[field]) is not None
    }


def read_all_bodies(status: Json) -> dict[Kind, list[Json]] | None:
    """Everything that a workspace holds, where no version lies below it; None if it is not told."""
    bodies: dict[Kind, list[Json]] = {kind: [] for kind in ID_FIELD}
    for change in status.get("workspaceChange", ()):
        added = [body for key, body in change.items() if key != "changeStatus"]
        if not added or change.get("changeStatus") != "added":
            return None  # a custom template was once seen to come without its body
        for kind, field in VERSION_FIELD.items():
            if field in change:
                if not is_whole(kind, change[field]):
                    return None
                bodies[kind].append(change[field])
    return bodies


def find_told_folders(status: Json, listed: Mapping[Kind, Sequence[Json]]) -> list[Json]:
    """The folders of a workspace, where its status tells all of them; none where it may not.

    So it is where all that was ``listed`` is new in the workspace, and lies in folders that are
    new there, too: then no version below has brought anything.
    """
    told = read_all_bodies(status) or {}
    for kind, items in listed.items():
        new = {body[ID_FIELD[kind]] for body in told.get(kind, ())}
        if {item[ID_FIELD[kind]] for item in items} != new:
            return []
    folders = told.get(Kind.FOLDER, [])
    ids = {body[ID_FIELD[Kind.FOLDER]] for body in folders}
    filed = [item for items in listed.values() for item in items if "parentFolderId" in item]
    is_all = bool(filed) and all(item["parentFolderId"] in ids for item in filed)
    return folders if is_all and all("fingerprint" in body for body in folders) else []


def is_whole(kind: Kind, body: Json) -> bool:
    """Whether a body holds what tells which entity it is."""
    named = kind is Kind.GTAG_CONFIG or "name" in body
    return named and "path" in body and ID_FIELD[kind] in body


def list_conflicts(status: Json) -> tuple[str, ...]:
    """``tag `X```: what stands in conflict, by the status of a workspace.

    A custom template was once seen to come without its body.
    """
    conflicts = []
    for conflict in status.get("mergeConflict", ()):
        sides = (conflict.get("entityInWorkspace", {}), conflict.get("entityInBaseVersion", {}))
        bodies = [
            (key, body) for side in sides for key, body in side.items() if key != "changeStatus"
        ]
        kind, body = bodies[0] if bodies else ("entity", {})
        name = gtag_config_name(body) if kind == "gtagConfig" else body.get("name")
        conflicts.append(f"{_WORDS.get(kind, kind)} {quoted(str(name or 'without a name'))}")
    return tuple(conflicts)
