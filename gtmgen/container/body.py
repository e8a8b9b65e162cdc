"""An entity as GTM writes it: field names, empty forms and key order of real exports.

Enum values are the export's; :func:`api_json` spells them as the API does.
"""

from __future__ import annotations

from typing import Any

from gtmgen.container.entities import AnyEntity, Kind
from gtmgen.container.fields import camel, is_enum
from gtmgen.container.kinds.table import TABLE_OF
from gtmgen.container.names import Refs
from gtmgen.container.parameters import Json
from gtmgen.container.references import map_references


def body(entity: AnyEntity, refs: Refs) -> Json:
    """The fields of an entity in GTM's order, without IDs and what the server adds."""
    table = TABLE_OF[type(entity)]
    fields: Json = {}
    table.write(entity, refs, fields)
    if not (entity.raw and entity.extra):
        return fields
    for key, value in entity.extra:
        fields[key] = map_references(key, value, refs.in_extra)
    # In GTM's own order of keys, so that a line-by-line diff of two exports shows what changed
    # alone.
    order = table.order
    return dict(sorted(fields.items(), key=lambda item: order.get(item[0], len(order))))


def api_json(kind: Kind, fields: Json) -> Json:
    """The body for the API: enums in lowerCamelCase."""
    return {
        key: value if key == "type" and kind is not Kind.TRIGGER else _spell_for_api(key, value)
        for key, value in fields.items()
    }


def _spell_for_api(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _spell_for_api(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_spell_for_api("", item) for item in value]
    return camel(value) if is_enum(key) and isinstance(value, str) else value
