"""What can be wrong with a pack.yaml, each problem with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs

from gtmgen.diagnostics import Path
from gtmgen.packs.model import FIELD_SOURCES, KEY, RESERVED_SETTINGS
from gtmgen.text import did_you_mean

ROW_SOURCES = ("const", "setting", "event", "data")
Schema = dict[str, Any]


class PackFault(NamedTuple):
    """One problem of a pack: where in its data, and what."""

    path: Path
    message: str
    hint: str | None = None


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


def _build_schema() -> Schema:
    when = _build_keyed({"type": ["string", "number", "boolean", "array"], "items": _SCALAR})
    event = {"enum": ["id", "name"]}
    row = _build_object(
        {
            "name": _TEXT,
            "const": _SCALAR,
            "setting": _TEXT,
            "event": event,
            "data": _TEXT,
            "when": when,
        },
        "name",
    )
    field = _build_object(
        {
            "key": _TEXT,
            "const": True,
            "setting": _TEXT,
            "setting_is": {**_build_keyed(_SCALAR), "minProperties": 1},
            "event": event,
            "consent": {"enum": ["types"]},
            "param": _TEXT,
            "table": {"type": "string", "pattern": r"^(?:params|none|setting\.[a-z][a-z0-9_]*)$"},
            "columns": {**_TEXTS, "minItems": 2, "maxItems": 3},
            "except": _TEXTS,
            "rows": {"type": "array", "items": row},
            "when": when,
        },
        "key",
    )
    field["dependentRequired"] = {"table": ["columns"]}
    blueprint = _build_object(
        {
            "per": {"enum": ["event", "platform"]},
            "type": {
                "if": {"type": "object"},
                "then": _build_object({"template": _TEXT}, "template"),
                "else": _TEXT,
            },
            "fields": {"type": "array", "items": field},
            "when": when,
            "on": {"enum": ["init", "first_page", "every_page"]},
            "event": _TEXT,
            "firing_option": {"enum": ["ONCE_PER_EVENT", "ONCE_PER_LOAD", "UNLIMITED"]},
            "title": _TEXT,
        },
        "per",
        "type",
        "fields",
    )
    types = ["any", "string", "number", "integer", "boolean", "currency", "items"]
    param = {
        "if": {"type": "object"},
        "then": _build_object({"to": _TEXT, "type": {"enum": types}}),
        "else": _TEXT,
    }
    known_event = {
        "type": ["object", "null"],
        **{
            key: value
            for key, value in _build_object(
                {
                    "canonical": {"type": "array", "items": {"type": "string", "pattern": KEY}},
                    "requires": _TEXTS,
                    "recommends": _TEXTS,
                    "description": {"type": "string"},
                }
            ).items()
            if key != "type"
        },
    }
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
            "params": _build_keyed(param),
            "events": _build_keyed(known_event, any_key=True),
            "legacy": _build_keyed({"type": ["string", "null"]}, any_key=True),
            "currencies": _TEXTS,
            "templates": _build_keyed(template),
            "tags": {**_build_keyed(blueprint), "minProperties": 1},
            "carrier": _carrier(),
            "server": _build_object(
                {
                    "settings": settings,
                    "template": template,
                    "fields": {"type": "array", "items": field},
                    "identifiers": _TEXT,
                    "cookies": _build_keyed(_TEXT),
                },
                "settings",
                "template",
                "fields",
            ),
            "observe": _observe(),
        },
        "title",
        "verified",
        "settings",
        "tags",
    )


def _carrier() -> Schema:
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


def _observe() -> Schema:
    script = _build_object({"url": _TEXT, "file": _TEXT}, "url", "file")
    tag = _build_object(
        {
            "account": _TEXT,
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
def _build_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_build_schema())


def check(raw: Any) -> Iterator[PackFault]:
    """Every fault of a pack's data; what the parts say of each other only when each is right."""
    faults = [
        PackFault(tuple(error.instance_path), str(error.message))
        for error in _build_validator().iter_errors(raw)
    ]
    yield from faults or _meaning(raw)


def _meaning(raw: Mapping[str, Any]) -> Iterator[PackFault]:
    settings: Mapping[str, Any] = raw["settings"].get("properties", {})
    yield from _list_settings(raw["settings"], settings)
    if "custom_events" in raw:
        try:
            re.compile(raw["custom_events"])
        except re.error as error:
            yield PackFault(("custom_events",), f"not a regular expression: {error}")
    owner: dict[str, str] = {}
    for name, event in (raw.get("events") or {}).items():
        for alias in (event or {}).get("canonical", ()):
            first = owner.setdefault(alias, name)
            if first != name:
                message = f"`{alias}` stands for `{first}` already"
                yield PackFault(("events", name, "canonical"), message)
    for key, blueprint in raw["tags"].items():
        yield from _blueprint(raw, settings, ("tags", key), blueprint)
    for key in ("url", "account") if "carrier" in raw else ():
        yield from _known(settings, ("carrier", key), (raw["carrier"][key],))
    if "server" in raw:
        yield from _server_half(raw, settings)


