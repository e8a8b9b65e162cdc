"""The kinds of entities, field by field, in the order in which GTM writes the fields.

Orders: counted in real exports (2,094 of 2,095 tags and all triggers and variables obey them);
what no export shows stands where the discovery document's neighbours do. A kind, or a field of
one, is added here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import (
    KIND_OF,
    AnyEntity,
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
from gtmgen.container.kinds.entries import (
    Extra,
    Field,
    Fingerprint,
    Group,
    SettingsEntry,
    TableEntry,
    TemplateText,
    Writer,
    make_writer,
)
from gtmgen.container.kinds.tag_codecs import CONSENT, FIRING_OPTION, TAG_PRIORITY, sequenced
from gtmgen.container.ownership import notes_of, with_owner_line
from gtmgen.container.values import TRIGGER_NAME, Parameter

YAML_ORDER = (
    *("name", "type", "notes", "folder"),
    *("firing", "blocking", "once", "consent", "priority", "paused", "setup", "teardown"),
    *("custom_event_filter", "filter", "auto_event_filter", "settings", "replace"),
    *("data", "gallery", "conditions", "evaluation", "parameters", "more"),
)


class KindTable(Struct, frozen=True, dict=True):
    """All that there is about a kind; ``section`` is its key under ``gtm`` in a spec."""

    section: str
    make: type[AnyEntity]
    entries: tuple[TableEntry, ...]

    def __post_init__(self) -> None:
        unordered = {word for entry in self.entries for word in entry.words()} - {*YAML_ORDER}
        unknown = {name for entry in self.entries for name in entry.attributes()} - {
            *self.make.__struct_fields__
        }
        for names, problem in ((unordered, "not in YAML_ORDER"), (unknown, "no such attribute")):
            if names:
                raise TypeError(f"{self.section}: {', '.join(sorted(names))}: {problem}")

    @cached_property
    def in_yaml(self) -> list[TableEntry]:
        """What has a word, in the order in which a spec is written."""
        worded = [
            (YAML_ORDER.index(word[0]), entry) for entry in self.entries if (word := entry.words())
        ]
        silent = [(len(YAML_ORDER), entry) for entry in self.entries if not entry.words()]
        return [entry for _, entry in sorted([*worded, *silent], key=lambda item: item[0])]

    @cached_property
    def write(self) -> Writer:
        """Writes an entity's fields into JSON, in GTM's order."""
        return make_writer(entry for entry in self.entries if entry.writes())

    @cached_property
    def write_halves(self) -> tuple[Writer, Writer]:
        """The same in two, what stands in front of the fingerprint and what stands behind it."""
        before = self._before_fingerprint
        behind = self.entries[len(before) :]
        return (
            make_writer(entry for entry in before if entry.writes()),
            make_writer(entry for entry in behind if entry.writes()),
        )

    @cached_property
    def json_keys(self) -> tuple[str, ...]:
        """The keys of the JSON, in GTM's order."""
        return tuple(key for entry in self.entries for key in entry.json_keys())

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each key in the JSON."""
        return {key: number for number, key in enumerate(self.json_keys)}

    @cached_property
    def before_fingerprint(self) -> frozenset[str]:
        """The keys that exports have in front of the fingerprint."""
        return frozenset(key for entry in self._before_fingerprint for key in entry.json_keys())

    @property
    def _before_fingerprint(self) -> tuple[TableEntry, ...]:
        return tuple(takewhile(lambda entry: not isinstance(entry, Fingerprint), self.entries))


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
