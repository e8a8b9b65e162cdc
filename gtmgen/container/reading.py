"""Entities from what the API or an export holds: the inverse of :mod:`body`.

Whatever the table of kinds has a word for becomes an attribute; every other field is kept as it
stands in ``extra``, so nothing is lost on the way. Both spellings of enums are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.entities import AnyEntity, GtagConfig, Kind
from gtmgen.container.fields import SERVER_FIELDS, is_enum, upper_snake
from gtmgen.container.kinds.codecs import read_trigger, read_type
from gtmgen.container.kinds.table import KINDS
from gtmgen.container.names import Names
from gtmgen.container.ownership import owner_of, take_protection, without_owner
from gtmgen.container.parameters import Json, is_parameter, scalar_text
from gtmgen.container.references import Converters, map_references
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME


def read_entity(kind: Kind, body: Mapping[str, Any], names: Names) -> AnyEntity:
    """An entity as gtmgen holds it, with references by name; its owner's line is taken out.

    ``names`` are those of the container that the body comes from. Raises ``KeyError`` or
    ``TypeError`` for a body without the fields that every entity of its kind has.
    """
    present = {k: v for k, v in body.items() if k not in SERVER_FIELDS and v is not None}
    fields = without_owner(kind, present)
    table = KINDS[kind]
    attributes: Json = {}
    if table.make is GtagConfig:
        attributes["name"] = gtag_config_name(fields)
        fields.pop("name", None)
    for entry in table.entries:
        entry.read(fields, names, attributes)
    if "notes" in attributes:
        attributes["notes"], attributes["protected"] = take_protection(attributes["notes"])
    extra = _keep(fields, names)
    return table.make(**attributes, raw=True, owner=owner_of(kind, body), extra=extra)


def _keep(fields: Json, names: Names) -> tuple[tuple[str, Any], ...]:
    """What has no word, by name where it is an ID."""

    def name_parameter(item: Json) -> Json:
        if is_parameter(item):
            type_, value = item["type"], scalar_text(item.get("value"))
            if type_ == "TRIGGER_REFERENCE" and value in names.triggers:
                return {**item, "type": TRIGGER_NAME, "value": names.triggers[value]}
            if type_ == "TEMPLATE" and value in names.templates:
                return {**item, "type": TEMPLATE_NAME, "value": names.templates[value]}
        return item

    convert = Converters(
        lambda id_: read_trigger(id_, names), lambda type_: read_type(type_, names), name_parameter
    )
    return tuple(
        (key, map_references(key, exported(key, value), convert)) for key, value in fields.items()
    )


def gtag_config_name(body: Mapping[str, Any]) -> str:
    """What tells one Google tag configuration from another: GTM gives them no name."""
    ids = [
        str(item.get("value", ""))
        for item in body.get("parameter") or ()
        if isinstance(item, dict)
        and item.get("key") == "tagId"
        and upper_snake(str(item.get("type"))) == "TEMPLATE"
    ]
    return " ".join([str(body.get("type", "")), *ids])


def exported(key: str, value: Any) -> Any:
    """A field of the API as an export spells it; one of an export stays as it is."""
    if isinstance(value, dict):
        return {name: exported(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [exported("", item) for item in value]
    return upper_snake(value) if is_enum(key) and isinstance(value, str) else value
