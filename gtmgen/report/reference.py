"""The spec language as a Markdown reference, made from the schema: it cannot fall behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_ABOUT = (
    "Made from the JSON Schema by `gtmgen schema --format markdown`. A worked example of every "
    "word is [specs/everything](../specs/everything/everything.yaml); what only a server container "
    "has is in [specs/server](../specs/server/server.yaml), and a web container with the server "
    "container behind it in [specs/acme-both.yaml](../specs/acme-both.yaml)."
)

_SECTIONS = {
    "container": "container",
    "site": "site",
    "server": "server",
    "secret": "server: a secret",
    "data": "data: one key",
    "page": "pages: one page",
    "trigger": "triggers: one trigger",
    "where": "where: conditions",
    "event": "events: one event",
    "gtm": "gtm: raw entities",
}
_WORDS = {
    "object": "mapping",
    "array": "list",
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "null": "null",
}


def render_schema_markdown(schema: Schema) -> str:
    """Every word of the language with what may stand there."""
    lines = [
        "# The spec language",
        "",
        _ABOUT,
        *_write_section("The spec", schema),
    ]
    for name, platform in sorted(schema["properties"]["platforms"]["properties"].items()):
        lines += _write_section(f"platforms: {name}", platform)
    definitions = schema["$defs"]
    server = definitions.get("server", {"properties": {"accounts": {"properties": {}}}})
    for name, account in sorted(server["properties"]["accounts"]["properties"].items()):
        lines += _write_section(f"server.accounts: {name}", account)
    for name, title in _SECTIONS.items():
        if name in definitions:
            lines += _write_section(title, definitions[name])
    for name, kind in definitions["gtm"]["properties"].items():
        if "additionalProperties" in kind:
            lines += _write_section(f"gtm: {name}", kind["additionalProperties"])
    if "monitor" in schema["properties"]:
        lines += _write_section("monitor: logs of both sides", schema["properties"]["monitor"])
    # The options are the same for every platform.
    send = next((value for name, value in definitions.items() if name.startswith("send_")), None)
    return "\n".join([*lines, *(_write_section("send: one platform", send) if send else ())])


def _write_section(title: str, schema: Schema) -> list[str]:
    """A heading and the table of the mapping's keys."""
    schema = next((part for part in _list_branches(schema) if "properties" in part), schema)
    required = schema.get("required", ())
    lines = ["", f"## {title}", ""]
    if schema.get("description"):
        lines += [_fold_blanks(schema["description"]), ""]
    if "properties" not in schema:
        return [*lines, _fold_blanks(_describe(schema))]
    lines += ["| key | value | meaning |", "|---|---|---|"]
    for key, value in schema["properties"].items():
        star = " (required)" if key in required else ""
        description, meaning = _format_cell(_describe(value)), _format_cell(_format_meaning(value))
        lines.append(f"| `{key}`{star} | {description} | {meaning} |")
    return lines


def _list_branches(schema: Schema) -> list[Schema]:
    if "then" in schema:
        return [*_list_branches(schema["then"]), *_list_branches(schema["else"])]
    if "properties" not in schema and isinstance(schema.get("additionalProperties"), dict):
        return [schema, *_list_branches(schema["additionalProperties"])]
    return [schema]


def _format_meaning(schema: Any) -> str:
    if not isinstance(schema, dict):
        return ""
    default = f" Default: `{_format_literal(schema['default'])}`." if "default" in schema else ""
    return str(schema.get("description", "")) + default


def _describe(schema: Any) -> str:
    """What may stand there, in a few words."""
    if not isinstance(schema, dict) or not schema:
        return "anything"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].replace("_", " ")
    if "then" in schema:
        both = [_describe(schema["then"]), _describe(schema["else"])]
        return " or ".join(dict.fromkeys(both))
    if "enum" in schema:
        values = [f"`{_format_literal(value)}`" for value in schema["enum"]]
        return ", ".join(values) if len(values) <= 20 else f"{', '.join(values[:6])} ..."
    if "const" in schema:
        return f"`{_format_literal(schema['const'])}`"
    return _describe_type(schema)


def _describe_type(schema: Schema) -> str:
    types = schema.get("type", "anything")
    if types == "array":
        return f"list of {_describe(schema.get('items'))}"
    if types == "object" and schema.get("properties"):
        return "mapping with " + ", ".join(f"`{key}`" for key in schema["properties"])
    if types == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"names, each with {_describe(schema['additionalProperties'])}"
    names = [types] if isinstance(types, str) else types
    return ", ".join(_WORDS.get(name, name) for name in names)


def _format_literal(value: Any) -> str:
    """A value as YAML writes it: `true`, `null`, `[a]`; a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fold_blanks(text: str) -> str:
    return " ".join(text.split())


def _format_cell(text: str) -> str:
    """Text of the schema in a table's cell; what stands in backticks stays as it is."""
    return _fold_blanks(text).replace("|", "\\|").replace("<", "&lt;")
