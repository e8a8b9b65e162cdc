"""The fields that the API knows of each kind, and what each of them holds.

Source: the discovery document of the API (revision 20260826), without what the server gives an
entity. A request with any other field is refused before the API looks at anything else.
"""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.container.entities import Kind

TEXT = "text"
FLAG = "flag"
WHOLE = "whole number"
BIG_WHOLE = "whole number or its text"
"""int64: the API takes both, and answers with text, as JSON's numbers cannot hold all of them. A
spec has text, which then is what a plan reads again."""
LIST_OF = "list of "

_ENTITY = {"name": TEXT, "notes": TEXT, "parentFolderId": TEXT}
_TYPED = {**_ENTITY, "type": TEXT, "parameter": "list of Parameter"}
_TRIGGER_PARAMETERS = (
    *("checkValidation", "continuousTimeMinMilliseconds", "eventName"),
    *("horizontalScrollPercentageList", "interval", "intervalSeconds", "limit"),
    *("maxTimerLengthSeconds", "selector", "totalTimeMinMilliseconds", "uniqueTriggerId"),
    *("verticalScrollPercentageList", "visibilitySelector", "visiblePercentageMax"),
    *("visiblePercentageMin", "waitForTags", "waitForTagsTimeout"),
)

SCHEMA_OF: Mapping[Kind, str] = {
    Kind.TAG: "Tag",
    Kind.TRIGGER: "Trigger",
    Kind.VARIABLE: "Variable",
    Kind.FOLDER: "Folder",
    Kind.TEMPLATE: "CustomTemplate",
    Kind.CLIENT: "Client",
    Kind.TRANSFORMATION: "Transformation",
    Kind.ZONE: "Zone",
    Kind.GTAG_CONFIG: "GtagConfig",
}
API_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Tag": {
        **_TYPED,
        "blockingTriggerId": "list of text",
        "consentSettings": "TagConsentSetting",
        "firingTriggerId": "list of text",
        "liveOnly": FLAG,
        "monitoringMetadata": "Parameter",
        "monitoringMetadataTagNameKey": TEXT,
        "paused": FLAG,
        "priority": "Parameter",
        "scheduleEndMs": BIG_WHOLE,
        "scheduleStartMs": BIG_WHOLE,
        "setupTag": "list of SetupTag",
        "tagFiringOption": TEXT,
        "teardownTag": "list of TeardownTag",
    },
    "Trigger": {
        **_TYPED,
        "autoEventFilter": "list of Condition",
        "customEventFilter": "list of Condition",
        "filter": "list of Condition",
        **dict.fromkeys(_TRIGGER_PARAMETERS, "Parameter"),
    },
    "Variable": {
        **_TYPED,
        "disablingTriggerId": "list of text",
        "enablingTriggerId": "list of text",
        "formatValue": "VariableFormatValue",
        "scheduleEndMs": BIG_WHOLE,
        "scheduleStartMs": BIG_WHOLE,
    },
    "Folder": {"name": TEXT, "notes": TEXT},
    "CustomTemplate": {"name": TEXT, "galleryReference": "GalleryReference", "templateData": TEXT},
    "Client": {**_TYPED, "priority": WHOLE},
    "Transformation": _TYPED,
    "Zone": {
        "name": TEXT,
        "notes": TEXT,
        "boundary": "ZoneBoundary",
        "childContainer": "list of ZoneChildContainer",
        "typeRestriction": "ZoneTypeRestriction",
    },
    "GtagConfig": {"type": TEXT, "parameter": "list of Parameter"},
    "Condition": {"type": TEXT, "parameter": "list of Parameter"},
    "GalleryReference": {
        **dict.fromkeys(("galleryTemplateId", "host", "owner", "repository"), TEXT),
        **dict.fromkeys(("signature", "templateDeveloperId", "version"), TEXT),
        "isModified": FLAG,
    },
    "Parameter": {
        "isWeakReference": FLAG,
        "key": TEXT,
        "list": "list of Parameter",
        "map": "list of Parameter",
        "type": TEXT,
        "value": TEXT,
    },
    "SetupTag": {"stopOnSetupFailure": FLAG, "tagName": TEXT},
    "TagConsentSetting": {"consentStatus": TEXT, "consentType": "Parameter"},
    "TeardownTag": {"stopTeardownOnFailure": FLAG, "tagName": TEXT},
    "VariableFormatValue": {
        "caseConversionType": TEXT,
        "convertFalseToValue": "Parameter",
        "convertNullToValue": "Parameter",
        "convertToBoolean": FLAG,
        "convertToNumber": TEXT,
        "convertTrueToValue": "Parameter",
        "convertUndefinedToValue": "Parameter",
    },
    "ZoneBoundary": {
        "condition": "list of Condition",
        "customEvaluationTriggerId": "list of text",
    },
    "ZoneChildContainer": {"nickname": TEXT, "publicId": TEXT},
    "ZoneTypeRestriction": {"enable": FLAG, "whitelistedTypeId": "list of text"},
}
"""By the name of the document's schema: field -> what it holds, a schema's name for an object."""
