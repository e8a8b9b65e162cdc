"""An entity as GTM writes it: field names, empty forms and key order of real exports.

Field order: counted in real exports (2,094 of 2,095 tags, all triggers and variables obey it).
Enum values are the export's; :func:`api_json` spells them as the API does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gtmgen.container.entities import (
    TEMPLATE_NAME,
    TRIGGER_NAME,
    AnyEntity,
    Client,
    Condition,
    Folder,
    GtagConfig,
    Kind,
    Parameter,
    Tag,
    Template,
    Transformation,
    Trigger,
    Variable,
    Zone,
)
from gtmgen.container.fields import ENUM_FIELDS, FIELD_ORDER, camel
from gtmgen.container.names import Refs
from gtmgen.container.ownership import notes_of, with_owner_line
from gtmgen.container.references import map_references

Body = dict[str, Any]
"""Field name -> JSON value, or a Parameter or Condition (see :func:`plain`)."""


class Shared(dict[str, Any]):
    """Fields that many entities share, one object for all of them: written once."""


def body(entity: AnyEntity, refs: Refs) -> Body:
    """The fields of an entity in GTM's order, without IDs and what the server adds."""
    fields = _BODIES[type(entity)](entity, refs)
    return _raw(entity, fields, refs) if entity.raw else fields


def _raw(entity: AnyEntity, fields: Body, refs: Refs) -> Body:
    """With the fields that the classes have no word for, and names in parameters resolved."""
    fields = {key: _resolved(value, refs) for key, value in fields.items()}
    if not entity.extra:
        return fields
    for key, value in entity.extra:
        fields[key] = map_references(key, value, refs.in_extra)
    order = FIELD_ORDER[type(entity)]
    return dict(sorted(fields.items(), key=lambda item: order.get(item[0], len(order))))


def _resolved(value: Any, refs: Refs) -> Any:
    if isinstance(value, Parameter):
        type_, key, content, weak = value
        if type_ == TRIGGER_NAME:
            return Parameter("TRIGGER_REFERENCE", key, refs.trigger(str(content)), weak)
        if type_ == TEMPLATE_NAME:
            return Parameter("TEMPLATE", key, refs.template(str(content)), weak)
        if isinstance(content, tuple):
            return Parameter(type_, key, tuple(_resolved(item, refs) for item in content), weak)
        return value
    if isinstance(value, Condition):
        return Condition(value.type, tuple(_resolved(item, refs) for item in value.parameter))
    if isinstance(value, tuple):
        return tuple(_resolved(item, refs) for item in value)
    if isinstance(value, dict):
        return {name: _resolved(item, refs) for name, item in value.items()}
    return value


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
        **{name: settings.pop(name) for name in _TRIGGER_SETTINGS if name in settings},
        **settings,
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


def _template(template: Template, refs: Refs) -> Body:
    del refs
    data = template.data
    if template.raw and template.owner is not None:
        # Packs' templates have the line already: the compiler changes more in them than that.
        data = with_owner_line(data, template.owner)
    return {"name": template.name, "templateData": data}


def _folder(folder: Folder, refs: Refs) -> Body:
    del refs
    return {"name": folder.name, "notes": notes_of(folder)}


def _client(client: Client, refs: Refs) -> Body:
    fields: Body = {
        "name": client.name,
        "type": refs.type(client.type),
        "notes": notes_of(client),
        "parameter": client.parameter,
    }
    fields = _without_empty(fields)
    if client.priority is not None:  # 0 is a priority
        fields["priority"] = client.priority
    if client.folder is not None:
        fields["parentFolderId"] = refs.folder(client.folder)
    return fields


def _transformation(transformation: Transformation, refs: Refs) -> Body:
    fields: Body = {
        "name": transformation.name,
        "type": refs.type(transformation.type),
        "notes": notes_of(transformation),
        "parameter": transformation.parameter,
    }
    if transformation.folder is not None:
        fields["parentFolderId"] = refs.folder(transformation.folder)
    return _without_empty(fields)


def _zone(zone: Zone, refs: Refs) -> Body:
    boundary: Body = {
        "condition": zone.conditions,
        "customEvaluationTriggerId": refs.triggers(zone.evaluation),
    }
    return _without_empty(
        {"name": zone.name, "notes": notes_of(zone), "boundary": _without_empty(boundary)}
    )


def _gtag_config(config: GtagConfig, refs: Refs) -> Body:
    return _without_empty({"type": refs.type(config.type), "parameter": config.parameter})


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
    if variable.case is not None:
        fields["formatValue"]["caseConversionType"] = variable.case
    return fields


def _without_empty(fields: Body) -> Body:
    return {key: value for key, value in fields.items() if value or value is False}


_BODIES: dict[type, Callable[[Any, Refs], Body]] = {
    Tag: _tag,
    Trigger: _trigger,
    Variable: _variable,
    Template: _template,
    Folder: _folder,
    Client: _client,
    Transformation: _transformation,
    Zone: _zone,
    GtagConfig: _gtag_config,
}


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
    if parameter.weak:
        fields["isWeakReference"] = True
    return fields


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
    if isinstance(value, str) and (key == "type" or key in ENUM_FIELDS):
        return camel(value)
    return value
