"""What the service refuses in an entity, with its own words where they are known.

A text marked *seen* was reported by several public repositories that talk to the live API; one
marked *guess* follows the seen ones' pattern.
"""

from __future__ import annotations

import json
import re

from gtmgen.emulator.call import Call
from gtmgen.emulator.kinds import BUILT_IN_TRIGGERS, Kind, built_in_name
from gtmgen.emulator.messages import INTERNAL, Json, Refusal
from gtmgen.emulator.references import custom_type, tag_names, trigger_references

DUPLICATE = "Found entity with duplicate name."
EMPTY = "The value must not be empty."

# Parameters without which a save fails, per type (reported by third parties).
_REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "tag": {
        "html": ("html",),
        "img": ("url",),
        "googtag": ("tagId",),
        "gaawe": ("eventName", "measurementIdOverride|measurementId"),
        "awct": ("conversionId", "conversionLabel"),
        "sp": ("conversionId",),
        "flc": ("advertiserId", "groupTag", "activityTag", "ordinalType"),
        "fls": ("advertiserId", "groupTag", "activityTag", "revenue", "orderId"),
    },
    "variable": {"c": ("value",)},
}
_SECTION = re.compile(r"^___([A-Z_]+)___$", re.MULTILINE)
_CODE = ("SANDBOXED_JS_FOR_WEB_TEMPLATE", "SANDBOXED_JS_FOR_SERVER")


def check(call: Call, kind: Kind, entity: Json, own_id: str | None) -> None:
    """Raise :class:`Refusal` unless the workspace may hold this entity."""
    if kind.has_name:
        _check_name(call.workspace, kind, entity, own_id)
    if kind.has_type:
        _check_type(call, kind, entity)
    if kind.name == "trigger":
        _check_trigger(entity)
    if kind.name == "template":
        check_template(entity.get("templateData", ""))
    _check_references(call, kind, entity)


def check_free_name(workspace: Json, kind_name: str, name: str, own_id: str | None) -> None:
    """*Seen*: one name once per kind, and no variable named as an enabled built-in."""
    items = workspace["entities"][kind_name].items()
    taken = {item["name"] for item_id, item in items if item_id != own_id and "name" in item}
    if kind_name == "variable":
        taken |= {built_in_name(built_in) for built_in in workspace["built_ins"]}
    if name in taken:
        raise Refusal(DUPLICATE)


def _check_name(workspace: Json, kind: Kind, entity: Json, own_id: str | None) -> None:
    name = entity.get("name", "")
    if not name.strip():
        raise Refusal(f"name: {EMPTY}")  # guess
    if ":" in name:
        raise Refusal("name contains invalid character")  # seen
    check_free_name(workspace, kind.name, name, own_id)


def _check_type(call: Call, kind: Kind, entity: Json) -> None:
    code = entity.get("type", "")
    if not code:  # guess; that it fails is seen
        raise Refusal(f"{'type' if kind.name == 'trigger' else 'vendorTemplate.key'}: {EMPTY}")
    if code.startswith("cvt_"):
        container_id = call.ids["containers"]
        templates = call.workspace["entities"]["template"].items()
        if code not in {custom_type(container_id, *template) for template in templates}:
            raise Refusal(  # seen
                f"vendorTemplate.key: Unknown entity type (template public ID: {code})"
            )
    filled = {p.get("key") for p in entity.get("parameter", []) if _is_filled(p)}
    for keys in _REQUIRED.get(kind.name, {}).get(code, ()):
        if not filled.intersection(keys.split("|")):
            raise Refusal(f"vendorTemplate.parameter.{keys.split('|')[0]}: {EMPTY}")  # seen


def _is_filled(parameter: Json) -> bool:
    return bool(parameter.get("value") or parameter.get("list") or parameter.get("map"))


def _check_trigger(entity: Json) -> None:
    if entity["type"] == "customEvent" and len(entity.get("customEventFilter", [])) != 1:
        raise Refusal(  # seen
            "customEventFilter: Custom-event trigger must have exactly one custom-event filter."
        )
    for field in ("filter", "autoEventFilter", "customEventFilter"):
        for condition in entity.get(field, []):
            keys = {parameter.get("key") for parameter in condition.get("parameter", [])}
            if "arg0" not in keys:  # seen; the status is, the text is a guess
                raise Refusal(INTERNAL, 500)


def check_template(text: str) -> None:
    """A template needs its information, its parameters and its code. Texts are guesses."""
    if not text:
        raise Refusal(f"templateData: {EMPTY}")
    sections = template_sections(text)
    for name in ("INFO", "TEMPLATE_PARAMETERS"):
        if name not in sections:
            raise Refusal(f"templateData: Missing section ___{name}___.")
        try:
            json.loads(sections[name])
        except ValueError:
            raise Refusal(f"templateData: Section ___{name}___ is not valid JSON.") from None
    if not any(name in sections for name in _CODE):
        raise Refusal(f"templateData: Missing section ___{_CODE[0]}___.")


def template_sections(text: str) -> dict[str, str]:
    parts = _SECTION.split(text.replace("\r\n", "\n"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _check_references(call: Call, kind: Kind, entity: Json) -> None:
    held: Json = call.workspace["entities"]
    label = kind.name.replace("_", " ").capitalize()
    for place, trigger_id in trigger_references(kind, entity):
        if trigger_id not in BUILT_IN_TRIGGERS and trigger_id not in held["trigger"]:
            # seen for a tag's enablingTriggerId, a guess elsewhere
            raise Refusal(f"{place}: {label} references an unknown trigger.")
    if call.behaviour.unknown_reference == "allow":
        return
    folder = entity.get("parentFolderId")
    if folder not in (None, "0") and folder not in held["folder"]:
        raise Refusal(f"parentFolderId: {label} references an unknown folder.")  # guess
    names = {item["name"] for item in held["tag"].values()}
    for place, name in tag_names(entity):
        if name not in names and "{{" not in name:
            raise Refusal(f"{place}: {label} references an unknown tag.")  # guess
