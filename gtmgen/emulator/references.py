"""Who refers to whom inside a workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.emulator.kinds import BUILT_IN_TRIGGERS, KINDS, ResourceKind, name_built_in
from gtmgen.emulator.messages import Json, copy_json

_TRIGGER_LISTS = (
    "firingTriggerId",
    "blockingTriggerId",
    "enablingTriggerId",
    "disablingTriggerId",
)
_VARIABLE = re.compile(r"\{\{([^{}]+)\}\}")


def make_custom_type(container_id: str, template_id: str, template: Json) -> str:
    """The type code of a template's instances, as counted in genuine exports.

    ``cvt_<galleryTemplateId>`` when the template has one, else ``cvt_<container>_<template>``.
    """
    gallery_id = template.get("galleryReference", {}).get("galleryTemplateId")
    return f"cvt_{gallery_id}" if gallery_id else f"cvt_{container_id}_{template_id}"


def list_trigger_references(kind: ResourceKind, entity: Json) -> Iterator[tuple[str, str]]:
    """(place as GTM words it, trigger ID).

    GTM calls a tag's firingTriggerId ``enablingTriggerId`` in its messages (seen);
    ``disablingTriggerId`` for blockingTriggerId is inferred from the Variable schema.
    """
    lists = {
        "enablingTriggerId": entity.get("firingTriggerId", entity.get("enablingTriggerId", [])),
        "disablingTriggerId": entity.get("blockingTriggerId", entity.get("disablingTriggerId", [])),
        "boundary.customEvaluationTriggerId": entity.get("boundary", {}).get(
            "customEvaluationTriggerId", []
        ),
    }
    for field, ids in lists.items():
        for index, trigger_id in enumerate(ids):
            yield f"{field}[{index}]", trigger_id
    for parameter in _walk_parameters(entity.get("parameter", [])):
        if parameter.get("type") == "triggerReference":
            yield f"parameter.{parameter.get('key', kind.name)}", parameter.get("value", "")


def list_tag_names(entity: Json) -> Iterator[tuple[str, str]]:
    """(place, tag name): setup and teardown tags, and tagReference parameters."""
    for field in ("setupTag", "teardownTag"):
        for index, item in enumerate(entity.get(field, [])):
            yield f"{field}[{index}].tagName", item.get("tagName", "")
    for parameter in _walk_parameters(entity.get("parameter", [])):
        if parameter.get("type") == "tagReference":
            yield f"parameter.{parameter.get('key', 'tag')}", parameter.get("value", "")


def collect_variable_names(entity: Json) -> set[str]:
    """Every ``{{Name}}`` in the entity, but for GTM's own names such as ``_event``."""
    names = {name for text in _list_strings(entity) for name in _VARIABLE.findall(text)}
    return {name for name in names if not name.startswith("_")}


def find_unknown_triggers(workspace: Json) -> set[str]:
    ids = BUILT_IN_TRIGGERS | workspace["entities"]["trigger"].keys()
    return {
        trigger_id
        for kind, _, item in list_all_entities(workspace)
        for _, trigger_id in list_trigger_references(kind, item)
        if trigger_id not in ids
    }


def find_missing_variables(workspace: Json) -> set[str]:
    names = {item["name"] for item in workspace["entities"]["variable"].values()}
    names |= {name_built_in(item) for item in workspace["built_ins"]}
    used = {
        name for _, _, item in list_all_entities(workspace) for name in collect_variable_names(item)
    }
    return used - names


def is_in_use(
    workspace: Json, container_id: str, kind: ResourceKind, entity_id: str, entity: Json
) -> bool:
    """Whether another entity of the workspace refers to this one, still there or just gone."""
    code = make_custom_type(container_id, entity_id, entity) if kind.name == "template" else ""

    def uses(other: ResourceKind, item: Json) -> bool:
        if kind.name == "trigger":
            return entity_id in (
                trigger_id for _, trigger_id in list_trigger_references(other, item)
            )
        if kind.name == "tag":
            return entity["name"] in (name for _, name in list_tag_names(item))
        if kind.name == "variable":
            return entity["name"] in collect_variable_names(item)
        if kind.name == "folder":
            return bool(item.get("parentFolderId") == entity_id)
        return kind.name == "template" and item.get("type") == code

    return any(
        uses(other, item)
        for other, item_id, item in list_all_entities(workspace)
        if (other.name, item_id) != (kind.name, entity_id)
    )


def rename(workspace: Json, kind: ResourceKind, old: str, new: str) -> list[Json]:
    """Rewrite references to a renamed variable or tag; returns the entities that changed."""
    changed = []
    for _, _, item in list_all_entities(workspace):
        before = repr(item)
        if kind.name == "variable":
            item.update(_replace(item, "{{" + old + "}}", "{{" + new + "}}"))
        elif kind.name == "tag":
            _rename_tag(item, old, new)
        if repr(item) != before:
            changed.append(item)
    return changed


def replace_ids(body: Json, real_ids: Mapping[str, Mapping[str, str]], container_id: str) -> Json:
    """A copy of the body with real IDs (kind -> other ID -> real ID) in its references."""
    body = copy_json(body)
    triggers, folders = real_ids.get("trigger", {}), real_ids.get("folder", {})
    boundary = body.get("boundary") or {}
    for holder, key in (
        *((body, key) for key in _TRIGGER_LISTS),
        (boundary, "customEvaluationTriggerId"),
    ):
        if holder.get(key):
            holder[key] = [triggers.get(item, item) for item in holder[key]]
    for parameter in _walk_parameters(body.get("parameter") or []):
        if parameter.get("type") == "triggerReference" and parameter.get("value") in triggers:
            parameter["value"] = triggers[parameter["value"]]
    if body.get("parentFolderId") in folders:
        body["parentFolderId"] = folders[body["parentFolderId"]]
    for other_id, template_id in real_ids.get("template", {}).items():
        if body.get("type") == f"cvt_{container_id}_{other_id}":
            body["type"] = f"cvt_{container_id}_{template_id}"
    return body


def list_all_entities(workspace: Json) -> Iterator[tuple[ResourceKind, str, Json]]:
    for name, items in workspace["entities"].items():
        for entity_id, entity in items.items():
            yield KINDS[name], entity_id, entity


def _rename_tag(item: Json, old: str, new: str) -> None:
    for reference in item.get("setupTag", []) + item.get("teardownTag", []):
        if reference.get("tagName") == old:
            reference["tagName"] = new
    for parameter in _walk_parameters(item.get("parameter", [])):
        if parameter.get("type") == "tagReference" and parameter.get("value") == old:
            parameter["value"] = new


def _walk_parameters(parameters: list[Json]) -> Iterator[Json]:
    for parameter in parameters:
        yield parameter
        yield from _walk_parameters(parameter.get("list") or [])
        yield from _walk_parameters(parameter.get("map") or [])


def _list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _list_strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            # GTM takes no reference from these: a name in braces is text there.
            if key not in ("name", "notes", "templateData"):
                yield from _list_strings(item)


def _replace(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replace(item, old, new) for item in value]
    if isinstance(value, dict):
        return {key: _replace(item, old, new) for key, item in value.items()}
    return value
