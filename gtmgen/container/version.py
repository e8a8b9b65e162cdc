"""What a version of a container holds: an export's ``containerVersion``, the API's too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtmgen.container.builtins import BUILT_IN_KEYS
from gtmgen.container.entities import ID_FIELD, VERSION_FIELD, Kind
from gtmgen.container.fields import camel, upper_snake
from gtmgen.container.names import Names

Json = dict[str, Any]
_ONLY_ON_SERVERS = ("client", "transformation")


def bodies_of(version: Json) -> dict[Kind, list[Json]]:
    """The entities of a version by kind, as they stand; built-in variables are not among them."""
    return {kind: list(version.get(field, ())) for kind, field in VERSION_FIELD.items()}


def built_ins_of(version: Json) -> frozenset[str]:
    """The snake_case keys of the built-in variables that are enabled."""
    return frozenset(built_in_key(item["type"]) for item in version.get("builtInVariable", ()))


_KEY_BY_LETTERS: Mapping[str, str] = {key.replace("_", ""): key for key in BUILT_IN_KEYS}


def built_in_key(type_: str) -> str:
    """``PAGE_URL`` or ``pageUrl`` -> ``page_url``.

    Letters and digits alone tell which one is meant: exports write ``CAMPAIGN_CP1`` where the
    API has ``CampaignCp1``, and no rule says where words are parted. A type that the enum lacks
    keeps its own words.
    """
    key = _KEY_BY_LETTERS.get(type_.replace("_", "").lower())
    return key if key is not None else upper_snake(type_).lower()


def built_in_type(key: str) -> str:
    """``page_url`` -> ``pageUrl``, as the API spells it."""
    return camel(built_in_key(key).upper())


def context_of(version: Json) -> str:
    """``WEB``, ``SERVER``, ``AMP``, ...; a container has one.

    Of several, as a hand-made file may name them, it is the one that its content fits: only a
    server container has clients and transformations.
    """
    contexts = version.get("container", {}).get("usageContext") or ("WEB",)
    named = [upper_snake(context) for context in contexts]
    is_of_server = any(version.get(field) for field in _ONLY_ON_SERVERS)
    return next((name for name in named if (name == "SERVER") is is_of_server), named[0])


def names_of(bodies: Mapping[Kind, Iterable[Json]]) -> Names:
    """The names behind the IDs; a template is known by each type that it may go by.

    A type that several templates go by names none of them: it stays as it is, and so does any
    other type of these templates.
    """
    by_kind: dict[Kind, dict[str, str]] = {
        Kind.FOLDER: {},
        Kind.TRIGGER: {},
        Kind.TEMPLATE: {},
    }
    for kind, names in by_kind.items():
        for item in bodies.get(kind, ()):
            for id_ in references_of(kind, item):
                names[id_] = item["name"]
    twice = {
        name for named in shared_types(bodies.get(Kind.TEMPLATE, ())).values() for name in named
    }
    templates = by_kind[Kind.TEMPLATE]
    return Names(
        triggers=by_kind[Kind.TRIGGER],
        folders=by_kind[Kind.FOLDER],
        templates={type_: name for type_, name in templates.items() if name not in twice},
    )


def shared_types(templates: Iterable[Json]) -> dict[str, list[str]]:
    """Types that more than one template goes by, with the names of these templates.

    GTM lets one template of the gallery be in a container twice (one of them changed by hand);
    both then make tags of the same type.
    """
    names: dict[str, list[str]] = {}
    for item in templates:
        for type_ in dict.fromkeys(references_of(Kind.TEMPLATE, item)):
            names.setdefault(type_, []).append(item["name"])
    return {type_: named for type_, named in names.items() if len(named) > 1}


def references_of(kind: Kind, item: Json) -> list[str]:
    """What other entities call this one: its ID; for a template, types."""
    if kind is not Kind.TEMPLATE:
        return [item[ID_FIELD[kind]]]
    types = [f"cvt_{item.get('containerId', '')}_{item['templateId']}"]
    gallery_id = item.get("galleryReference", {}).get("galleryTemplateId")
    return [*types, f"cvt_{gallery_id}"] if gallery_id else types
