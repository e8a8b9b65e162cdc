"""What GTM calls the fields of its entities, and in which order exports have them.

Orders: counted in real exports (2,094 of 2,095 tags and all triggers and variables obey them);
what no export shows stands where the discovery document's neighbours do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gtmgen.container.entities import (
    Client,
    Folder,
    GtagConfig,
    Tag,
    Template,
    Transformation,
    Trigger,
    Variable,
    Zone,
)

ENUM_FIELDS = frozenset(
    ("tagFiringOption", "consentStatus", "caseConversionType", "convertToNumber")
)
"""Fields that hold an enum. The types of tags, variables and templates are no enum."""

SERVER_FIELDS = frozenset(
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
        "clientId",
        "transformationId",
        "zoneId",
        "gtagConfigId",
    )
)
"""What the server gives an entity."""

# The fields that exports have in front of the fingerprint, then those behind it.
_FIELDS: Mapping[type, tuple[str, str]] = {
    Tag: (
        "name type priority notes parameter",
        (
            "firingTriggerId teardownTag blockingTriggerId setupTag parentFolderId "
            "tagFiringOption liveOnly scheduleStartMs scheduleEndMs paused monitoringMetadata "
            "monitoringMetadataTagNameKey consentSettings"
        ),
    ),
    Trigger: (
        (
            "name type customEventFilter filter autoEventFilter waitForTags eventName "
            "checkValidation interval waitForTagsTimeout limit uniqueTriggerId "
            "visibilitySelector intervalSeconds maxTimerLengthSeconds "
            "verticalScrollPercentageList horizontalScrollPercentageList visiblePercentageMin "
            "visiblePercentageMax continuousTimeMinMilliseconds totalTimeMinMilliseconds"
        ),
        "parentFolderId parameter selector notes",
    ),
    Variable: (
        "name type notes scheduleStartMs scheduleEndMs parameter",
        "enablingTriggerId disablingTriggerId parentFolderId formatValue",
    ),
    Folder: ("name", "notes"),
    Template: ("name", "templateData galleryReference"),
    Client: ("name type notes parameter priority", "parentFolderId"),
    Transformation: ("name type notes parameter", "parentFolderId"),
    Zone: ("name notes", "childContainer boundary typeRestriction"),
    GtagConfig: ("type parameter", ""),
}
BEFORE_FINGERPRINT: Mapping[type, frozenset[str]] = {
    kind: frozenset(before.split()) for kind, (before, _) in _FIELDS.items()
}
FIELD_ORDER: Mapping[type, Mapping[str, int]] = {
    kind: {name: place for place, name in enumerate((before + " " + after).split())}
    for kind, (before, after) in _FIELDS.items()
}


# -- the spelling of enums -------------------------------------------------------------


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
