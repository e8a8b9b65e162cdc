"""One form of an entity, for equality, diff and the round trip.

Both sides pass through here, the compiled entity and what the API or an export holds. IDs
become names, what the server adds goes away, enums are spelled the export's way, parameters
are a mapping, empty forms fold (``formatValue: {}``, a parameter without a value). The order
of lists is kept. What is not known here stays as it is, so nothing is compared away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gtmgen.container.body import Refs, body, plain, upper_snake
from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS
from gtmgen.container.entities import KIND_OF, AnyEntity, Kind

Canonical = dict[str, Any]

_SERVER_FIELDS = frozenset(
    (
        "accountId",
        "containerId",
        "workspaceId",
        "path",
        "fingerprint",
        "tagManagerUrl",
        "tagId",
        "triggerId",
        "variableId",
        "folderId",
        "templateId",
    )
)
# What GTM fills in where a field is left out, as real exports show (2026-08).
_DEFAULTS: Mapping[str, Any] = {
    "tagFiringOption": "ONCE_PER_EVENT",
    "paused": False,
    "liveOnly": False,
    "consentSettings": {"consentStatus": "NOT_SET"},
    "notes": "",
}
_ENUMS = frozenset(("tagFiringOption", "consentStatus", "caseConversionType", "convertToNumber"))
_PARAMETER_LISTS = frozenset(("parameter", "map"))


@dataclass(frozen=True)
class Names:
    """The names behind the IDs of one container, as API or export bodies refer to them."""

    triggers: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)

    def trigger(self, id_: str) -> str:
        """A trigger's name; a built-in trigger's label; an ID that is not known stays."""
        built_in = BUILT_IN_TRIGGER_IDS.get(id_)
        return built_in.label if built_in else self.triggers.get(id_, id_)


_BY_NAME = Refs(trigger=str, folder=str, template=lambda name: f"template {name}")
_NO_NAMES = Names()


def canonical(entity: AnyEntity) -> Canonical:
    """The canonical form of a compiled entity."""
    return canonical_json(KIND_OF[type(entity)], plain(body(entity, _BY_NAME)), _NO_NAMES)


def canonical_json(kind: Kind, fields: Mapping[str, Any], names: Names) -> Canonical:
    """The canonical form of an API or export body."""
    out: Canonical = {}
    for key, value in fields.items():
        if key in _SERVER_FIELDS:
            continue
        folded = _field(kind, key, value, names)
        if folded not in (None, {}, [], "") and folded != _DEFAULTS.get(key):
            out[key] = folded
    return out


def _field(kind: Kind, key: str, value: Any, names: Names) -> Any:
    if key in ("firingTriggerId", "blockingTriggerId"):
        return sorted(names.trigger(id_) for id_ in value)
    if key == "parentFolderId":
        return names.folders.get(value, value)
    if key == "type":
        if kind is Kind.TRIGGER:
            return upper_snake(value)
        return f"template {names.templates[value]}" if value in names.templates else value
    if key == "templateData":
        return "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").rstrip().split("\n"))
    return _value(key, value, names)


def _value(key: str, value: Any, names: Names) -> Any:
    if isinstance(value, list):
        if key in _PARAMETER_LISTS and all("key" in item for item in value):
            return {item["key"]: _parameter(item, names) for item in value}
        return [
            _parameter(item, names) if _is_parameter(item) else _value("", item, names)
            for item in value
        ]
    if isinstance(value, dict):
        if _is_parameter(value):
            return _parameter(value, names)
        folded = {name: _value(name, item, names) for name, item in value.items()}
        return {name: item for name, item in folded.items() if item not in ({}, [], None)}
    if isinstance(value, str) and (key in _ENUMS or key == "type"):
        return upper_snake(value)
    return value


def _is_parameter(value: Any) -> bool:
    """A parameter has a type; so has a condition, but that one holds parameters."""
    return isinstance(value, dict) and "type" in value and "parameter" not in value


def _parameter(value: Mapping[str, Any], names: Names) -> Any:
    """The value alone where its type says nothing more than text would; else type and value."""
    type_ = upper_snake(value["type"])
    if type_ == "LIST":
        return [_parameter(item, names) for item in value.get("list", ())]
    if type_ == "MAP":
        return _value("map", value.get("map", []), names) or {}
    content = value.get("value", "")
    if type_ == "TRIGGER_REFERENCE":
        content = names.trigger(content)
    weak = " weak" if value.get("isWeakReference") else ""
    if type_ == "TEMPLATE" and not weak:
        return content
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
