"""An entity as GTM writes it: field names, empty forms and key order of real exports.

Field order: the exports of ``facts`` (2,094 of 2,095 tags, all triggers and variables obey
it). Enum values are the export's; :func:`api_json` spells them as the API does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import (
    AnyEntity,
    Condition,
    EntityType,
    Folder,
    Kind,
    Owner,
    Parameter,
    Tag,
    Template,
    TemplateRef,
    Trigger,
    TriggerRef,
    Variable,
)

Body = dict[str, Any]
"""Field name -> JSON value, or a Parameter or Condition (see :func:`plain`)."""


class Shared(dict[str, Any]):
    """Fields that many entities share, one object for all of them: written once."""


@dataclass(frozen=True)
class Refs:
    """How references are written: as names (canonical form) or as the IDs of one container."""

    trigger: Callable[[str], str]
    folder: Callable[[str], str]
    template: Callable[[str], str]

    def type(self, type_: EntityType) -> str:
        """The type string: GTM's own, or that of a custom template."""
        return self.template(type_.template) if isinstance(type_, TemplateRef) else type_

    def triggers(self, refs: tuple[TriggerRef, ...]) -> list[str]:
        """Trigger references; built-in triggers have fixed IDs."""
        return [ref.value if isinstance(ref, BuiltInTrigger) else self.trigger(ref) for ref in refs]


def notes_of(entity: AnyEntity) -> str:
    """The description and, as the last line, who owns the entity."""
    owner = str(entity.owner) if entity.owner else ""
    return "\n".join(part for part in (entity.notes, owner) if part)


_OWNER = re.compile(r"\[gtmgen ([a-z][a-z0-9_-]*) ([a-z_]+/\S+)\]\s*\Z")


def owner_in(notes: str) -> Owner | None:
    """The owner that the last line of some notes names."""
    found = _OWNER.search(notes)
    return Owner(found.group(1), found.group(2)) if found else None


def body(entity: AnyEntity, refs: Refs) -> Body:
    """The fields of an entity in GTM's order, without IDs and what the server adds."""
    if isinstance(entity, Tag):
        return _tag(entity, refs)
    if isinstance(entity, Trigger):
        return _trigger(entity, refs)
    if isinstance(entity, Variable):
        return _variable(entity, refs)
    if isinstance(entity, Template):
        return {"name": entity.name, "templateData": entity.data}
    if isinstance(entity, Folder):
        return {"name": entity.name, "notes": notes_of(entity)}
    raise TypeError(f"not an entity: {entity!r}")


def _tag(tag: Tag, refs: Refs) -> Body:
    fields: Body = {"name": tag.name, "type": refs.type(tag.type)}
    if tag.priority is not None:
        fields["priority"] = Parameter("INTEGER", None, str(tag.priority))
    fields["notes"] = notes_of(tag)
    fields["parameter"] = tag.parameter
    fields["firingTriggerId"] = refs.triggers(tag.firing)
    fields["blockingTriggerId"] = refs.triggers(tag.blocking)
    if tag.folder is not None:
        fields["parentFolderId"] = refs.folder(tag.folder)
    fields["tagFiringOption"] = tag.firing_option
    if tag.paused:
        fields["paused"] = True
    fields["monitoringMetadata"] = _NO_METADATA
    fields["consentSettings"] = _consent(tag.consent)
    return _without_empty(fields)


@lru_cache(maxsize=256)
def _consent(types: tuple[str, ...] | None) -> Shared:
    if types is None:
        return Shared(consentStatus="NOT_SET")
    if not types:
        return Shared(consentStatus="NOT_NEEDED")
    items = tuple(Parameter("TEMPLATE", None, name) for name in types)
    return Shared(consentStatus="NEEDED", consentType=Parameter("LIST", None, items))


_NO_METADATA = Parameter("MAP")


_TRIGGER_SETTINGS = (
    "waitForTags",
    "eventName",
    "checkValidation",
    "interval",
    "waitForTagsTimeout",
    "limit",
    "uniqueTriggerId",
)


def _trigger(trigger: Trigger, refs: Refs) -> Body:
    settings = dict(trigger.settings)
    fields: Body = {
        "name": trigger.name,
        "type": trigger.type,
        "customEventFilter": trigger.custom_event_filter,
        "filter": trigger.filter,
        "autoEventFilter": trigger.auto_event_filter,
        **{name: settings[name] for name in _TRIGGER_SETTINGS if name in settings},
    }
    if trigger.folder is not None:
        fields["parentFolderId"] = refs.folder(trigger.folder)
    parameter = trigger.parameter
    if trigger.members:
        members = tuple(
            Parameter("TRIGGER_REFERENCE", None, ref) for ref in refs.triggers(trigger.members)
        )
        parameter = (*parameter, Parameter("LIST", "triggerIds", members))
    fields["parameter"] = parameter
    fields["notes"] = notes_of(trigger)
    return _without_empty(fields)


def _variable(variable: Variable, refs: Refs) -> Body:
    fields: Body = {
        "name": variable.name,
        "type": refs.type(variable.type),
        "notes": notes_of(variable),
        "parameter": variable.parameter,
    }
    if variable.folder is not None:
        fields["parentFolderId"] = refs.folder(variable.folder)
    fields = _without_empty(fields)
    fields["formatValue"] = {
        name: Parameter("TEMPLATE", None, value or None)
        for name, value in (
            ("convertNullToValue", variable.null_value),
            ("convertUndefinedToValue", variable.undefined_value),
        )
        if value is not None
    }
    return fields


def _without_empty(fields: Body) -> Body:
    return {key: value for key, value in fields.items() if value or value is False}


# -- to JSON ---------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A body's value as plain JSON data."""
    if isinstance(value, Parameter):
        return _plain_parameter(value)
    if isinstance(value, Condition):
        return {
            "type": value.type,
            "parameter": [_plain_parameter(item) for item in value.parameter],
        }
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _plain_parameter(parameter: Parameter) -> Body:
    fields: Body = {"type": parameter.type}
    if parameter.key is not None:
        fields["key"] = parameter.key
    if isinstance(parameter.value, str):
        fields["value"] = parameter.value
    elif parameter.value:
        name = "list" if parameter.type == "LIST" else "map"
        fields[name] = [_plain_parameter(item) for item in parameter.value]
    return fields


# The API's fields that hold an enum; names of types of tags, variables and templates are not.
_ENUM_FIELDS = frozenset(
    ("tagFiringOption", "consentStatus", "caseConversionType", "convertToNumber")
)


def api_json(kind: Kind, fields: Body) -> Body:
    """The body for the API: plain JSON, enums in lowerCamelCase."""
    out: Body = {}
    for key, value in fields.items():
        if key == "type" and kind is not Kind.TRIGGER:
            out[key] = value
        else:
            out[key] = _api_value(key, plain(value))
    return out


def _api_value(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _api_value(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_api_value("", item) for item in value]
    if isinstance(value, str) and (key == "type" or key in _ENUM_FIELDS):
        return camel(value)
    return value


def camel(name: str) -> str:
    """``YOU_TUBE_VIDEO`` -> ``youTubeVideo``; a name that has it already stays."""
    if not name.isupper():
        return name
    head, *rest = name.lower().split("_")
    return head + "".join(part.capitalize() for part in rest)


_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])")


def upper_snake(name: str) -> str:
    """``youTubeVideo`` -> ``YOU_TUBE_VIDEO``; a name that has it already stays."""
    return name if name.isupper() else _BREAK.sub("_", name).upper()
