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
from dataclasses import dataclass, field
from typing import Any

from gtmgen.container.body import Refs, body, plain, upper_snake
from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS, BUILT_IN_TRIGGER_LABELS
from gtmgen.container.entities import KIND_OF, AnyEntity, Kind
from gtmgen.container.fields import ENUM_FIELDS, SERVER_FIELDS
from gtmgen.container.ownership import without_empty_notes, without_state
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
PARAMETER_KEYS = frozenset(("type", "key", "value", "list", "map", "isWeakReference"))
_CONTENT = {"LIST": "list", "MAP": "map"}
_SCALARS = (str, bool, int, float)

_WORDS = frozenset(
    ("name", "notes", "monitoringMetadataTagNameKey", "scheduleStartMs", "scheduleEndMs")
)


@dataclass(frozen=True)
class Names:
    """The names behind the IDs of one container, as API or export bodies refer to them."""

    triggers: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)

    def trigger(self, id_: str) -> str:
        """A trigger's name; a built-in trigger's label; an ID that is not known stays."""
        built_in = BUILT_IN_TRIGGER_IDS.get(id_)
        return built_in.label if built_in else _trigger_name(self.triggers.get(id_, id_))

    def type(self, type_: str) -> str:
        """GTM's own type, or the name of the custom template that an ID in it stands for."""
        return f"template {self.templates[type_]}" if type_ in self.templates else type_


def _trigger_name(name: str) -> str:
    """A trigger that is called like a built-in one is another one."""
    return f"trigger {name}" if name in BUILT_IN_TRIGGER_LABELS else name


_BY_NAME = Refs(trigger=_trigger_name, folder=str, template=lambda name: f"template {name}")
_NO_NAMES = Names()


def canonical(entity: AnyEntity) -> Canonical:
    """The canonical form of a compiled entity."""
    return canonical_json(KIND_OF[type(entity)], plain(body(entity, _BY_NAME)), _NO_NAMES)


def canonical_json(kind: Kind, fields: Mapping[str, Any], names: Names) -> Canonical:
    """The canonical form of an API or export body."""
    out: Canonical = {}
    for key, value in fields.items():
        if key in SERVER_FIELDS:
            continue
        folded = _field(kind, key, value, names)
        if kind is Kind.VARIABLE and key == "parameter" and isinstance(folded, dict):
            folded = {name: item for name, item in folded.items() if (name, item) != _NO_DEFAULT}
        if folded not in (None, {}, [], "") and folded != _DEFAULTS.get(key):
            out[key] = folded
    return out


def _field(kind: Kind, key: str, value: Any, names: Names) -> Any:
    if not isinstance(value, str):
        return _value(key, value, names)
    if key == "parentFolderId":
        return names.folders.get(value, value)
    if key == "type":
        if kind is Kind.TRIGGER:
            return upper_snake(value)
        return names.type(value)
    if key == "templateData":
        text = without_state(value.replace("\r\n", "\n"), template=True)
        return without_empty_notes("\n".join(line.rstrip() for line in text.split("\n")))
    if key == "notes" and isinstance(value, str):
        return without_state(value.replace("\r\n", "\n"))
    if key in _WORDS:
        return value
    return _value(key, value, names)


def _value(key: str, value: Any, names: Names) -> Any:
    if isinstance(value, list):
        if key in _PARAMETER_LISTS and all(map(is_parameter, value)):
            found = {item["key"]: _parameter(item, names) for item in value if "key" in item}
            if len(found) == len(value):
                return found
            # A key that is missing or there twice: then it is a list of pairs.
            return [[item.get("key", ""), _parameter(item, names)] for item in value]
        if key in TRIGGER_FIELDS:
            return sorted({names.trigger(str(id_)) for id_ in value})
        if key in TYPE_FIELDS:
            return sorted({names.type(str(id_)) for id_ in value})
        items = [_value("", item, names) for item in value]
        return _sorted(items) if key in _SETS else items
    if isinstance(value, dict):
        if is_parameter(value):
            return _parameter(value, names)
        folded = {name: _value(name, item, names) for name, item in value.items()}
        if isinstance(folded.get("consentType"), list):
            folded["consentType"] = _sorted(folded["consentType"])
        return {name: item for name, item in folded.items() if item not in ({}, [], None)}
    if isinstance(value, str) and (key in ENUM_FIELDS or key == "type"):
        return upper_snake(value)
    return value


def _sorted(items: list[Any]) -> list[Any]:
    # The keys of a mapping come in any order, so `repr` alone would not do.
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def is_parameter(value: Any) -> bool:
    """Whether it is a parameter of the form that GTM gives one: all else stays as it is."""
    if not isinstance(value, dict) or not value.keys() <= PARAMETER_KEYS:
        return False
    type_, key, weak = value.get("type"), value.get("key"), value.get("isWeakReference")
    if not isinstance(type_, str) or not isinstance(key, (str, type(None))):
        return False
    content = _CONTENT.get(upper_snake(type_), "value")
    for name in ("value", "list", "map"):
        held = value.get(name)
        if held is not None and name != content:
            return False
    held = value.get(content)
    if held is None:
        right = True
    elif content == "value":
        right = isinstance(held, _SCALARS)
    else:
        right = isinstance(held, list) and all(map(is_parameter, held))
    return right and (weak is None or isinstance(weak, bool))


def scalar_text(value: Any) -> str:
    """A value as GTM holds it, text; hand-made exports have numbers and booleans, too."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameter(value: Mapping[str, Any], names: Names) -> Any:
    """The value alone where its type says nothing more than text would; else type and value."""
    type_ = upper_snake(value["type"])
    weak = " weak" if value.get("isWeakReference") else ""
    if weak and type_ in ("LIST", "MAP"):
        inner = {name: item for name, item in value.items() if name != "isWeakReference"}
        return {type_ + weak: _parameter(inner, names)}
    if type_ == "LIST":
        items = [_parameter(item, names) for item in value.get("list") or ()]
        return _sorted(items) if value.get("key") == "triggerIds" else items
    if type_ == "MAP":
        return _value("map", value.get("map") or [], names) or {}
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
        for place, item in enumerate(value):
            yield from flatten(item, f"{path}[{place}]")
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
