"""What a version of a container holds: an export's ``containerVersion``, the API's too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtmgen.container.entities import ID_FIELD, VERSION_FIELD, Kind
from gtmgen.container.fields import upper_snake
from gtmgen.container.names import Names

Json = dict[str, Any]


def bodies_of(version: Json) -> dict[Kind, list[Json]]:
    """The entities of a version by kind, as they stand; built-in variables are not among them."""
    return {kind: list(version.get(field, ())) for kind, field in VERSION_FIELD.items()}


def built_ins_of(version: Json) -> frozenset[str]:
    """The snake_case keys of the built-in variables that are enabled."""
    return frozenset(built_in_key(item["type"]) for item in version.get("builtInVariable", ()))


def built_in_key(type_: str) -> str:
    """``PAGE_URL`` or ``pageUrl`` -> ``page_url``."""
    return upper_snake(type_).lower()


def context_of(version: Json) -> str:
    """``WEB``, ``SERVER``, ``AMP``, ...; a container has one."""
    contexts = version.get("container", {}).get("usageContext") or ("WEB",)
    return upper_snake(contexts[0])


def names_of(bodies: Mapping[Kind, Iterable[Json]]) -> Names:
    """The names behind the IDs; a template is known by each type that it may go by."""
    found: dict[Kind, dict[str, str]] = {
        Kind.FOLDER: {},
        Kind.TRIGGER: {},
        Kind.TEMPLATE: {},
    }
    for kind, names in found.items():
        for item in bodies.get(kind, ()):
            for id_ in references_of(kind, item):
                names[id_] = item["name"]
    return Names(
        triggers=found[Kind.TRIGGER],
        folders=found[Kind.FOLDER],
        templates=found[Kind.TEMPLATE],
    )


def references_of(kind: Kind, item: Json) -> list[str]:
    """What other entities call this one: its ID; for a template, types."""
    if kind is not Kind.TEMPLATE:
        return [item[ID_FIELD[kind]]]
    types = [f"cvt_{item.get('containerId', '')}_{item['templateId']}"]
    gallery_id = item.get("galleryReference", {}).get("galleryTemplateId")
    return [*types, f"cvt_{gallery_id}"] if gallery_id else types
