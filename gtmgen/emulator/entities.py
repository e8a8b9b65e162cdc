"""create, get, list, update, delete and revert for every workspace entity kind."""

from __future__ import annotations

import json
from typing import Any

from gtmgen.emulator.call import WEB, ApiCall
from gtmgen.emulator.kinds import BY_RESOURCE, ResourceKind
from gtmgen.emulator.messages import GENERIC, NOT_FOUND, Json, Refusal, copy_json
from gtmgen.emulator.references import is_in_use, rename
from gtmgen.emulator.rules import check
from gtmgen.emulator.state import find_version_content, take_next_id
from gtmgen.emulator.template_rules import split_template

_SERVER_FIELDS = {
    "path",
    "accountId",
    "containerId",
    "workspaceId",
    "fingerprint",
    "tagManagerUrl",
}
_EMPTY_TEMPLATE = {"type": "template"}


def present(call: ApiCall, kind: ResourceKind, entity_id: str, entity: Json) -> Json:
    """The entity as read from a workspace, with the fields that the service adds."""
    path = f"{call.workspace_path()}/{kind.resource}/{entity_id}"
    return {
        "path": path,
        **call.container_ids,
        "workspaceId": call.ids["workspaces"],
        kind.id_field: entity_id,
        **copy_json(entity),
        "tagManagerUrl": f"{WEB}/container/{path}?apiLink={kind.name}",
    }


def add(call: ApiCall, kind: ResourceKind, body: Json, *, from_gallery: bool = False) -> str:
    """Put a new entity into the workspace; returns its ID.

    A body with a reference to the gallery is refused (seen): ``import_from_gallery`` makes these.
    """
    is_allowed = from_gallery or call.behaviour.gallery_reference == "allow"
    if body.get("galleryReference") and not is_allowed:
        raise Refusal(GENERIC)
    entity = clean_body(call, kind, body)
    check(call, kind, entity, None)
    entity_id = take_next_id(call.container)
    entity["fingerprint"] = call.fingerprint()
    list_entities(call, kind)[entity_id] = entity
    return entity_id


def replace(
    call: ApiCall, kind: ResourceKind, entity_id: str, body: Json, fingerprint: str | None = None
) -> None:
    """Put a whole new state in the old one's place; ``fingerprint`` must match when given."""
    stored = find(call, kind, entity_id)
    call.refuse_stale(fingerprint, stored["fingerprint"], kind.name)
    entity = clean_body(call, kind, body)
    check(call, kind, entity, entity_id)
    entity["fingerprint"] = call.fingerprint()
    list_entities(call, kind)[entity_id] = entity
    rename_references(call, kind, stored, entity)


def rename_references(call: ApiCall, kind: ResourceKind, before: Json, after: Json) -> None:
    old, new = before.get("name"), after.get("name")
    if call.behaviour.rename_rewrites_references and old != new:
        # Whether GTM does that is not documented; a client must be right either way.
        for changed in rename(call.workspace, kind, str(old), str(new)):
            changed["fingerprint"] = call.fingerprint()


def remove(
    call: ApiCall, kind: ResourceKind, entity_id: str, fingerprint: str | None = None
) -> None:
    stored = find(call, kind, entity_id)
    call.refuse_stale(fingerprint, stored["fingerprint"], kind.name)
    refuse_in_use(call, kind, entity_id, stored)
    del list_entities(call, kind)[entity_id]


def refuse_in_use(call: ApiCall, kind: ResourceKind, entity_id: str, entity: Json) -> None:
    if call.behaviour.delete_in_use == "refuse" and is_in_use(
        call.workspace, call.ids["containers"], kind, entity_id, entity
    ):
        raise Refusal(GENERIC)


def create(call: ApiCall) -> Json:
    kind = _find_kind(call)
    entity_id = add(call, kind, call.body)
    return present(call, kind, entity_id, list_entities(call, kind)[entity_id])


def get(call: ApiCall) -> Json:
    kind = _find_kind(call)
    entity_id = call.ids[kind.resource]
    return present(call, kind, entity_id, find(call, kind, entity_id))


