"""The values that GTM's enums have, spelled as exports spell them.

Source: the discovery document of the API (revision 20260826), without the values that stand for
none. What is not among them the API refuses before it looks at anything else.
"""

from __future__ import annotations

from collections.abc import Mapping

TRIGGER_TYPES = (
    "PAGEVIEW",
    "DOM_READY",
    "WINDOW_LOADED",
    "CUSTOM_EVENT",
    "TRIGGER_GROUP",
    "INIT",
    "CONSENT_INIT",
    "SERVER_PAGEVIEW",
    "ALWAYS",
    "FIREBASE_APP_EXCEPTION",
    "FIREBASE_APP_UPDATE",
    "FIREBASE_CAMPAIGN",
    "FIREBASE_FIRST_OPEN",
    "FIREBASE_IN_APP_PURCHASE",
    "FIREBASE_NOTIFICATION_DISMISS",
    "FIREBASE_NOTIFICATION_FOREGROUND",
    "FIREBASE_NOTIFICATION_OPEN",
    "FIREBASE_NOTIFICATION_RECEIVE",
    "FIREBASE_OS_UPDATE",
    "FIREBASE_SESSION_START",
    "FIREBASE_USER_ENGAGEMENT",
    "FORM_SUBMISSION",
    "CLICK",
    "LINK_CLICK",
    "JS_ERROR",
    "HISTORY_CHANGE",
    "TIMER",
    "AMP_CLICK",
    "AMP_TIMER",
    "AMP_SCROLL",
    "AMP_VISIBILITY",
    "YOU_TUBE_VIDEO",
    "SCROLL_DEPTH",
    "ELEMENT_VISIBILITY",
)
CONDITION_TYPES = (
    "EQUALS",
    "CONTAINS",
    "STARTS_WITH",
    "ENDS_WITH",
    "MATCH_REGEX",
    "GREATER",
    "GREATER_OR_EQUALS",
    "LESS",
    "LESS_OR_EQUALS",
    "CSS_SELECTOR",
    "URL_MATCHES",
)
PARAMETER_TYPES = (
    "TEMPLATE",
    "INTEGER",
    "BOOLEAN",
    "LIST",
    "MAP",
    "TRIGGER_REFERENCE",
    "TAG_REFERENCE",
)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "tagFiringOption": ("UNLIMITED", "ONCE_PER_EVENT", "ONCE_PER_LOAD"),
    "consentStatus": ("NOT_SET", "NOT_NEEDED", "NEEDED"),
    "caseConversionType": ("NONE", "LOWERCASE", "UPPERCASE"),
    "convertToNumber": ("PERIOD", "COMMA", "AUTOMATIC"),
}
"""The values of the fields that hold an enum, wherever in an entity they stand."""
PARAMETER_FIELDS = frozenset(
    (
        "monitoringMetadata",
        "consentType",
        "convertFalseToValue",
        "convertNullToValue",
        "convertTrueToValue",
        "convertUndefinedToValue",
    )
)
"""The fields that hold a parameter, beside those of triggers."""
