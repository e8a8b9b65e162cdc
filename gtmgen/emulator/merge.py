"""What a workspace becomes when it follows the latest version: a three-way merge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from gtmgen.emulator.kinds import KINDS, name_built_in
from gtmgen.emulator.messages import Json, copy_json
from gtmgen.emulator.state import find_version_content, sort_built_ins


@dataclass(frozen=True)
class Merged:
    """``conflicts`` are the (kind, ID) that both sides changed, each in its own way.

    The workspace's state stays for them. ``error`` says that the merge gives no valid workspace.
    """

    entities: Json
    built_ins: list[str]
    conflicts: list[tuple[str, str]]
    error: bool

    @property
    def content(self) -> Json:
        return {"entities": self.entities, "built_ins": self.built_ins}

    @property
    def status(self) -> Json:
        """A SyncStatus."""
        return {"syncError": self.error, "mergeConflict": bool(self.conflicts)}


def merge(container: Json, workspace: Json) -> Merged:
    """The workspace on top of the container's latest version.

    Documented: unmodified entities are updated, modified ones are shown as conflicts. Guesses:
    equal changes on both sides are no conflict, and two entities of one kind with one name
    afterwards are a sync error.
    """
    base = find_version_content(container, workspace["base"])
    latest = find_version_content(container, container["latest"])
    entities: Json = {}
    conflicts = []
    still_open = open_conflicts(container, workspace)
    for kind in KINDS:
        before, theirs, in_workspace = (
            part["entities"][kind] for part in (base, latest, workspace)
        )
        entities[kind] = {}
        for entity_id in sorted({*before, *theirs, *in_workspace}, key=int):
            old, new, workspace_item = (
                part.get(entity_id) for part in (before, theirs, in_workspace)
            )
            # The workspace has left it alone, or done the same: the latest version counts.
            if _is_same(workspace_item, old) or _is_same(workspace_item, new):
                kept = new
            else:
                kept = workspace_item
                if not _is_same(new, old) or (kind, entity_id) in still_open:
                    conflicts.append((kind, entity_id))
            if kept is not None:
                entities[kind][entity_id] = copy_json(kept)
    built_ins = _merge_built_ins(*(set(x["built_ins"]) for x in (base, latest, workspace)))
    error = _has_a_name_twice(entities, built_ins)
    return Merged(entities, built_ins, conflicts, error)


def open_conflicts(container: Json, workspace: Json) -> list[tuple[str, str]]:
    """Conflicts of the last sync that still are ones; a revert to the version ends one."""
    base = find_version_content(container, workspace["base"])["entities"]
    return [
        (kind, entity_id)
        for kind, entity_id in workspace["conflicts"]
        if not _is_same(workspace["entities"][kind].get(entity_id), base[kind].get(entity_id))
    ]


def find_status(then: Json | None, now: Json | None) -> str | None:
    """A changeStatus; a new fingerprint alone makes an update (a guess)."""
    if then is None:
        return None if now is None else "added"
    if now is None:
        return "deleted"
    return None if then == now else "updated"


def _is_same(one: Json | None, other: Json | None) -> bool:
    """Equal but for the fingerprint."""
    if one is None or other is None:
        return one is other
    return {**one, "fingerprint": ""} == {**other, "fingerprint": ""}


def _merge_built_ins(base: set[str], latest: set[str], workspace: set[str]) -> list[str]:
    # What the latest version has without what the workspace switched off, and what that switched
    # on.
    return sort_built_ins([*((latest - (base - workspace)) | (workspace - base))])


def _has_a_name_twice(entities: Json, built_ins: list[str]) -> bool:
    for kind, items in entities.items():
        names = Counter(item["name"] for item in items.values() if "name" in item)
        if kind == "variable":
            names.update(name_built_in(built_in) for built_in in built_ins)
        if any(count > 1 for count in names.values()):
            return True
    return False
