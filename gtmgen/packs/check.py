"""What can be wrong with a pack.yaml, each problem with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from gtmgen.diagnostics import Path
from gtmgen.packs.model import FIELD_SOURCES, RESERVED_SETTINGS
from gtmgen.packs.pack_schema import build_pack_validator
from gtmgen.text import did_you_mean

ROW_SOURCES = ("const", "setting", "event", "data")


class PackFault(NamedTuple):
    """One problem of a pack: where in its data, and what."""

    path: Path
    message: str
    hint: str | None = None


def check(raw: Any) -> Iterator[PackFault]:
    """Every fault of a pack's data; what the parts say of each other only when each is right."""
    faults = [
        PackFault(tuple(error.instance_path), str(error.message))
        for error in build_pack_validator().iter_errors(raw)
    ]
    yield from faults or _check_parts(raw)


def _check_parts(raw: Mapping[str, Any]) -> Iterator[PackFault]:
    settings: Mapping[str, Any] = raw["settings"].get("properties", {})
    yield from _check_settings(raw["settings"], settings)
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
        yield from _check_blueprint(raw, settings, ("tags", key), blueprint)
    for key in ("url", "account") if "carrier" in raw else ():
        yield from _check_known(settings, ("carrier", key), (raw["carrier"][key],))
    if "server" in raw:
        yield from _check_server_half(raw, settings)


def _check_settings(schema: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[PackFault]:
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


def _check_server_half(raw: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[PackFault]:
    """Faults of how a server container sends; its fields may use the platform's settings, too."""
    half = raw["server"]
    own_settings = half["settings"].get("properties", {})
    for name in own_settings.keys() & settings.keys():
        path = ("server", "settings", "properties", name)
        yield PackFault(path, f"`{name}` is a setting of the platform already")
    if "identifiers" in half:
        name = half["identifiers"]
        yield from _check_known(settings, ("server", "identifiers"), (name,))
        if name in settings and not settings[name].get("x-data-keys"):
            message = f"the setting `{name}` must say `x-data-keys: true`: its values are data keys"
            yield PackFault(("server", "identifiers"), message)
    for name in half["settings"].get("required", ()):
        yield from _check_known(own_settings, ("server", "settings", "required"), (name,))
    for index, field in enumerate(half["fields"]):
        yield from _check_field(
            raw, {**settings, **own_settings}, ("server", "fields", index), field
        )


def _check_blueprint(
    raw: Mapping[str, Any], settings: Mapping[str, Any], path: Path, blueprint: Mapping[str, Any]
) -> Iterator[PackFault]:
    type_ = blueprint["type"]
    templates = raw.get("templates", {})
    if isinstance(type_, dict) and type_["template"] not in templates:
        name = type_["template"]
        hint = did_you_mean(name, templates)
        yield PackFault((*path, "type", "template"), f"there is no template `{name}`", hint)
    yield from _check_known(settings, (*path, "when"), blueprint.get("when", ()))
    for index, field in enumerate(blueprint["fields"]):
        yield from _check_field(raw, settings, (*path, "fields", index), field)


def _check_field(
    raw: Mapping[str, Any], settings: Mapping[str, Any], path: Path, field: Mapping[str, Any]
) -> Iterator[PackFault]:
    yield from _check_one_of(FIELD_SOURCES, path, field, f"the field `{field['key']}`")
    yield from _check_known(settings, (*path, "when"), field.get("when", ()))
    if "setting" in field:
        yield from _check_known(settings, (*path, "setting"), (field["setting"],))
    yield from _check_known(settings, (*path, "setting_is"), field.get("setting_is", ()))
    param = field.get("param")
    if param is not None and raw.get("unknown_params") != "pass":
        params = raw.get("params", {})
        if param not in params:
            hint = did_you_mean(param, params)
            yield PackFault((*path, "param"), f"there is no parameter `{param}`", hint)
    name = field.get("table", "").removeprefix("setting.")
    if name not in ("", "params", "none"):
        yield from _check_known(settings, (*path, "table"), (name,))
        if name in settings and not settings[name].get("x-data-keys"):
            message = f"the setting `{name}` must say `x-data-keys: true`: its values are data keys"
            yield PackFault((*path, "table"), message)
    for index, row in enumerate(field.get("rows", ())):
        at = (*path, "rows", index)
        yield from _check_one_of(ROW_SOURCES, at, row, f"the row `{row['name']}`")
        yield from _check_known(settings, (*at, "when"), row.get("when", ()))
        if "setting" in row:
            yield from _check_known(settings, (*at, "setting"), (row["setting"],))


def _check_one_of(
    sources: tuple[str, ...], path: Path, item: Mapping[str, Any], noun: str
) -> Iterator[PackFault]:
    if sum(name in item for name in sources) != 1:
        yield PackFault(path, f"{noun} needs one of {', '.join(sources)}")


def _check_known(settings: Mapping[str, Any], path: Path, names: Any) -> Iterator[PackFault]:
    for name in names:
        if name not in settings:
            hint = did_you_mean(name, settings)
            yield PackFault(path, f"there is no setting `{name}`", hint)
