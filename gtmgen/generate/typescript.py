"""A TypeScript module for the site: a function for each event that the site pushes.

The module imports nothing and does nothing when it is loaded, so that what is not called is left
out of a bundle. The types of server events are part of it, and gone once it is compiled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gtmgen.contract.model import Contract, EventContract
from gtmgen.generate.code import javascript
from gtmgen.generate.names import comment_lines, property_name, unique_names
from gtmgen.generate.server_types import server_types
from gtmgen.generate.types import TypeWriter, with_item_fields
from gtmgen.spec.model import Spec

_HEAD = """\
// Made by gtmgen from the spec `{project}`. To change it, change the spec, and run
//   gtmgen codegen SPEC --lang typescript -o FILE

type Layer = {{ [name: string]: object[] | undefined }};

/** Pushes a message to the data layer; Google Tag Manager reads it now, or once it has loaded. */
function push(message: object): void {{
  const page = globalThis as unknown as Layer;
  (page[{layer}] ??= []).push(message);
}}
"""
_NEW_ID = """
/** An ID that no other event has: for the message, and for the server's event. */
export function newEventId(): string {
  const source = (globalThis as { crypto?: { randomUUID?: () => string } }).crypto;
  if (source?.randomUUID) return source.randomUUID();
  const part = () => Math.random().toString(36).slice(2, 12);
  return `${Date.now().toString(36)}-${part()}${part()}`;
}
"""
_CHECKS = """
/** Path, type, and whether it is required. */
type Rule = [string, string, boolean];

let checking = false;

/** In development: tells in the console what a message has wrong. Off until this is called. */
export function checkMessages(on = true): void {
  checking = on;
}

