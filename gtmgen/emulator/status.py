"""getStatus, sync and resolve_conflict: a workspace against the version it stands on."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.emulator import built_ins, entities
from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.kinds import BY_VERSION_KEY, KINDS, ResourceKind
from gtmgen.emulator.merge import find_status, merge, open_conflicts
from gtmgen.emulator.messages import EMPTY, NOT_FOUND, Json, Refusal, copy_json
from gtmgen.emulator.rules import check
from gtmgen.emulator.state import find_version_content


def get_status(call: ApiCall) -> Json:
    """What the workspace changes against its base version, and the last sync's conflicts."""
    workspace = call.workspace
    base = find_version_content(call.container, workspace["base"])
    changes: list[Json] = []
    for kind in KINDS.values():
        now = workspace["entities"][kind.name]
        then = base["entities"][kind.name]
        for entity_id in sorted({**then, **now}, key=int):
            if change := find_status(then.get(entity_id), now.get(entity_id)):
                entity = now.get(entity_id, then.get(entity_id))
                changes.append(_present_entity(call, kind, entity_id, entity, change))
    before = base["built_ins"]
    for built_in in sorted({*before} ^ {*workspace["built_ins"]}):
        change = "deleted" if built_in in before else "added"
        built_in_body = built_ins.present(call, built_in)
        changes.append({"builtInVariable": built_in_body, "changeStatus": change})
    conflicts = _list_conflicts(call, open_conflicts(call.container, workspace))
    return {
        **({"workspaceChange": changes} if changes else {}),
        **({"mergeConflict": conflicts} if conflicts else {}),
    }


def sync(call: ApiCall) -> Json:
    """Stand on the latest version. Conflicting entities stay as the workspace has them.

    After a sync error (a guess at what one is) nothing has changed.
    """
    container, workspace = call.container, call.workspace
    merged = merge(container, workspace)
    if merged.error:
        return {"syncStatus": {"syncError": True, "mergeConflict": False}}
    workspace.update(
        merged.content,
        base=container["latest"],
        conflicts=[list(conflict) for conflict in merged.conflicts],
    )
    conflicts = _list_conflicts(call, merged.conflicts)
    return {
        **({"mergeConflict": conflicts} if conflicts else {}),
        "syncStatus": merged.status,
    }


def resolve_conflict(call: ApiCall) -> None:
    """Take the entity of the body for good: *deleted* and *none* say what their names say.

    ``none`` takes the version's state whatever the body holds, ``added`` and ``updated`` take
    the body's; what is in no conflict is answered with 404 (guesses).
    """
    kind, body, change = read_entity(call.body, "")
    if change is None:
        raise Refusal(f"changeStatus: {EMPTY}")
    container, workspace = call.container, call.workspace
    conflicts = open_conflicts(container, workspace)
    entity_id = body.get(kind.id_field, "") if kind else ""
    if kind is None or (kind.name, entity_id) not in conflicts:
        raise Refusal(NOT_FOUND, 404)
    items = entities.list_entities(call, kind)
    base = find_version_content(container, workspace["base"])["entities"][kind.name].get(entity_id)
    stored = items.get(entity_id, base)
    call.check_fingerprint(stored["fingerprint"], kind.name)
    _apply_change(call, kind, entity_id, body, change, base)
    conflicts.remove((kind.name, entity_id))
    workspace["conflicts"] = [list(conflict) for conflict in conflicts]


def read_entity(entity: Json, where: str) -> tuple[ResourceKind | None, Json, str | None]:
    """(kind, or None for a built-in variable; its body; changeStatus, None when not given).

    Texts are guesses; that other words than the documented four fail was reported.
    """
    change = entity.get("changeStatus")
    if change == "changeStatusUnspecified":
        change = None
    keys = [key for key in entity if key != "changeStatus" and entity[key] is not None]
    if len(keys) != 1:
        prefix = f"{where}: " if where else ""
        raise Refusal(f"{prefix}Exactly one entity must be given.")
    return BY_VERSION_KEY.get(keys[0]), entity[keys[0]], change


HANDLERS = {
    "containers.workspaces.getStatus": get_status,
    "containers.workspaces.sync": sync,
    "containers.workspaces.resolve_conflict": resolve_conflict,
}


def _apply_change(
    call: ApiCall, kind: ResourceKind, entity_id: str, body: Json, change: str, base: Json | None
) -> None:
    items = entities.list_entities(call, kind)
    if change in ("added", "updated"):
        entity = entities.clean_body(call, kind, body)
        check(call, kind, entity, entity_id)
        entity["fingerprint"] = call.fingerprint()
        items[entity_id] = entity
    elif change == "none" and base is not None:
        check(call, kind, base, entity_id)
        items[entity_id] = copy_json(base)
    elif entity_id in items:
        entities.remove(call, kind, entity_id)


def _list_conflicts(call: ApiCall, conflicts: Iterable[tuple[str, str]]) -> list[Json]:
    """MergeConflicts; the version's side is missing where it deleted the entity (documented)."""
    workspace = call.workspace
    base = find_version_content(call.container, workspace["base"])["entities"]
    listed = []
    for name, entity_id in conflicts:
        kind = KINDS[name]
        now, then = workspace["entities"][name].get(entity_id), base[name].get(entity_id)
        change = find_status(then, now) or "none"
        either = now if now is not None else then
        conflict = {"entityInWorkspace": _present_entity(call, kind, entity_id, either, change)}
        if then is not None:
            conflict["entityInBaseVersion"] = _present_entity(call, kind, entity_id, then, "none")
        listed.append(conflict)
    return listed


def _present_entity(
    call: ApiCall, kind: ResourceKind, entity_id: str, entity: Json, change: str
) -> Json:
    presented = entities.present(call, kind, entity_id, entity)
    return {kind.version_key: presented, "changeStatus": change}
