"""What is in a folder, and moving things into one and out."""

from __future__ import annotations

from gtmgen.emulator import entities
from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.kinds import KINDS
from gtmgen.emulator.messages import NOT_FOUND, Json, Refusal

_CONTENT = (KINDS["tag"], KINDS["trigger"], KINDS["variable"])
_OUTSIDE = "0"


def list_entities(call: ApiCall) -> Json:
    """Tags, triggers and variables, paged as one list (how pages fall is a guess)."""
    folder_id = call.ids["folders"]
    entities.find(call, KINDS["folder"], folder_id)
    if call.behaviour.folder_entities == "not_found":
        raise Refusal(NOT_FOUND, 404)
    content = [
        {kind.list_key: entities.present(call, kind, entity_id, entity)}
        for kind in _CONTENT
        for entity_id, entity in sorted(
            entities.list_entities(call, kind).items(), key=lambda item: int(item[0])
        )
        if entity.get("parentFolderId") == folder_id
    ]
    page = call.page("content", content)
    for item in page.pop("content", []):
        ((key, entity_body),) = item.items()
        page.setdefault(key, []).append(entity_body)
    return page


def move(call: ApiCall) -> None:
    """Into the folder of the path, out of any for folder 0 (documented).

    The body, a Folder, is not looked at, and one unknown ID refuses them all (guesses).
    """
    folder_id = call.ids["folders"]
    if folder_id != _OUTSIDE:
        entities.find(call, KINDS["folder"], folder_id)
    moved = [
        entities.find(call, kind, entity_id)
        for kind in _CONTENT
        for entity_id in call.request.query.get(kind.id_field, ())
    ]
    for entity in moved:
        entity.pop("parentFolderId", None)
        if folder_id != _OUTSIDE:
            entity["parentFolderId"] = folder_id
        entity["fingerprint"] = call.fingerprint()


HANDLERS = {
    "containers.workspaces.folders.entities": list_entities,
    "containers.workspaces.folders.move_entities_to_folder": move,
}
