"""Containers made from the discovery document: every property of every kind, of its own type."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from googleapiclient.discovery_cache import get_static_doc
from hypothesis import strategies as st

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import ID_FIELD, VERSION_FIELD, Kind

SCHEMAS: dict[str, Any] = json.loads(get_static_doc("tagmanager", "v2"))["schemas"]
SCHEMA_OF = {
    Kind.FOLDER: "Folder",
    Kind.TEMPLATE: "CustomTemplate",
    Kind.VARIABLE: "Variable",
    Kind.TRIGGER: "Trigger",
    Kind.CLIENT: "Client",
    Kind.TAG: "Tag",
    Kind.TRANSFORMATION: "Transformation",
    Kind.ZONE: "Zone",
    Kind.GTAG_CONFIG: "GtagConfig",
}
TRIGGERS, FOLDERS, TEMPLATES = ("11", "12"), ("21", "22"), ("31", "32")
TYPES = [f"cvt_7_{id_}" for id_ in TEMPLATES]
trigger_ids = st.sampled_from([*TRIGGERS, *(item.value for item in BuiltInTrigger), "999"])
types = st.sampled_from(["html", "gaawe", *TYPES, "cvt_7_99", "cvt_GALLERY"])
keys = st.sampled_from(["a", "b", "tagId", "triggerIds", "file", "$x", "$tag", "", "consentType"])
texts = st.sampled_from(
    ["", "x", "true", "7", "{{Page Path}}", "x (BOOLEAN)", "y (TEMPLATE weak)", "a\r\nb ", "é😀"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
IDS = {
    "triggerId", "tagId", "variableId", "folderId", "templateId", "clientId", "transformationId",
    "zoneId", "gtagConfigId",
}  # fmt: skip
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "firingTriggerId": st.lists(trigger_ids, max_size=3),
    "blockingTriggerId": st.lists(trigger_ids, max_size=3),
    "enablingTriggerId": st.lists(trigger_ids, max_size=3),
    "disablingTriggerId": st.lists(trigger_ids, max_size=3),
    "customEvaluationTriggerId": st.lists(trigger_ids, max_size=3),
    "whitelistedTypeId": st.lists(types, max_size=3),
    "parentFolderId": st.sampled_from([*FOLDERS, "29"]),
    "templateData": st.sampled_from(
        ["", "___INFO___\n\nx", "x\r\ny \r\n\r\n___NOTES___\r\n\r\nmine\r\n", "x\n\n___NOTES___"]
    ),
}


def _value(schema: dict[str, Any], name: str, depth: int) -> st.SearchStrategy[Any]:
    if name in SPECIAL:
        return SPECIAL[name]
    if "$ref" in schema:
        if schema["$ref"] == "Parameter":
            return parameter()
        fields = _fields(schema["$ref"], depth + 1)
        needed = {name: fields.pop(name) for name in REQUIRED.get(schema["$ref"], ())}
        return st.fixed_dictionaries(needed, optional=fields)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "array":
        return st.lists(_value(schema["items"], "", depth + 1), max_size=3)
    if schema["type"] == "boolean":
        return st.booleans()
    if schema["type"] == "integer":
        return st.integers(-(2**31), 2**31 - 1)
    assert schema["type"] == "string", schema
    if schema.get("format") == "int64":
        return st.integers(0, 2**63 - 1).map(str)
    return texts


# Hypothesis checks a strategy when it is first drawn from: one that is made anew for each parameter
# takes longer to check than to draw from.
@cache
def parameter(depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """A parameter in the spelling of the API; what it holds goes with its type."""
    types = SCHEMAS["Parameter"]["properties"]["type"]["enum"]
    names = {"type", "key", "value", "list", "map", "isWeakReference"}
    assert SCHEMAS["Parameter"]["properties"].keys() == names

    @cache
    def of(type_: str) -> st.SearchStrategy[dict[str, Any]]:
        content: dict[str, st.SearchStrategy[Any]] = {"value": texts}
        if type_ in ("list", "map"):
            inner = parameter(depth + 1) if depth < 2 else st.nothing()
            content = {type_: st.lists(inner, max_size=3)}
        elif type_ == "triggerReference":
            content = {"value": trigger_ids}
        elif type_ == "template":
            content = {"value": texts | st.sampled_from(TYPES)}
        optional = {"key": keys, "isWeakReference": st.booleans(), **content}
        return st.fixed_dictionaries({"type": st.just(type_)}, optional=optional)

    return st.sampled_from(types if depth < 2 else types[:4]).flatmap(of)


def _fields(name: str, depth: int) -> dict[str, st.SearchStrategy[Any]]:
    properties = SCHEMAS[name]["properties"]
    return {key: _value(schema, key, depth) for key, schema in properties.items()}


REQUIRED = {
    "Condition": ("type",),
    "SetupTag": ("tagName",),
    "TeardownTag": ("tagName",),
}


def body(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """A body of the API with some or all of the properties of its kind."""
    fields = _fields(SCHEMA_OF[kind], 0)
    for name in ("accountId", "containerId", "workspaceId", "path", "fingerprint", ID_FIELD[kind]):
        fields[name] = st.just("7")
    fields["tagManagerUrl"] = st.just("https://x")
    required = {"name": st.text("abc", min_size=1, max_size=3)} if "name" in fields else {}
    if "type" in fields:
        required["type"] = fields.pop("type") if kind is Kind.TRIGGER else types
    fields = {name: value for name, value in fields.items() if name not in required}
    some = st.fixed_dictionaries(required, optional=fields)
    return some | st.fixed_dictionaries({**required, **fields})


def version() -> dict[str, Any]:
    """What the references of all bodies name."""
    return {
        VERSION_FIELD[Kind.TRIGGER]: [
            {"triggerId": "11", "name": "Bought"},
            {"triggerId": "12", "name": "All Pages"},
        ],
        VERSION_FIELD[Kind.FOLDER]: [
            {"folderId": "21", "name": "Shop"},
            {"folderId": "22", "name": "Ads"},
        ],
        VERSION_FIELD[Kind.TEMPLATE]: [
            {"containerId": "7", "templateId": "31", "name": "Pixel"},
            {
                "containerId": "7",
                "templateId": "32",
                "name": "Feed",
                "galleryReference": {"galleryTemplateId": "GALLERY"},
            },
        ],
    }