def _list_settings(schema: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[PackFault]:
    for name in RESERVED_SETTINGS:
        if name in settings:
            yield PackFault(("settings", "properties", name), f"every platform has `{name}`")
    try:
        jsonschema_rs.Draft202012Validator(dict(schema))
    except (jsonschema_rs.ValidationError, ValueError) as error:
        yield PackFault(("settings",), f"not a JSON Schema: {getattr(error, 'message', error)}")
    for name in schema.get("required", ()):
        if name not in settings:
            yield PackFault(("settings", "required"), f"there is no setting `{name}`")


def _server_half(raw: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[PackFault]:
    """Faults of how a server container sends; its fields may use the platform's settings, too."""
    half = raw["server"]
    own = half["settings"].get("properties", {})
    for name in own.keys() & settings.keys():
        path = ("server", "settings", "properties", name)
        yield PackFault(path, f"`{name}` is a setting of the platform already")
    if "identifiers" in half:
        name = half["identifiers"]
        yield from _known(settings, ("server", "identifiers"), (name,))
        if name in settings and not settings[name].get("x-data-keys"):
            message = f"the setting `{name}` must say `x-data-keys: true`: its values are data keys"
            yield PackFault(("server", "identifiers"), message)
    for name in half["settings"].get("required", ()):
        yield from _known(own, ("server", "settings", "required"), (name,))
    for index, field in enumerate(half["fields"]):
        yield from _field(raw, {**settings, **own}, ("server", "fields", index), field)


def _blueprint(
    raw: Mapping[str, Any], settings: Mapping[str, Any], path: Path, blueprint: Mapping[str, Any]
) -> Iterator[PackFault]:
    type_ = blueprint["type"]
    templates = raw.get("templates", {})
    if isinstance(type_, dict) and type_["template"] not in templates:
        name = type_["template"]
        hint = did_you_mean(name, templates)
        yield PackFault((*path, "type", "template"), f"there is no template `{name}`", hint)
    yield from _known(settings, (*path, "when"), blueprint.get("when", ()))
    for index, field in enumerate(blueprint["fields"]):
        yield from _field(raw, settings, (*path, "fields", index), field)


def _field(
    raw: Mapping[str, Any], settings: Mapping[str, Any], path: Path, field: Mapping[str, Any]
) -> Iterator[PackFault]:
    yield from _one_of(FIELD_SOURCES, path, field, f"the field `{field['key']}`")
    yield from _known(settings, (*path, "when"), field.get("when", ()))
    if "setting" in field:
        yield from _known(settings, (*path, "setting"), (field["setting"],))
    yield from _known(settings, (*path, "setting_is"), field.get("setting_is", ()))
    param = field.get("param")
    if param is not None and raw.get("unknown_params") != "pass":
        params = raw.get("params", {})
        if param not in params:
            hint = did_you_mean(param, params)
            yield PackFault((*path, "param"), f"there is no parameter `{param}`", hint)
    name = field.get("table", "").removeprefix("setting.")
    if name not in ("", "params", "none"):
        yield from _known(settings, (*path, "table"), (name,))
        if name in settings and not settings[name].get("x-data-keys"):
            message = f"the setting `{name}` must say `x-data-keys: true`: its values are data keys"
            yield PackFault((*path, "table"), message)
    for index, row in enumerate(field.get("rows", ())):
        at = (*path, "rows", index)
        yield from _one_of(ROW_SOURCES, at, row, f"the row `{row['name']}`")
        yield from _known(settings, (*at, "when"), row.get("when", ()))
        if "setting" in row:
            yield from _known(settings, (*at, "setting"), (row["setting"],))


def _one_of(
    sources: tuple[str, ...], path: Path, item: Mapping[str, Any], what: str
) -> Iterator[PackFault]:
    if sum(name in item for name in sources) != 1:
        yield PackFault(path, f"{what} needs one of {', '.join(sources)}")


def _known(settings: Mapping[str, Any], path: Path, names: Any) -> Iterator[PackFault]:
    for name in names:
        if name not in settings:
            hint = did_you_mean(name, settings)
            yield PackFault(path, f"there is no setting `{name}`", hint)
