"""A JSON Schema of a contract as a TypeScript type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.generate.names import comment_lines, property_name

Schema = Mapping[str, Any]

# The fields of an item that GA4 has (its e-commerce guide), beside those that the contract names.
ITEM_FIELDS: Mapping[str, str] = {
    "item_id": "string",
    "item_name": "string",
    "item_brand": "string",
    "item_category": "string",
    "item_category2": "string",
    "item_category3": "string",
    "item_category4": "string",
    "item_category5": "string",
    "item_variant": "string",
    "price": "number",
    "quantity": "number",
    "currency": "string",
    "discount": "number",
    "coupon": "string",
    "index": "number",
}
_SCALARS = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


class TypeWriter:
    """Writes types; ``definitions`` are what ``$ref`` may name."""

    def __init__(self, definitions: Schema | None = None) -> None:
        self._definitions = definitions or {}

    def type_of(self, schema: Schema, indent: str = "") -> str:
        """The type of what the schema allows, as far as a type can say it."""
        schema = self._resolve(schema)
        if "const" in schema:
            return json.dumps(schema["const"], ensure_ascii=False)
        if "enum" in schema:
            return " | ".join(json.dumps(item, ensure_ascii=False) for item in schema["enum"])
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return " | ".join(
                dict.fromkeys(self.type_of({**schema, "type": one}, indent) for one in kinds)
            )
        if kinds == "array":
            items = schema.get("items")
            return f"Array<{self.type_of(items, indent) if items else 'unknown'}>"
        if kinds == "object":
            return self.object_type(schema, indent)
        return _SCALARS.get(str(kinds), "unknown")

    def object_type(
        self, schema: Schema, indent: str = "", leave_out: frozenset[str] = frozenset()
    ) -> str:
        """``{ name: type; other?: type }`` over several lines; fields that never may be are out."""
        fields = {
            name: inner
            for name, inner in schema.get("properties", {}).items()
            if name not in leave_out and inner is not False and inner.get("not") != {}
        }
        if not fields:
            return "Record<string, unknown>"
        deeper = f"{indent}  "
        required = set(schema.get("required", ()))
        lines = ["{"]
        for name, inner in fields.items():
            lines.extend(f"{deeper}{line}" for line in _write_comment(inner))
            mark = "" if name in required else "?"
            lines.append(f"{deeper}{property_name(name)}{mark}: {self.type_of(inner, deeper)};")
        return "\n".join([*lines, f"{indent}}}"])

    def _resolve(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        if reference is None:
            return schema
        name = str(reference).removeprefix("#/$defs/")
        return {
            **self._definitions.get(name, {}),
            **{k: v for k, v in schema.items() if k != "$ref"},
        }


def _write_comment(schema: Schema) -> Iterator[str]:
    lines = comment_lines(str(schema.get("description", "")))
    if len(lines) == 1:
        yield f"/** {lines[0]} */"
    elif lines:
        yield "/**"
        yield from (f" * {line}" for line in lines)
        yield " */"


def with_item_fields(schema: Schema, renamed: Mapping[str, str]) -> dict[str, Any]:
    """A list of items with GA4's fields beside those of the contract, which go first.

    ``renamed`` has the site's own word for a field of GA4's.
    """
    items = schema.get("items", {})
    properties = dict(items.get("properties", {}))
    for name, type_ in ITEM_FIELDS.items():
        word = renamed.get(name, name).partition(".")[0]
        properties.setdefault(word, {"type": "object" if "." in renamed.get(name, "") else type_})
    return {**schema, "items": {**items, "properties": properties}}
