"""One form of an entity, for equality, diff and the round trip.

Both sides pass through here, the compiled entity and what the API or an export holds. IDs
become names, what the server adds goes away, enums are spelled the export's way, parameters
are a mapping, empty forms fold (``formatValue: {}``, a parameter without a value). The order
of lists is kept. What is not known here stays as it is, so nothing is compared away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from gtmgen.container.body import body
from gtmgen.container.entities import KIND_OF, AnyEntity, Kind
from gtmgen.container.fields import SERVER_FIELDS, is_enum, upper_snake
from gtmgen.container.names import Names, Refs, trigger_name
from gtmgen.container.ownership import without_empty_notes, without_state
from gtmgen.container.parameters import is_parameter, scalar_text
from gtmgen.container.references import TRIGGER_FIELDS, TYPE_FIELDS

Canonical = dict[str, Any]

# What GTM fills in where a field is left out, as real exports show (2026-08).
_DEFAULTS: Mapping[str, Any] = {
    "tagFiringOption": "ONCE_PER_EVENT",
    "paused": False,
    "liveOnly": False,
    "consentSettings": {"consentStatus": "NOT_SET"},
    "notes": "",
}
# A variable without the flag has no default value: hand-made exports leave it out.
_NO_DEFAULT = ("setDefaultValue", "false (BOOLEAN)")
_LOOKS_TYPED = re.compile(r" \([A-Z0-9_]+(?: weak)?\)\Z")  # text that could be a value and its type
# All must hold, all are loaded, all are asked for: their order means nothing.
_SETS = frozenset(("filter", "autoEventFilter", "customEventFilter", "condition", "childContainer"))
_PARAMETER_LISTS = frozenset(("parameter", "map"))

_WORDS = frozenset(
    ("name", "notes", "monitoringMetadataTagNameKey", "scheduleStartMs", "scheduleEndMs")
)


_BY_NAME = Refs(trigger=trigger_name, folder=str, template=lambda name: f"template {name}")
_NO_NAMES = Names()


def canonical(entity: AnyEntity) -> Canonical:
    """The canonical form of a compiled entity."""
    return canonical_json(KIND_OF[type(entity)], body(entity, _BY_NAME), _NO_NAMES)


def canonical_json(kind: Kind, fields: Mapping[str, Any], names: Names) -> Canonical:
    """The canonical form of an API or export body."""
    out: Canonical = {}
    for key, value in fields.items():
        if key in SERVER_FIELDS:
            continue
        folded = _fold_field(kind, key, value, names)
        if kind is Kind.VARIABLE and key == "parameter" and isinstance(folded, dict):
            folded = {name: item for name, item in folded.items() if (name, item) != _NO_DEFAULT}
        # Real exports have `formatValue: {}` on most variables and parameters without a value; a
        # spec writes neither, and both say the same.
        if folded not in (None, {}, [], "") and folded != _DEFAULTS.get(key):
            out[key] = folded
    return out


def _fold_field(kind: Kind, key: str, value: Any, names: Names) -> Any:
    if not isinstance(value, str):
        return _fold_value(key, value, names)
    if key == "parentFolderId":
        return names.folders.get(value, value)
    if key == "type":
        if kind is Kind.TRIGGER:
            return upper_snake(value)
        return names.type(value)
    if key == "templateData":
        return _fold_template(value)
    if key == "notes":
        # A carriage return at the end becomes part of a line break when the owner's line follows.
        return without_state(value.replace("\r\n", "\n")).removesuffix("\r")
    if key in _WORDS:
        return value
    return _fold_value(key, value, names)


# A plan compares each template several times, with other names around it.
UNSET_FLAGS = frozenset(("waitForTags", "checkValidation"))
"""Flags of triggers that GTM writes as a template without a value where nobody has set them."""
_OFF = {"type": "BOOLEAN", "value": "false"}


@lru_cache(maxsize=64)
def _fold_template(data: str) -> str:
    text = without_state(data.replace("\r\n", "\n"), template=True)
    return without_empty_notes("\n".join(line.rstrip() for line in text.split("\n")))


def _fold_value(key: str, value: Any, names: Names) -> Any:
    if isinstance(value, list):
        if key in _PARAMETER_LISTS and all(map(is_parameter, value)):
            return _fold_parameters(value, names)
        if key in TRIGGER_FIELDS:
            # A set: a tag fires at most once on an event, whichever of its triggers match, and
            # however often one is named.
            return sorted({names.trigger(str(id_)) for id_ in value})
        if key in TYPE_FIELDS:
            return sorted({names.type(str(id_)) for id_ in value})
        items = [_fold_value("", item, names) for item in value]
        return _sort_items(items) if key in _SETS else items
    if isinstance(value, dict):
        if is_parameter(value):
            is_unset = key in UNSET_FLAGS and value.get("value", "") == ""
            return _fold_parameter(_OFF if is_unset else value, names)
        folded = {name: _fold_value(name, item, names) for name, item in value.items()}
        if isinstance(folded.get("consentType"), list):
            folded["consentType"] = _sort_items(folded["consentType"])
        return {name: item for name, item in folded.items() if item not in ({}, [], None, "")}
    if isinstance(value, str) and is_enum(key):
        return upper_snake(value)
    return value


def _sort_items(items: list[Any]) -> list[Any]:
    # The keys of a mapping come in any order, so `repr` alone would not do.
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def _fold_parameters(items: list[Any], names: Names) -> Any:
    """What :func:`is_parameter` says yes to, and so to all within."""
    # As a mapping, since the order of an entity's parameters differs from one export of GTM's to
    # the next.
    # An empty key is none: GTM keeps no empty text.
    pairs = [[item.get("key") or "", _fold_parameter(item, names)] for item in items]
    by_key = dict(pairs)
    # With a key that is there twice, it is a list of pairs.
    return by_key if len(by_key) == len(pairs) else pairs


def _fold_parameter(value: Mapping[str, Any], names: Names) -> Any:
    """The value alone where its type says nothing more than text would; else type and value."""
    type_ = upper_snake(value["type"])
    weak = " weak" if value.get("isWeakReference") else ""
    if weak and type_ in ("LIST", "MAP"):
        inner = {name: item for name, item in value.items() if name != "isWeakReference"}
        return {type_ + weak: _fold_parameter(inner, names)}
    if type_ == "LIST":
        items = [_fold_parameter(item, names) for item in value.get("list") or ()]
        return _sort_items(items) if value.get("key") == "triggerIds" else items
    if type_ == "MAP":
        return _fold_parameters(value.get("map") or [], names)
    content = scalar_text(value.get("value"))
    if "\r" in content:  # a file of code, checked out with other line ends, is the same code
        content = content.replace("\r\n", "\n")
    if type_ == "TRIGGER_REFERENCE":
        content = names.trigger(content)
    if type_ == "TEMPLATE":
        content = names.type(content)
    if type_ == "TEMPLATE" and not weak:
        return f"{content} (TEMPLATE)" if _LOOKS_TYPED.search(content) else content
    return f"{content} ({type_}{weak})" if content else None


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of a canonical form: ``parameter.eventName`` and its text."""
    if isinstance(value, dict):
        for key, item in sorted(value.items()):
            yield from flatten(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from flatten(item, f"{path}[{index}]")
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
