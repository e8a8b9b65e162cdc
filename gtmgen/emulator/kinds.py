"""The workspace entity kinds and how the API spells each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class ResourceKind:
    """One entity kind; ``name`` is what the emulator's state and messages call it."""

    name: str
    resource: str
    schema: str
    id_field: str
    list_key: str
    version_key: str

    @property
    def has_type(self) -> bool:
        return self.name not in ("folder", "template", "zone")

    @property
    def has_name(self) -> bool:
        """Google tag configurations have none (discovery document)."""
        return self.name != "gtag_config"


_ALL = (
    ResourceKind("tag", "tags", "Tag", "tagId", "tag", "tag"),
    ResourceKind("trigger", "triggers", "Trigger", "triggerId", "trigger", "trigger"),
    ResourceKind("variable", "variables", "Variable", "variableId", "variable", "variable"),
    ResourceKind("folder", "folders", "Folder", "folderId", "folder", "folder"),
    ResourceKind(
        "template", "templates", "CustomTemplate", "templateId", "template", "customTemplate"
    ),
    ResourceKind("client", "clients", "Client", "clientId", "client", "client"),
    ResourceKind(
        "transformation",
        "transformations",
        "Transformation",
        "transformationId",
        "transformation",
        "transformation",
    ),
    ResourceKind("zone", "zones", "Zone", "zoneId", "zone", "zone"),
    ResourceKind(
        "gtag_config", "gtag_config", "GtagConfig", "gtagConfigId", "gtagConfig", "gtagConfig"
    ),
)
KINDS = {kind.name: kind for kind in _ALL}
BY_RESOURCE = {kind.resource: kind for kind in _ALL}
BY_VERSION_KEY = {kind.version_key: kind for kind in _ALL}

# Built-in triggers: usable in references, never listed (seen in exports and third-party code).
ALL_PAGES = "2147479553"
CONSENT_INITIALIZATION = "2147479572"
INITIALIZATION = "2147479573"
SERVER_ALL_EVENTS = "2147479574"
MOBILE = "2147479556"  # seen in exports of mobile containers, which do not say its name
BUILT_IN_TRIGGERS = frozenset(
    {ALL_PAGES, CONSENT_INITIALIZATION, INITIALIZATION, SERVER_ALL_EVENTS, MOBILE}
)

# What a new web container has enabled (as the GTM user interface does; not in the API's docs).
WEB_BUILT_INS = ("pageUrl", "pageHostname", "pagePath", "referrer", "event")

_ACRONYMS = {"url": "URL", "id": "ID", "html": "HTML", "os": "OS", "sdk": "SDK"}

# Display names that are not the type's words, as counted in genuine exports.
_UNEXPECTED_NAMES = {
    "resolution": "Screen Resolution",
    "advertisingTrackingEnabled": "Advertiser Tracking Enabled",
    "ampBrowserLanguage": "Browser Language",
    "ampCanonicalPath": "Canonical Path",
    "ampCanonicalUrl": "Canonical URL",
    "ampCanonicalHost": "Canonical Host",
    "ampReferrer": "Document Referrer",
    "ampTitle": "Document Title",
    "ampClientId": "Page Client ID",
    "ampClientTimezone": "Client Timezone",
    "ampClientTimestamp": "Client Timestamp",
    "ampClientScreenWidth": "Screen Width",
    "ampClientScreenHeight": "Screen Height",
    "ampClientScrollX": "Scroll Left",
    "ampClientScrollY": "Scroll Top",
    "ampClientMaxScrollX": "Scroll Width",
    "ampClientMaxScrollY": "Scroll Height",
    "ampTotalEngagedTime": "Total Engaged Time",
    "ampPageViewId": "Page View ID",
    "ampPageLoadTime": "Page Load Time",
    "ampPageDownloadTime": "Page Download Time",
    "ampGtmEvent": "AMP Event",
    "firebaseEventParameterCampaign": "Campaign Name",
    "firebaseEventParameterCampaignAclid": "Click ID (aclid)",
    "firebaseEventParameterCampaignAnid": "Ad Network ID (anid)",
    "firebaseEventParameterCampaignClickTimestamp": "Campaign Click Timestamp",
    "firebaseEventParameterCampaignContent": "Campaign Content",
    "firebaseEventParameterCampaignCp1": "Campaign Custom Parameter 1",
    "firebaseEventParameterCampaignGclid": "Google Click ID (gclid)",
    "firebaseEventParameterCampaignSource": "Campaign Source",
    "firebaseEventParameterCampaignTerm": "Campaign Search Term",
    "firebaseEventParameterCurrency": "In-app Purchase Currency",
    "firebaseEventParameterDynamicLinkAcceptTime": "Dynamic Link Accept Time",
    "firebaseEventParameterDynamicLinkLinkid": "Dynamic Link ID",
    "firebaseEventParameterNotificationMessageDeviceTime": "Notification Device Time",
    "firebaseEventParameterNotificationMessageId": "Notification Message ID",
    "firebaseEventParameterNotificationMessageName": "Notification Message Name",
    "firebaseEventParameterNotificationMessageTime": "Notification Message Time",
    "firebaseEventParameterNotificationTopic": "Notification Message Topic",
    "firebaseEventParameterPreviousAppVersion": "Previous Application Version",
    "firebaseEventParameterPreviousOsVersion": "Previous OS Version",
    "firebaseEventParameterPrice": "In-app Purchase Price",
    "firebaseEventParameterProductId": "In-app Purchase Product ID",
    "firebaseEventParameterQuantity": "In-app Purchase Quantity",
    "firebaseEventParameterValue": "In-app Purchase Value",
    "scrollDepthDirection": "Scroll Direction",
    "elementVisibilityRatio": "Percent Visible",
    "elementVisibilityTime": "On-Screen Duration",
}


def name_built_in(built_in_type: str) -> str:
    """``clickUrl`` -> ``Click URL``: the display name that ``{{...}}`` refers to."""
    if built_in_type in _UNEXPECTED_NAMES:
        return _UNEXPECTED_NAMES[built_in_type]
    words = re.findall(r"[A-Z]?[a-z0-9]+", built_in_type)
    return " ".join(_ACRONYMS.get(word.lower(), word.capitalize()) for word in words)
