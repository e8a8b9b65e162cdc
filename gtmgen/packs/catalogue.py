"""A pack's ``catalogue.yaml``: what its platform takes of a product feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gtmgen.packs.companion import read_companion
from gtmgen.packs.model import Pack

FILE = "catalogue.yaml"

# The columns that gtmgen has checks for; a pack says which of them its platform requires.
COLUMNS = (
    "sku_id",
    "title",
    "description",
    "availability",
    "condition",
    "price",
    "link",
    "image_link",
    "brand",
    "item_group_id",
    "sale_price",
    "sale_price_effective_date",
)

_WORDS = {"type": "array", "items": {"type": "string"}}
_COLUMN = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "aliases": _WORDS,
        "required": {"type": "boolean"},
        "max": {"type": "integer", "minimum": 1},
        "plain": {"type": "boolean"},
    },
}
_EVENT = ("items", "ids", "id", "type", "price", "quantity", "value", "currency")


def _texts(*required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "required": list(required),
    }


_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("verified", "columns", "availability", "condition", "match_rate"),
        *("event", "types", "settings"),
    ],
    "properties": {
        "verified": {},
        "columns": {
            "type": "object",
            "required": list(COLUMNS),
            "additionalProperties": False,
            "properties": dict.fromkeys(COLUMNS, _COLUMN),
        },
        "availability": {
            "type": "object",
            "required": ["words", "foreign", "not_for_sale"],
            "additionalProperties": False,
            "properties": {"words": _WORDS, "foreign": _texts(), "not_for_sale": _WORDS},
        },
        "condition": _WORDS,
        "match_rate": {"type": "number", "minimum": 0, "maximum": 100},
        "event": _texts(*_EVENT),
        "types": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"enum": ["sku_id", "item_group_id"]},
        },
        "settings": _texts("id", "type"),
    },
}


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What a column of a feed must be; ``max`` counts characters, ``plain`` excludes emoji."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    max: int | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueRules:
    """What a platform takes of a feed, and where its events name products.

    ``columns`` are in the order of ``COLUMNS``. ``availability`` and ``condition`` hold the words
    that it knows, in lower case with blanks; ``foreign`` words have their nearest one as value.
    ``match_rate`` is the percentage of events that it wants to be matched. ``event`` names the
    parameters of an event (items, ids, value, currency) and the fields of an item (id, type,
    price, quantity). ``types`` maps a content type to the column that its IDs are of;
    ``id_setting`` and ``type_setting`` are the settings of an account that choose both.
    """

    columns: tuple[ColumnRule, ...]
    availability: frozenset[str]
    foreign: Mapping[str, str]
    not_for_sale: frozenset[str]
    condition: frozenset[str]
    match_rate: float
    event: Mapping[str, str]
    types: Mapping[str, str]
    id_setting: str
    type_setting: str


def load_catalogue_rules(pack: Pack) -> CatalogueRules | None:
    """Read it; None for a pack without. Raises :class:`GtmgenError` that says what is wrong."""
    return _load(pack.directory)


@lru_cache(maxsize=64)
def _load(directory: Path) -> CatalogueRules | None:
    raw = read_companion(directory / FILE, _SCHEMA)
    if raw is None:
        return None
    availability = raw["availability"]
    return CatalogueRules(
        columns=tuple(_build_column(name, raw["columns"][name]) for name in COLUMNS),
        availability=frozenset(availability["words"]),
        foreign=availability["foreign"],
        not_for_sale=frozenset(availability["not_for_sale"]),
        condition=frozenset(raw["condition"]),
        match_rate=float(raw["match_rate"]),
        event=raw["event"],
        types=raw["types"],
        id_setting=raw["settings"]["id"],
        type_setting=raw["settings"]["type"],
    )


def _build_column(name: str, raw: Mapping[str, Any]) -> ColumnRule:
    return ColumnRule(
        name,
        tuple(raw.get("aliases", ())),
        raw.get("required", False),
        raw.get("max"),
        raw.get("plain", False),
    )