function check(event: string, message: unknown, rules: Rule[]): void {
  for (const [path, type, required] of rules) {
    let value: unknown = message;
    for (const step of path.split(".")) {
      value = (value as { [name: string]: unknown } | null | undefined)?.[step];
    }
    const actual = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
    if (value === undefined || value === null || value === "") {
      if (required) console.warn(`${event}: ${path} is missing`);
    } else if (type !== "" && actual !== type) {
      console.warn(`${event}: ${path} is ${actual}, not ${type}`);
    }
  }
}
"""


def typescript(spec: Spec, contract: Contract, *, checks: bool = False) -> str:
    """The module; with ``checks``, it can tell wrong messages at run time, too."""
    writer = _Writer(spec, contract, checks=checks)
    return "\n".join(writer.lines()) + "\n"


class _Writer:
    def __init__(self, spec: Spec, contract: Contract, *, checks: bool) -> None:
        self._spec = spec
        self._contract = contract
        self._checks = checks
        self._names = unique_names(list(contract.events))
        self._fields = {
            str(data.argument): data.fields for data in spec.data.values() if data.source == "path"
        }
        self._items = {
            str(data.argument)
            for data in spec.data.values()
            if data.source == "path" and data.type == "items"
        }

    def lines(self) -> Iterator[str]:
        spec, events = self._spec, list(self._contract.events.values())
        layer = json.dumps(spec.site.data_layer)
        yield _HEAD.format(project=spec.project.replace("\n", " "), layer=layer).rstrip()
        if any(self._has_generated_id(event) for event in events):
            yield _NEW_ID.rstrip()
        if self._checks:
            yield _CHECKS.rstrip()
        for event in events:
            if event.message is not None:
                yield from self._event(event)
        yield from server_types(spec, self._contract, self._names)

    # -- one event -------------------------------------------------------------------------

    def _event(self, event: EventContract) -> Iterator[str]:
        name = self._names[event.event.key]
        assert event.message is not None
        schema = self._write_with_items(event.message.schema, "")
        hidden = {"event"} | (
            {self._spec.site.event_id_key} if self._has_generated_id(event) else set()
        )
        fields = set(schema.get("properties", {})) - hidden
        yield ""
        if fields:
            shape = TypeWriter().object_type(schema, leave_out=frozenset(hidden))
            yield f"export interface {name}Message {shape}"
            yield ""
        yield from self._write_doc(event, name, bool(fields))
        required = set(schema.get("required", ())) & fields
        parameters = self._list_parameters(event, name, bool(fields), bool(required))
        returned = self._write_returned(event)
        yield f"export function push{name}({', '.join(parameters)}): {returned} {{"
        yield from (f"  {line}" for line in self._write_body(event, bool(fields)))
        yield "}"

    def _write_with_items(self, schema: dict[str, Any], path: str) -> dict[str, Any]:
        """The message's schema, its lists of items with all fields of GA4's."""
        if path in self._items and schema.get("type") == "array":
            return with_item_fields(schema, self._fields.get(path, {}))
        if "properties" not in schema:
            return schema
        below = f"{path}." if path else ""
        fields = {
            name: self._write_with_items(inner, f"{below}{name}")
            for name, inner in schema["properties"].items()
        }
        return {**schema, "properties": fields}

    def _write_doc(self, event: EventContract, name: str, has_data: bool) -> Iterator[str]:
        assert event.message is not None
        key = self._spec.site.event_id_key
        yield "/**"
        for text in (event.title, event.event.description):
            yield from (f" * {line}" for line in comment_lines(text))
        if event.event.owner:
            yield from (f" * Owner: {line}" for line in comment_lines(event.event.owner))
        if self._find_id_path(event) is not None:
            yield " *"
            example_id = f"`{_write_plain(event.event_id.example)}`"
            yield f" * @returns the event's ID, such as {example_id}: the server sends the same one"
        elif self._has_generated_id(event):
            yield " *"
            yield " * @param eventId the server's ID of the same event; a new one without it"
            yield " * @returns the event's ID: the server sends the same one"
        example = {k: v for k, v in event.message.pushes[-1].items() if k not in ("event", key)}
        if has_data:
            yield " * @example"
            called = self._call_example(event, name, example)
            yield from (f" * {line}" for line in called.replace("*/", "*\\/").split("\n"))
        yield " */"

    def _call_example(self, event: EventContract, name: str, example: Any) -> str:
        first = [] if self._find_one_name(event) else [json.dumps(event.names.examples[0])]
        return f"push{name}({', '.join([*first, javascript(example)])});"

    def _list_parameters(
        self, event: EventContract, name: str, has_data: bool, has_required: bool
    ) -> Iterator[str]:
        if not self._find_one_name(event):
            exact = [json.dumps(one, ensure_ascii=False) for one in event.names.exact]
            yield f"event: {'string' if event.names.patterns else ' | '.join(exact)}"
        if has_data:
            yield f"data: {name}Message" if has_required else f"data: {name}Message = {{}}"
        if self._has_generated_id(event):
            prefix = event.event_id.prefix
            start = f"{json.dumps(prefix, ensure_ascii=False)} + " if prefix else ""
            yield f"eventId: string = {start}newEventId()"

    def _write_returned(self, event: EventContract) -> str:
        has_id = self._has_generated_id(event) or self._find_id_path(event) is not None
        return "string" if has_id else "void"

    def _write_body(self, event: EventContract, has_data: bool) -> Iterator[str]:
        message = event.message
        assert message is not None
        if self._checks:
            left_out = {"event", self._spec.site.event_id_key}
            rules = [rule for rule in _list_rules(message.schema) if rule[0] not in left_out]
            rules_json = json.dumps(rules, ensure_ascii=False)
            data = "data" if has_data else "{}"
            yield f"if (checking) check({json.dumps(event.event.key)}, {data}, {rules_json});"
        for top in message.cleared:
            yield f"push({{ {property_name(top)}: null }});"
        named = self._find_one_name(event)
        parts = ["event" if named is None else f"event: {json.dumps(named, ensure_ascii=False)}"]
        if has_data:
            parts.append("...data")
        key = property_name(self._spec.site.event_id_key)
        path = self._find_id_path(event)
        if path is None and self._has_generated_id(event):
            parts.append(f"{key}: eventId")
        yield f"push({{ {', '.join(parts)} }});"
        if path is not None:
            value = "".join(f"[{json.dumps(step)}]" for step in path.split("."))
            prefix = json.dumps(event.event_id.prefix, ensure_ascii=False)
            yield f"return {prefix} + data{value};"
        elif self._has_generated_id(event):
            yield "return eventId;"

    # -- IDs -------------------------------------------------------------------------------

    def _find_one_name(self, event: EventContract) -> str | None:
        exact = event.names.exact
        return exact[0] if len(exact) == 1 and not event.names.patterns else None

    def _find_id_path(self, event: EventContract) -> str | None:
        """Where the message has what the ID is made from, if it always has."""
        data = self._spec.data.get(event.event_id.source or "")
        if data is None or data.source != "path" or event.message is None:
            return None
        path = str(data.argument)
        return path if _always_has(event.message.schema, path) else None

    def _has_generated_id(self, event: EventContract) -> bool:
        """Whether the message gets an ID that nothing in it decides, for the server's event."""
        has_message = event.message is not None
        return has_message and bool(event.servers) and self._find_id_path(event) is None


def _write_plain(text: str) -> str:
    return text.replace("*/", "*\\/").replace("\n", " ")


def _always_has(schema: dict[str, Any], path: str) -> bool:
    """Whether the schema requires all steps of a path."""
    node: dict[str, Any] = schema
    for step in path.split("."):
        if step not in node.get("required", ()):
            return False
        node = node["properties"][step]
    return True


def _list_rules(
    schema: dict[str, Any], path: str = "", required: bool = True
) -> Iterator[tuple[str, str, bool]]:
    """Path, type (as ``typeof`` has it) and whether it is required, of what a message holds."""
    if "properties" in schema:
        required_keys = schema.get("required", ())
        for name, inner in schema["properties"].items():
            below = f"{path}.{name}" if path else name
            yield from _list_rules(inner, below, required and name in required_keys)
        return
    kind = schema.get("type", "")
    type_name = (
        {"integer": "number", "array": "array"}.get(kind, kind) if isinstance(kind, str) else ""
    )
    yield path, type_name, required
