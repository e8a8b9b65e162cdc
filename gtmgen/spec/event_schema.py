"""The JSON Schema of what happens: conditions, triggers, events and what is sent of them."""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.spec.forms.registry import SCHEMA as FORM_SCHEMA
from gtmgen.spec.raw_schema import PROTECTED
from gtmgen.spec.schema_parts import (
    BOOLEAN,
    KEY,
    KEY_REF,
    PAGE_REF,
    SCALAR,
    Schema,
    make_enum,
    make_list_or_one,
    make_object,
)
from gtmgen.spec.site_schema import DISPLAY_NAME, FOLDER, former_keys

OPERATORS = (
    "equals",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "gt",
    "gte",
    "lt",
    "lte",
    "css",
    "css_itself",
    "url",
)


def event_schema(platforms: Mapping[str, Schema]) -> Schema:
    """An event; ``platforms`` are those that it can be sent to."""
    send_map = {
        "type": "object",
        "minProperties": 1,
        "description": "A list of platforms, or the platforms and what each receives.",
        "properties": {
            **{name: {"$ref": f"#/$defs/send_{name}"} for name in platforms},
            "custom": make_object(
                {"tag": make_list_or_one(KEY_REF)},
                required=("tag",),
                description="A raw tag of `gtm.tags`, or a list of them.",
            ),
        },
        "additionalProperties": False,
    }
    names = {"enum": sorted(platforms)} if platforms else {"type": "string"}
    return make_object(
        {
            "title": {"type": "string"},
            "description": {"type": "string"},
            "owner": {"type": "string"},
            "purpose": {"type": "string"},
            "renamed_from": former_keys(),
            "protected": PROTECTED,
            "on": {"$ref": "#/$defs/on"},
            **narrowing_schema(),
            "event_id": {
                "if": {"type": "object"},
                "then": make_object(
                    {"from": KEY_REF, "prefix": {"type": "string"}}, required=("from",)
                ),
                "else": {
                    "const": "generate",
                    "description": "From a data key it is made by `{from: order_id}`.",
                },
            },
            "params": params_schema(),
            "send": {
                "if": {"type": "array"},
                "then": {"type": "array", "items": names, "minItems": 1, "uniqueItems": True},
                "else": send_map,
                "description": "The platforms that receive the event.",
            },
        },
        required=("on", "send"),
        description="Something that happens and that is reported to platforms.",
    )


def send_options(event_names: list[str]) -> Schema:
    """The value under one platform in ``send``: a name, or a mapping of options."""
    name: Schema = {"type": "string", "minLength": 1}
    if event_names:
        name["examples"] = event_names
    return {
        "if": {"type": "object"},
        "then": make_object(
            {
                "event": name,
                "name": DISPLAY_NAME,
                "folder": FOLDER,
                "params": {
                    "type": "object",
                    "propertyNames": {"pattern": KEY},
                    "additionalProperties": {
                        "if": {"type": "null"},
                        "then": {"type": "null"},
                        "else": {"$ref": "#/$defs/param"},
                    },
                    "description": "Added to the event's own, or replacing them; null removes one.",
                },
                "where": {"$ref": "#/$defs/where"},
                "consent": {"$ref": "#/$defs/consent"},
                "once": make_enum(("event", "page", "unlimited")),
                "priority": {"type": "integer"},
                "paused": BOOLEAN,
                "custom": BOOLEAN,
            }
        ),
        "else": name,
    }


def trigger_schema() -> Schema:
    """A trigger in words of its own."""
    return make_object(
        {
            **FORM_SCHEMA,
            **narrowing_schema(),
            "description": {"type": "string"},
            "name": DISPLAY_NAME,
            "folder": FOLDER,
            "renamed_from": former_keys(),
        },
        description="When something happens: {event: purchase}, {page: product} and so on.",
    )


def narrowing_schema() -> Schema:
    """What narrows a trigger or an event."""
    return {
        "pages": {
            "type": "array",
            "minItems": 1,
            "items": PAGE_REF,
            "description": "Only on one of these pages.",
        },
        "where": {"$ref": "#/$defs/where"},
        "except": {
            "type": "array",
            "minItems": 1,
            "items": KEY_REF,
            "description": "Named triggers that block the tags.",
        },
    }


def where_schema() -> Schema:
    """Conditions on values."""
    operand = {"$ref": "#/$defs/operand"}
    pair = (operand, operand)
    operators: Schema = {}
    for name in OPERATORS:
        operators[name], operators[f"not_{name}"] = pair
    operators["ignore_case"] = BOOLEAN
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "minProperties": 1,
        "description": "Conditions that must all hold, such as `{value: {gt: 0}}`: a data key or "
        "built-in variable, and a test.",
        "additionalProperties": {
            "if": {"type": "object"},
            "then": {
                "type": "object",
                "properties": operators,
                "additionalProperties": False,
                "minProperties": 1,
            },
            "else": operand,
        },
    }


def on_schema() -> Schema:
    """What an event or a tag fires on."""
    one = {"if": {"type": "string"}, "then": KEY_REF, "else": {"$ref": "#/$defs/trigger"}}
    return {
        **make_list_or_one(one),
        "description": "A trigger, a named trigger, or a list of them (OR).",
    }


def param_schema() -> Schema:
    """What fills one parameter."""
    return {
        "if": {"type": "object"},
        "then": make_object({"const": SCALAR}, required=("const",)),
        "else": {**KEY_REF, "description": "A data key, or `{const: ...}` for a fixed value."},
    }


def params_schema() -> Schema:
    """The parameters of an event."""
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "additionalProperties": {"$ref": "#/$defs/param"},
        "description": "A canonical parameter (GA4's name) and the value that fills it.",
    }
