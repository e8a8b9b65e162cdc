"""What the parts of the schema are made of: texts, keys, lists, mappings, and their patterns."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

KEY = "^[a-z][a-z0-9_]*$"
NAME = r"^[^\s:{}\x00-\x1f\x7f](?:[^:{}\x00-\x1f\x7f]*[^\s:{}\x00-\x1f\x7f])?$"

TEXT: Schema = {"type": "string", "minLength": 1}
BOOLEAN: Schema = {"type": "boolean"}
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
KEY_REF: Schema = {"type": "string", "pattern": KEY}
PAGE_REF: Schema = {
    "type": "string",
    "pattern": r"^[a-z*][a-z0-9_*]*$",
    "description": "A key under `pages`, or a glob over such keys.",
}
DURATION: Schema = {
    "type": "string",
    "pattern": r"^(?!0*(?:\.0*)?[a-z])[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s|m|h)$",
    "description": "A duration: 500ms, 2s, 1.5m or 1h.",
}
TEXT_OF_VALUES: Schema = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1}},
    "required": ["text"],
    "additionalProperties": False,
    "description": 'Text that holds values: `{text: "https://{{host}}/x"}`, by data key.',
}
SCALAR_OR_TEXT: Schema = {"if": {"type": "object"}, "then": TEXT_OF_VALUES, "else": SCALAR}


def describe(value: Any, meaning: str) -> Schema:
    """The schema with its meaning in words, before what it says itself."""
    schema: Schema = {} if value is True else value
    parts = (meaning, schema.get("description"))
    return {**schema, "description": " ".join(filter(None, parts))}


def make_object(
    properties: Schema, *, required: tuple[str, ...] = (), description: str = "", **more: Any
) -> Schema:
    """A mapping with these properties and no other ones."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    if description:
        schema["description"] = description
    return schema | more


def make_keyed(values: Schema, description: str) -> Schema:
    """A mapping from keys of the spec to values of one schema."""
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY},
        "additionalProperties": values,
        "description": description,
    }


def make_list_or_one(item: Schema) -> Schema:
    """One item, or a list of at least one."""
    return {
        "if": {"type": "array"},
        "then": {"type": "array", "items": item, "minItems": 1},
        "else": item,
    }


def make_enum(values: tuple[str, ...], description: str = "") -> Schema:
    """One of these words."""
    schema: Schema = {"enum": list(values)}
    return {**schema, "description": description} if description else schema
