"""What the service refuses in an entity, with its own words where they are known.

A text marked *seen* was reported by several public repositories that talk to the live API; one
marked *guess* follows the seen ones' pattern.
"""

from __future__ import annotations

from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.kinds import BUILT_IN_TRIGGERS, ResourceKind, name_built_in
from gtmgen.emulator.messages import DUPLICATE, EMPTY, GENERIC, INTERNAL, Json, Refusal
from gtmgen.emulator.references import list_tag_names, list_trigger_references, make_custom_type
from gtmgen.emulator.template_rules import check_template, check_values, is_for_kind

# Parameters without which a save fails, per type (reported by third parties).
_REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "tag": {
        "html": ("html",),
        "img": ("url",),
        "googtag": ("tagId",),
        "gaawe": ("eventName",),
        "gaawc": ("measurementId",),
        "awct": ("conversionId", "conversionLabel"),
        "sp": ("conversionId",),
        "flc": ("advertiserId", "groupTag", "activityTag", "ordinalType"),
        "fls": ("advertiserId", "groupTag", "activityTag", "revenue", "orderId"),
    },
    "variable": {
        "v": ("name",),
        "c": ("value",),
        "jsm": ("javascript",),
        "j": ("name",),
        "k": ("name",),
    },
}
_CONDITION_KEYS = ("arg0", "arg1", "ignore_case", "negate")


def check(call: ApiCall, kind: ResourceKind, entity: Json, own_id: str | None) -> None:
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
    names = {item["name"] for item_id, item in items if item_id != own_id and "name" in item}
    if kind_name == "variable":
        names |= {name_built_in(built_in) for built_in in workspace["built_ins"]}
    if name in names:
        raise Refusal(DUPLICATE)


def _check_name(workspace: Json, kind: ResourceKind, entity: Json, own_id: str | None) -> None:
    name = entity.get("name", "")
    if not name.strip():
        raise Refusal(f"name: {EMPTY}")  # guess
    if ":" in name:
        raise Refusal("name contains invalid character")  # seen
    check_free_name(workspace, kind.name, name, own_id)


def _check_type(call: ApiCall, kind: ResourceKind, entity: Json) -> None:
    code = entity.get("type", "")
    if not code:  # guess; that it fails is seen
        raise Refusal(f"{'type' if kind.name == 'trigger' else 'vendorTemplate.key'}: {EMPTY}")
    if code.startswith("cvt_"):
        _check_template_type(call, kind, entity)
    filled = {p.get("key") for p in entity.get("parameter", []) if _is_filled(p)}
    for key in _REQUIRED.get(kind.name, {}).get(code, ()):
        if key not in filled:
            raise Refusal(f"vendorTemplate.parameter.{key}: {EMPTY}")  # seen
    if kind.name == "tag" and code == "gaawe":
        _check_measurement(call.workspace, entity)


def _check_template_type(call: ApiCall, kind: ResourceKind, entity: Json) -> None:
    code = entity["type"]
    container_id = call.ids["containers"]
    templates = [
        template
        for id_, template in call.workspace["entities"]["template"].items()
        if make_custom_type(container_id, id_, template) == code
    ]
    # That a template of another kind is as good as none is a guess.
    if not any(is_for_kind(kind.name, template) for template in templates):
        raise Refusal(  # seen
            f"vendorTemplate.key: Unknown entity type (template public ID: {code})"
        )
    if len(templates) == 1:  # of two that the gallery calls the same, nobody knows which is asked
        check_values(templates[0], entity)


def _check_measurement(workspace: Json, entity: Json) -> None:
    """*Seen*: one text for neither, an empty one, plain text and a tag that is not there.

    That both are refused is seen, too; with which text, nobody has said.
    """
    by_key = {item.get("key"): item for item in entity.get("parameter", [])}
    override, reference = by_key.get("measurementIdOverride"), by_key.get("measurementId")
    is_tag = reference is not None and reference.get("type") == "tagReference"
    if override is not None and _is_filled(override):
        if is_tag and _is_filled(reference or {}):
            raise Refusal(GENERIC)
        return
    names = {item["name"] for item in workspace["entities"]["tag"].values()}
    if not is_tag or (reference or {}).get("value") not in names:
        raise Refusal(f"vendorTemplate.parameter.measurementIdOverride: {EMPTY}")


def _is_filled(parameter: Json) -> bool:
    return bool(parameter.get("value") or parameter.get("list") or parameter.get("map"))


def _check_trigger(entity: Json) -> None:
    if entity["type"] == "customEvent" and len(entity.get("customEventFilter", [])) != 1:
        raise Refusal(  # seen
            "customEventFilter: Custom-event trigger must have exactly one custom-event filter."
        )
    for field in ("filter", "autoEventFilter", "customEventFilter"):
        for index, condition in enumerate(entity.get(field, [])):
            keys = [parameter.get("key") for parameter in condition.get("parameter", [])]
            for number, key in enumerate(keys):
                if key not in _CONDITION_KEYS:  # seen
                    where = f"{field}[{index}].parameter[{number}]"
                    raise Refusal(f"{where}: Parameter key is unknown")
            if "arg0" not in keys:  # seen; the status is, the text is a guess
                raise Refusal(INTERNAL, 500)


def _check_references(call: ApiCall, kind: ResourceKind, entity: Json) -> None:
    entities: Json = call.workspace["entities"]
    label = kind.name.replace("_", " ").capitalize()
    for path, trigger_id in list_trigger_references(kind, entity):
        if trigger_id not in BUILT_IN_TRIGGERS and trigger_id not in entities["trigger"]:
            # seen for a tag's enablingTriggerId, a guess elsewhere
            raise Refusal(f"{path}: {label} references an unknown trigger.")
    if call.behaviour.unknown_reference == "allow":
        return
    folder = entity.get("parentFolderId")
    if folder not in (None, "0") and folder not in entities["folder"]:
        raise Refusal(f"parentFolderId: {label} references an unknown folder.")  # guess
    names = {item["name"] for item in entities["tag"].values()}
    for path, name in list_tag_names(entity):
        if name not in names and "{{" not in name:
            raise Refusal(f"{path}: {label} references an unknown tag.")  # guess
