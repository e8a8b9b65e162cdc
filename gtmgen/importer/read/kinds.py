"""The entity kinds as a container version holds them, and the shape of each.

From the API's discovery document, revision 20260826; exports have the same shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class VersionKind(NamedTuple):
    """``field`` of a container version; ``kind`` of the port; what each entity must have."""

    field: str
    kind: str
    word: str
    schema: str
    id_field: str | None
    required: tuple[str, ...]


KINDS = (
    VersionKind("tag", "tag", "tag", "Tag", "tagId", ("tagId", "name", "type")),
    VersionKind(
        "trigger", "trigger", "trigger", "Trigger", "triggerId", ("triggerId", "name", "type")
    ),
    VersionKind(
        "variable", "variable", "variable", "Variable", "variableId", ("variableId", "name", "type")
    ),
    VersionKind("folder", "folder", "folder", "Folder", "folderId", ("folderId", "name")),
    VersionKind(
        "builtInVariable",
        "built_in_variable",
        "built-in variable",
        "BuiltInVariable",
        None,
        ("type",),
    ),
    VersionKind(
        "customTemplate",
        "template",
        "template",
        "CustomTemplate",
        "templateId",
        ("templateId", "name", "templateData"),
    ),
    VersionKind("client", "client", "client", "Client", "clientId", ("clientId", "name", "type")),
    VersionKind(
        "transformation",
        "transformation",
        "transformation",
        "Transformation",
        "transformationId",
        ("transformationId", "name", "type"),
    ),
    VersionKind("zone", "zone", "zone", "Zone", "zoneId", ("zoneId", "name")),
    VersionKind(
        "gtagConfig",
        "gtag_config",
        "Google tag configuration",
        "GtagConfig",
        "gtagConfigId",
        ("gtagConfigId", "type"),
    ),
)

#: What a container version holds beside entities.
VERSION_FIELDS = frozenset(
    (
        "path",
        "accountId",
        "containerId",
        "containerVersionId",
        "name",
        "description",
        "container",
        "containerNotes",
        "fingerprint",
        "tagManagerUrl",
        "deleted",
    )
)


def _shape(strings: str, **others: str) -> Mapping[str, str]:
    return MappingProxyType({**_of("string", strings), **others})


def _of(shape: str, members: str) -> dict[str, str]:
    return dict.fromkeys(members.split(), shape)


_IDS = "accountId containerId fingerprint "
_NAMED = _IDS + "name notes "
_TYPED = _NAMED + "type parentFolderId "
_PARAMETERS = {"parameter": "[Parameter]"}

#: Schema -> member -> ``string``, ``boolean``, a schema, or a list ``[...]`` of one of them.
#: Members that are not here pass as they are.
SHAPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Container": _shape(
            "accountId containerId name publicId",
            usageContext="[string]",
        ),
        "Tag": _shape(
            _TYPED + "tagId tagFiringOption scheduleStartMs scheduleEndMs "
            "monitoringMetadataTagNameKey",
            **_PARAMETERS,
            firingTriggerId="[string]",
            blockingTriggerId="[string]",
            setupTag="[SetupTag]",
            teardownTag="[TeardownTag]",
            priority="Parameter",
            monitoringMetadata="Parameter",
            consentSettings="TagConsentSetting",
            paused="boolean",
            liveOnly="boolean",
        ),
        "Trigger": _shape(
            _TYPED + "triggerId",
            **_PARAMETERS,
            filter="[Condition]",
            autoEventFilter="[Condition]",
            customEventFilter="[Condition]",
            **_of(
                "Parameter",
                "checkValidation continuousTimeMinMilliseconds eventName "
                "horizontalScrollPercentageList interval intervalSeconds limit "
                "maxTimerLengthSeconds selector totalTimeMinMilliseconds uniqueTriggerId "
                "verticalScrollPercentageList visibilitySelector visiblePercentageMax "
                "visiblePercentageMin waitForTags waitForTagsTimeout",
            ),
        ),
        "Variable": _shape(
            _TYPED + "variableId scheduleStartMs scheduleEndMs",
            **_PARAMETERS,
            enablingTriggerId="[string]",
            disablingTriggerId="[string]",
            formatValue="VariableFormatValue",
        ),
        "Folder": _shape(_NAMED + "folderId"),
        "BuiltInVariable": _shape(_IDS + "name type"),
        "CustomTemplate": _shape(
            _IDS + "name templateId templateData", galleryReference="GalleryReference"
        ),
        "Client": _shape(_TYPED + "clientId", **_PARAMETERS),
        "Transformation": _shape(_TYPED + "transformationId", **_PARAMETERS),
        "Zone": _shape(
            _NAMED + "zoneId",
            boundary="ZoneBoundary",
            childContainer="[ZoneChildContainer]",
            typeRestriction="ZoneTypeRestriction",
        ),
        "GtagConfig": _shape(_IDS + "type gtagConfigId", **_PARAMETERS),
        "Parameter": _shape(
            "type key value", list="[Parameter]", map="[Parameter]", isWeakReference="boolean"
        ),
        "Condition": _shape("type", **_PARAMETERS),
        "SetupTag": _shape("tagName", stopOnSetupFailure="boolean"),
        "TeardownTag": _shape("tagName", stopTeardownOnFailure="boolean"),
        "TagConsentSetting": _shape("consentStatus", consentType="Parameter"),
        "VariableFormatValue": _shape(
            "caseConversionType",
            convertFalseToValue="Parameter",
            convertNullToValue="Parameter",
            convertTrueToValue="Parameter",
            convertUndefinedToValue="Parameter",
        ),
        "GalleryReference": _shape(
            "galleryTemplateId host owner repository signature templateDeveloperId version"
        ),
        "ZoneBoundary": _shape("", condition="[Condition]", customEvaluationTriggerId="[string]"),
        "ZoneChildContainer": _shape("nickname publicId"),
        "ZoneTypeRestriction": _shape("", enable="boolean", whitelistedTypeId="[string]"),
    }
)

#: What a thing cannot be without, beyond the entities' own.
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"Parameter": ("type",), "Condition": ("type",)}
)
