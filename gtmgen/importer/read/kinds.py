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


def _map_members(strings: str, **others: str) -> Mapping[str, str]:
    return MappingProxyType({**_split_members("string", strings), **others})


def _split_members(shape: str, members: str) -> dict[str, str]:
    return dict.fromkeys(members.split(), shape)


_IDS = "accountId containerId fingerprint "
_NAMED = _IDS + "name notes "
_TYPED = _NAMED + "type parentFolderId "
_PARAMETERS = {"parameter": "[Parameter]"}

#: Schema -> member -> ``string``, ``boolean``, a schema, or a list ``[...]`` of one of them.
#: Members that are not here pass as they are.
SHAPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Container": _map_members(
            "accountId containerId name publicId",
            usageContext="[string]",
        ),
        "Tag": _map_members(
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
        "Trigger": _map_members(
            _TYPED + "triggerId",
            **_PARAMETERS,
            filter="[Condition]",
            autoEventFilter="[Condition]",
            customEventFilter="[Condition]",
            **_split_members(
                "Parameter",
                "checkValidation continuousTimeMinMilliseconds eventName "
                "horizontalScrollPercentageList interval intervalSeconds limit "
                "maxTimerLengthSeconds selector totalTimeMinMilliseconds uniqueTriggerId "
                "verticalScrollPercentageList visibilitySelector visiblePercentageMax "
                "visiblePercentageMin waitForTags waitForTagsTimeout",
            ),
        ),
        "Variable": _map_members(
            _TYPED + "variableId scheduleStartMs scheduleEndMs",
            **_PARAMETERS,
            enablingTriggerId="[string]",
            disablingTriggerId="[string]",
            formatValue="VariableFormatValue",
        ),
        "Folder": _map_members(_NAMED + "folderId"),
        "BuiltInVariable": _map_members(_IDS + "name type"),
        "CustomTemplate": _map_members(
            _IDS + "name templateId templateData", galleryReference="GalleryReference"
        ),
        "Client": _map_members(_TYPED + "clientId", **_PARAMETERS),
        "Transformation": _map_members(_TYPED + "transformationId", **_PARAMETERS),
        "Zone": _map_members(
            _NAMED + "zoneId",
            boundary="ZoneBoundary",
            childContainer="[ZoneChildContainer]",
            typeRestriction="ZoneTypeRestriction",
        ),
        "GtagConfig": _map_members(_IDS + "type gtagConfigId", **_PARAMETERS),
        "Parameter": _map_members(
            "type key value", list="[Parameter]", map="[Parameter]", isWeakReference="boolean"
        ),
        "Condition": _map_members("type", **_PARAMETERS),
        "SetupTag": _map_members("tagName", stopOnSetupFailure="boolean"),
        "TeardownTag": _map_members("tagName", stopTeardownOnFailure="boolean"),
        "TagConsentSetting": _map_members("consentStatus", consentType="Parameter"),
        "VariableFormatValue": _map_members(
            "caseConversionType",
            convertFalseToValue="Parameter",
            convertNullToValue="Parameter",
            convertTrueToValue="Parameter",
            convertUndefinedToValue="Parameter",
        ),
        "GalleryReference": _map_members(
            "galleryTemplateId host owner repository signature templateDeveloperId version"
        ),
        "ZoneBoundary": _map_members(
            "", condition="[Condition]", customEvaluationTriggerId="[string]"
        ),
        "ZoneChildContainer": _map_members("nickname publicId"),
        "ZoneTypeRestriction": _map_members("", enable="boolean", whitelistedTypeId="[string]"),
    }
)

#: What a thing cannot be without, beyond the entities' own.
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"Parameter": ("type",), "Condition": ("type",)}
)
