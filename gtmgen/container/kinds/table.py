"""The kinds of entities, field by field, in the order in which GTM writes the fields.

Orders: counted in real exports (2,094 of 2,095 tags and all triggers and variables obey them);
what no export shows stands where the discovery document's neighbours do. A kind, or a field of
one, is added here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import (
    KIND_OF,
    BuiltIn,
    Client,
    Folder,
    GtagConfig,
    Kind,
    Tag,
    Template,
    Transformation,
    Trigger,
    TriggerId,
    TriggerRef,
    Variable,
    Zone,
)
from gtmgen.container.kinds.codecs import (
    COMPILED_ONLY,
    CONDITIONS,
    FLAG,
    FOLDER,
    GALLERY,
    NOTES,
    PARAMETERS,
    TEMPLATE_TEXT,
    TEXT_PARAMETER,
    TRIGGER_TYPE,
    TRIGGERS,
    TYPE,
    WHOLE,
)
from gtmgen.container.kinds.entries import Extra, Group, SettingsEntry
from gtmgen.container.kinds.fields import Field, Fingerprint, TemplateText
from gtmgen.container.kinds.kind_table import KindTable
from gtmgen.container.kinds.tag_codecs import CONSENT, FIRING_OPTION, TAG_PRIORITY, sequenced
from gtmgen.container.ownership import notes_of, with_owner_line
from gtmgen.container.values import TRIGGER_NAME, Parameter


def _trigger_parameters(trigger: Trigger) -> tuple[Parameter, ...]:
    """With the members of a group, which a compiled trigger keeps apart."""
    if not trigger.members:
        return trigger.parameter
    members = tuple(map(_member, trigger.members))
    return (*trigger.parameter, Parameter("LIST", "triggerIds", members))


def _member(trigger: TriggerRef) -> Parameter:
    if isinstance(trigger, BuiltInTrigger):
        return Parameter("TRIGGER_REFERENCE", None, trigger.value)
    if isinstance(trigger, TriggerId):
        return Parameter("TRIGGER_REFERENCE", None, trigger.id)
    return Parameter(TRIGGER_NAME, None, trigger)


def _template_text(template: Template) -> str:
    if template.raw and template.owner is not None:
        # Packs' templates have the line already: the compiler changes more in them than that.
        return with_owner_line(template.data, template.owner, protected=template.protected)
    return template.data


_NAME = Field("name", "name", "name", required=True)
_TYPE = Field("type", "type", "type", TYPE, required=True)
_NOTES = Field("notes", "notes", "notes", NOTES, strict=True, content=notes_of)
_FOLDER = Field("folder", "parentFolderId", "folder", FOLDER)
_PARAMETERS = Field("parameter", "parameter", "parameters", PARAMETERS)
_FINGERPRINT = Fingerprint()

KINDS: Mapping[Kind, KindTable] = {
    Kind.FOLDER: KindTable("folders", Folder, (_NAME, _FINGERPRINT, replace(_NOTES, always=True))),
    Kind.TEMPLATE: KindTable(
        "templates",
        Template,
        (
            _NAME,
            _FINGERPRINT,
            TemplateText(
                "data",
                "templateData",
                "data",
                TEMPLATE_TEXT,
                always=True,
                content=_template_text,
            ),
            Extra("galleryReference", "gallery", GALLERY),
        ),
    ),
    Kind.VARIABLE: KindTable(
        "variables",
        Variable,
        (
            _NAME,
            _TYPE,
            _NOTES,
            Extra("scheduleStartMs"),
            Extra("scheduleEndMs"),
            _PARAMETERS,
            _FINGERPRINT,
            Extra("enablingTriggerId"),
            Extra("disablingTriggerId"),
            _FOLDER,
            Group(
                "formatValue",
                "replace",
                (
                    Field("null_value", "convertNullToValue", "null", TEXT_PARAMETER),
                    Field(
                        "undefined_value", "convertUndefinedToValue", "undefined", TEXT_PARAMETER
                    ),
                    Field("case", "caseConversionType", None, COMPILED_ONLY),
                ),
                always=True,
            ),
        ),
    ),
    Kind.TRIGGER: KindTable(
        "triggers",
        Trigger,
        (
            _NAME,
            replace(_TYPE, codec=TRIGGER_TYPE),
            Field(
                "custom_event_filter",
                "customEventFilter",
                "custom_event_filter",
                CONDITIONS,
            ),
            Field("filter", "filter", "filter", CONDITIONS),
            Field("auto_event_filter", "autoEventFilter", "auto_event_filter", CONDITIONS),
            SettingsEntry(
                (
                    *("waitForTags", "eventName", "checkValidation", "interval"),
                    *("waitForTagsTimeout", "limit", "uniqueTriggerId"),
                )
            ),
            *map(
                Extra,
                (
                    *("visibilitySelector", "intervalSeconds", "maxTimerLengthSeconds"),
                    *("verticalScrollPercentageList", "horizontalScrollPercentageList"),
                    *("visiblePercentageMin", "visiblePercentageMax"),
                    *("continuousTimeMinMilliseconds", "totalTimeMinMilliseconds"),
                ),
            ),
            _FINGERPRINT,
            _FOLDER,
            replace(_PARAMETERS, content=_trigger_parameters),
            Extra("selector"),
            _NOTES,
        ),
    ),
    Kind.CLIENT: KindTable(
        "clients",
        Client,
        (
            _NAME,
            _TYPE,
            _NOTES,
            _PARAMETERS,
            Field("priority", "priority", "priority", WHOLE),
            _FINGERPRINT,
            _FOLDER,
        ),
    ),
    Kind.TAG: KindTable(
        "tags",
        Tag,
        (
            _NAME,
            _TYPE,
            Field("priority", "priority", "priority", TAG_PRIORITY),
            _NOTES,
            _PARAMETERS,
            _FINGERPRINT,
            Field("firing", "firingTriggerId", "firing", TRIGGERS),
            Extra("teardownTag", "teardown", sequenced("stopTeardownOnFailure")),
            Field("blocking", "blockingTriggerId", "blocking", TRIGGERS),
            Extra("setupTag", "setup", sequenced("stopOnSetupFailure")),
            _FOLDER,
            Field(
                "firing_option",
                "tagFiringOption",
                "once",
                FIRING_OPTION,
            ),
            Extra("liveOnly"),
            Extra("scheduleStartMs"),
            Extra("scheduleEndMs"),
            Field("paused", "paused", "paused", FLAG),
            Extra("monitoringMetadata", implied={"type": "MAP"}),
            Extra("monitoringMetadataTagNameKey"),
            Field("consent", "consentSettings", "consent", CONSENT),
        ),
    ),
    Kind.TRANSFORMATION: KindTable(
        "transformations",
        Transformation,
        (_NAME, _TYPE, _NOTES, _PARAMETERS, _FINGERPRINT, _FOLDER),
    ),
    Kind.ZONE: KindTable(
        "zones",
        Zone,
        (
            _NAME,
            _NOTES,
            _FINGERPRINT,
            Extra("childContainer"),
            Group(
                "boundary",
                None,
                (
                    Field("conditions", "condition", "conditions", CONDITIONS),
                    Field(
                        "evaluation",
                        "customEvaluationTriggerId",
                        "evaluation",
                        TRIGGERS,
                    ),
                ),
            ),
            Extra("typeRestriction"),
        ),
    ),
    # GTM gives it no name: `gtag_config_name` makes one.
    Kind.GTAG_CONFIG: KindTable("gtag_configs", GtagConfig, (_TYPE, _PARAMETERS, _FINGERPRINT)),
}

_MISSING = {kind for class_, kind in KIND_OF.items() if class_ is not BuiltIn} ^ KINDS.keys()
if _MISSING:
    raise TypeError(f"no table, or no class, of {', '.join(kind.value for kind in _MISSING)}")

TABLE_OF: Mapping[type, KindTable] = {table.make: table for table in KINDS.values()}
SECTION: Mapping[Kind, str] = {kind: table.section for kind, table in KINDS.items()}
"""The key under ``gtm`` that holds a kind."""
