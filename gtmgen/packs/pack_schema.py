"""The JSON Schema of a pack.yaml."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs

from gtmgen.packs.model import KEY

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_COUNT: Schema = {"type": "integer", "minimum": 1}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def _build_object(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _build_keyed(values: Schema, *, any_key: bool = False) -> Schema:
    schema: Schema = {"type": "object", "additionalProperties": values}
    return schema if any_key else {**schema, "propertyNames": {"pattern": KEY}}


_WHEN = _build_keyed({"type": ["string", "number", "boolean", "array"], "items": _SCALAR})
_OF_EVENT: Schema = {"enum": ["id", "name"]}


def _build_schema() -> Schema:
    settings = {
        "type": "object",
        "properties": {"properties": _build_keyed({"type": "object"}), "required": _TEXTS},
    }
    template = _build_object(
        {"file": _TEXT, "name": _TEXT, "words": _build_keyed(_TEXT, any_key=True)}, "file", "name"
    )
    return _build_object(
        {
            "title": _TEXT,
            "verified": _TEXT,
            "links": _build_keyed(_TEXT),
            "settings": settings,
            "unknown_params": {"enum": ["pass", "drop"]},
            "unreadable_values": {"enum": ["pass", "drop"]},
            "deduplicates": {"type": "boolean"},
            "custom_events": _TEXT,
            "limits": _build_object({"params": _COUNT, "param_name": _COUNT, "event_name": _COUNT}),
            "reserved": _build_object({"events": _TEXTS, "prefixes": _TEXTS}),
            "params": _build_keyed(_build_param()),
            "events": _build_keyed(_build_event(), any_key=True),
            "legacy": _build_keyed({"type": ["string", "null"]}, any_key=True),
            "currencies": _TEXTS,
            "templates": _build_keyed(template),
            "tags": {**_build_keyed(_build_blueprint()), "minProperties": 1},
            "carrier": _build_carrier(),
            "server": _build_object(
                {
                    "settings": settings,
                    "template": template,
                    "fields": {"type": "array", "items": _build_field()},
                    "identifiers": _TEXT,
                    "cookies": _build_keyed(_TEXT),
                },
                "settings",
                "template",
                "fields",
            ),
            "observe": _build_observe(),
        },
        "title",
        "verified",
        "settings",
        "tags",
    )


def _build_field() -> Schema:
    row = _build_object(
        {
            "name": _TEXT,
            "const": _SCALAR,
            "setting": _TEXT,
            "event": _OF_EVENT,
            "data": _TEXT,
            "when": _WHEN,
        },
        "name",
    )
    field = _build_object(
        {
            "key": _TEXT,
            "const": True,
            "setting": _TEXT,
            "setting_is": {**_build_keyed(_SCALAR), "minProperties": 1},
            "event": _OF_EVENT,
            "consent": {"enum": ["types", "account"]},
            "param": _TEXT,
            "table": {"type": "string", "pattern": r"^(?:params|none|setting\.[a-z][a-z0-9_]*)$"},
            "columns": {**_TEXTS, "minItems": 2, "maxItems": 3},
            "except": _TEXTS,
            "rows": {"type": "array", "items": row},
            "when": _WHEN,
        },
        "key",
    )
    field["dependentRequired"] = {"table": ["columns"]}
    return field


def _build_blueprint() -> Schema:
    return _build_object(
        {
            "per": {"enum": ["event", "platform"]},
            "type": {
                "if": {"type": "object"},
                "then": _build_object({"template": _TEXT}, "template"),
                "else": _TEXT,
            },
            "fields": {"type": "array", "items": _build_field()},
            "when": _WHEN,
            "on": {"enum": ["init", "first_page", "every_page"]},
            "event": _TEXT,
            "firing_option": {"enum": ["ONCE_PER_EVENT", "ONCE_PER_LOAD", "UNLIMITED"]},
            "title": _TEXT,
        },
        "per",
        "type",
        "fields",
    )


def _build_param() -> Schema:
    types = ["any", "string", "number", "integer", "boolean", "currency", "items"]
    return {
        "if": {"type": "object"},
        "then": _build_object({"to": _TEXT, "type": {"enum": types}}),
        "else": _TEXT,
    }


def _build_event() -> Schema:
    properties = {
        "canonical": {"type": "array", "items": {"type": "string", "pattern": KEY}},
        "requires": _TEXTS,
        "recommends": _TEXTS,
        "description": {"type": "string"},
    }
    return {**_build_object(properties), "type": ["object", "null"]}


def _build_carrier() -> Schema:
    parameters = {"type": "object", "additionalProperties": _SCALAR}
    client = {"name": _TEXT, "type": _TEXT, "priority": _COUNT, "parameters": parameters}
    return _build_object(
        {
            "url": _TEXT,
            "account": _TEXT,
            "client": _build_object(client, "name", "type", "parameters"),
            "forward": _build_object(
                {"type": _TEXT, "parameters": parameters}, "type", "parameters"
            ),
        },
        "url",
        "account",
        "client",
        "forward",
    )


def _build_observe() -> Schema:
    script = _build_object({"url": _TEXT, "file": _TEXT}, "url", "file")
    tag = _build_object(
        {
            "account": _TEXT,
            "account_of": _TEXT,
            "event": _TEXT,
            "call": _TEXT,
            "params": _TEXTS,
            "event_id": _TEXT,
            "unless": _build_keyed({"type": "string"}, any_key=True),
            "hidden": _TEXTS,
        },
        "account",
    )
    requests = {
        "hosts": _TEXTS,
        **dict.fromkeys(("path", "account", "event", "event_id"), _TEXT),
        "prefixes": _TEXTS,
    }
    properties = {
        "account": _TEXT,
        "page_view": _TEXT,
        "withdrawal": _TEXT,
        "script": script,
        "requests": _build_object(requests),
        "tags": _build_keyed(tag, any_key=True),
        "neighbour": _build_object({"account": _TEXT, "file": _TEXT}, "account", "file"),
    }
    return _build_object(properties, "account", "page_view")


@lru_cache(maxsize=1)
def build_pack_validator() -> jsonschema_rs.Draft202012Validator:
    """The schema, ready to check packs: made once for all of a run."""
    return jsonschema_rs.Draft202012Validator(_build_schema())