def list_(call: ApiCall) -> Json:
    kind = _find_kind(call)
    items = sorted(list_entities(call, kind).items(), key=lambda item: int(item[0]))
    return call.page(kind.list_key, [present(call, kind, *item) for item in items])


def update(call: ApiCall) -> Json:
    """PUT replaces the whole entity: what the body leaves out is gone."""
    kind = _find_kind(call)
    replace(call, kind, call.ids[kind.resource], call.body, call.query("fingerprint"))
    return get(call)


def delete(call: ApiCall) -> None:
    kind = _find_kind(call)
    remove(call, kind, call.ids[kind.resource])


def revert(call: ApiCall) -> Json:
    """Back to the version that the workspace stands on; absent there means deleted here."""
    kind = _find_kind(call)
    entity_id = call.ids[kind.resource]
    items = list_entities(call, kind)
    base = find_version_content(call.container, call.workspace["base"])["entities"][kind.name]
    if entity_id not in items and entity_id not in base:
        raise Refusal(NOT_FOUND, 404)
    if entity_id in items:
        call.check_fingerprint(items[entity_id]["fingerprint"], kind.name)
    if entity_id not in base:
        remove(call, kind, entity_id)
        return {}
    # Its name may be another entity's by now.
    check(call, kind, base[entity_id], entity_id)
    items[entity_id] = copy_json(base[entity_id])
    return {kind.list_key: present(call, kind, entity_id, items[entity_id])}


HANDLERS = {
    "create": create,
    "get": get,
    "list": list_,
    "update": update,
    "delete": delete,
    "revert": revert,
}


def list_entities(call: ApiCall, kind: ResourceKind) -> Json:
    """The workspace's entities of a kind, by ID."""
    items: Json = call.workspace["entities"][kind.name]
    return items


def find(call: ApiCall, kind: ResourceKind, entity_id: str) -> Json:
    items = list_entities(call, kind)
    if entity_id not in items:
        raise Refusal(NOT_FOUND, 404)
    entity: Json = items[entity_id]
    return entity


def clean_body(call: ApiCall, kind: ResourceKind, body: Json) -> Json:
    """What is kept of a body: neither the service's own fields nor empty lists and strings.

    Exports show that empty values and lists are dropped; for other fields it is a guess.
    """
    dropped = _SERVER_FIELDS | {kind.id_field}
    entity: Json = _prune({key: item for key, item in body.items() if key not in dropped})
    if kind.name == "template" and "name" not in entity:
        entity = {"name": find_display_name(entity.get("templateData", "")), **entity}
    if call.behaviour.fill_defaults:
        _fill_defaults(kind, entity)
    return entity


def _find_kind(call: ApiCall) -> ResourceKind:
    return BY_RESOURCE[call.method.resource]


def _prune(value: Any) -> Any:
    if isinstance(value, list):
        return [_prune(item) for item in value]
    if isinstance(value, dict):
        kept = ((key, _prune(item)) for key, item in value.items())
        return {key: item for key, item in kept if item not in ("", [], None)}
    return value


def _fill_defaults(kind: ResourceKind, entity: Json) -> None:
    """Fields that genuine exports show on entities whose authors never set them."""
    if kind.name == "tag":
        entity.setdefault("monitoringMetadata", {"type": "map"})
        entity.setdefault("consentSettings", {"consentStatus": "notSet"})
    elif kind.name == "variable" and entity.get("type") not in ("gas", "gtes", "gtcs"):
        entity.setdefault("formatValue", {})
    elif kind.name == "trigger" and entity.get("type") in ("linkClick", "formSubmission"):
        entity.setdefault("uniqueTriggerId", dict(_EMPTY_TEMPLATE))


def find_display_name(template_data: str) -> str:
    """The template's own name, where the body gives none (a guess)."""
    try:
        return str(json.loads(split_template(template_data)["INFO"])["displayName"])
    except (KeyError, ValueError, TypeError):
        return ""
