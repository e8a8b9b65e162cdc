"""GTM's built-in variables and built-in triggers.

Display names and their order in an export were read off 186 real exports; the API enum is
the discovery document's (revision 20260826). ``newHistoryUrl`` and ``oldHistoryUrl`` are in
that enum but not in the web interface, so they are left out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

# snake_case key -> display name, in the order in which every real export lists them.
WEB_BUILT_INS: Mapping[str, str] = {
    "page_url": "Page URL",
    "page_hostname": "Page Hostname",
    "page_path": "Page Path",
    "referrer": "Referrer",
    "event": "Event",
    "click_element": "Click Element",
    "click_classes": "Click Classes",
    "click_id": "Click ID",
    "click_target": "Click Target",
    "click_url": "Click URL",
    "click_text": "Click Text",
    "form_element": "Form Element",
    "form_classes": "Form Classes",
    "form_id": "Form ID",
    "form_target": "Form Target",
    "form_url": "Form URL",
    "form_text": "Form Text",
    "error_message": "Error Message",
    "error_url": "Error URL",
    "error_line": "Error Line",
    "new_history_fragment": "New History Fragment",
    "old_history_fragment": "Old History Fragment",
    "new_history_state": "New History State",
    "old_history_state": "Old History State",
    "history_source": "History Source",
    "container_version": "Container Version",
    "debug_mode": "Debug Mode",
    "random_number": "Random Number",
    "container_id": "Container ID",
    "html_id": "HTML ID",
    "environment_name": "Environment Name",
    "video_provider": "Video Provider",
    "video_url": "Video URL",
    "video_title": "Video Title",
    "video_duration": "Video Duration",
    "video_percent": "Video Percent",
    "video_visible": "Video Visible",
    "video_status": "Video Status",
    "video_current_time": "Video Current Time",
    "scroll_depth_threshold": "Scroll Depth Threshold",
    "scroll_depth_units": "Scroll Depth Units",
    "scroll_depth_direction": "Scroll Direction",
    "element_visibility_ratio": "Percent Visible",
    "element_visibility_time": "On-Screen Duration",
}

# Those of a server container that the language has words for, by 20 real exports.
SERVER_BUILT_INS: Mapping[str, str] = {
    "event_name": "Event Name",
    "client_name": "Client Name",
    "request_path": "Request Path",
    "request_method": "Request Method",
    "query_string": "Query String",
    "visitor_region": "Visitor Region",
    "container_id": "Container ID",
    "container_version": "Container Version",
    "debug_mode": "Debug Mode",
}

# Names of built-ins of other containers that are not the words of their type, as exports have
# them; the first group is AMP's, the others are mobile.
_OTHER_NAMES: Mapping[str, str] = {
    "amp_browser_language": "Browser Language",
    "amp_canonical_path": "Canonical Path",
    "amp_canonical_url": "Canonical URL",
    "amp_canonical_host": "Canonical Host",
    "amp_referrer": "Document Referrer",
    "amp_title": "Document Title",
    "amp_client_id": "Page Client ID",
    "amp_client_timezone": "Client Timezone",
    "amp_client_timestamp": "Client Timestamp",
    "amp_client_screen_width": "Screen Width",
    "amp_client_screen_height": "Screen Height",
    "amp_client_scroll_x": "Scroll Left",
    "amp_client_scroll_y": "Scroll Top",
    "amp_client_max_scroll_x": "Scroll Width",
    "amp_client_max_scroll_y": "Scroll Height",
    "amp_total_engaged_time": "Total Engaged Time",
    "amp_page_view_id": "Page View ID",
    "amp_page_load_time": "Page Load Time",
    "amp_page_download_time": "Page Download Time",
    "amp_gtm_event": "AMP Event",
    "resolution": "Screen Resolution",
    "advertising_tracking_enabled": "Advertiser Tracking Enabled",
    "firebase_event_parameter_campaign": "Campaign Name",
    "firebase_event_parameter_campaign_aclid": "Click ID (aclid)",
    "firebase_event_parameter_campaign_anid": "Ad Network ID (anid)",
    "firebase_event_parameter_campaign_click_timestamp": "Campaign Click Timestamp",
    "firebase_event_parameter_campaign_content": "Campaign Content",
    "firebase_event_parameter_campaign_cp1": "Campaign Custom Parameter 1",
    "firebase_event_parameter_campaign_gclid": "Google Click ID (gclid)",
    "firebase_event_parameter_campaign_source": "Campaign Source",
    "firebase_event_parameter_campaign_term": "Campaign Search Term",
    "firebase_event_parameter_currency": "In-app Purchase Currency",
    "firebase_event_parameter_dynamic_link_accept_time": "Dynamic Link Accept Time",
    "firebase_event_parameter_dynamic_link_linkid": "Dynamic Link ID",
    "firebase_event_parameter_notification_message_device_time": "Notification Device Time",
    "firebase_event_parameter_notification_message_id": "Notification Message ID",
    "firebase_event_parameter_notification_message_name": "Notification Message Name",
    "firebase_event_parameter_notification_message_time": "Notification Message Time",
    "firebase_event_parameter_notification_topic": "Notification Message Topic",
    "firebase_event_parameter_previous_app_version": "Previous Application Version",
    "firebase_event_parameter_previous_os_version": "Previous OS Version",
    "firebase_event_parameter_price": "In-app Purchase Price",
    "firebase_event_parameter_product_id": "In-app Purchase Product ID",
    "firebase_event_parameter_quantity": "In-app Purchase Quantity",
    "firebase_event_parameter_value": "In-app Purchase Value",
}
_ACRONYMS = {"url": "URL", "id": "ID", "html": "HTML", "os": "OS", "sdk": "SDK"}


def built_in_name(key: str) -> str:
    """The display name that ``{{...}}`` refers to; the words of the key where none is known."""
    name = WEB_BUILT_INS.get(key) or _OTHER_NAMES.get(key)
    if name is not None:
        return name
    return " ".join(_ACRONYMS.get(word, word.capitalize()) for word in key.split("_"))


WEB_KEYS = tuple(WEB_BUILT_INS)
SERVER_KEYS = tuple(key for key in SERVER_BUILT_INS if key not in WEB_BUILT_INS)
"""The keys of built-in variables that server containers alone have."""
BUILT_IN_KEYS: frozenset[str] = frozenset(
    {
        *WEB_BUILT_INS,
        *_OTHER_NAMES,
        "new_history_url",
        "old_history_url",
        "first_party_serving_url",
        "app_id",
        "app_name",
        "app_version_code",
        "app_version_name",
        "language",
        "os_version",
        "platform",
        "sdk_version",
        "device_name",
        "advertiser_id",
        "event_name",
        "element_visibility_first_time",
        "element_visibility_recent_time",
        "request_path",
        "request_method",
        "client_name",
        "query_string",
        "server_page_location_url",
        "server_page_location_path",
        "server_page_location_hostname",
        "visitor_region",
        "analytics_client_id",
        "analytics_session_id",
        "analytics_session_number",
    }
)
"""Every built-in variable of the API's enum, for all kinds of containers."""
_ORDER: Mapping[str, int] = {key: index for index, key in enumerate(WEB_BUILT_INS)}


def built_in_order(key: str) -> tuple[int, str]:
    """The place of a built-in variable in exports; those of no web container come last."""
    return _ORDER.get(key, len(_ORDER)), key


KEY_OF_NAME: Mapping[str, str] = {name: key for key, name in WEB_BUILT_INS.items()}
SERVER_KEY_OF_NAME: Mapping[str, str] = {name: key for key, name in SERVER_BUILT_INS.items()}


def built_ins_for(context: str) -> Mapping[str, str]:
    """Key -> display name of what the language names in a ``web``, ``server``, ... container."""
    return SERVER_BUILT_INS if context == "server" else WEB_BUILT_INS


class BuiltInTrigger(Enum):
    """Triggers that every container has and that the API never lists."""

    ALL_PAGES = "2147479553"
    CONSENT_INITIALIZATION = "2147479572"
    INITIALIZATION = "2147479573"
    SERVER_ALL = "2147479574"

    @property
    def label(self) -> str:
        """The name that GTM's interface shows."""
        return _LABELS[self]


_LABELS = {
    BuiltInTrigger.ALL_PAGES: "All Pages",
    BuiltInTrigger.CONSENT_INITIALIZATION: "Consent Initialization - All Pages",
    BuiltInTrigger.INITIALIZATION: "Initialization - All Pages",
    BuiltInTrigger.SERVER_ALL: "All Pages (server)",
}
BUILT_IN_TRIGGER_IDS: Mapping[str, BuiltInTrigger] = {
    trigger.value: trigger for trigger in BuiltInTrigger
}
MOBILE_TRIGGER_IDS = frozenset(("2147479556",))
"""Built-in triggers of mobile containers, by ID: exports show no name of theirs."""
BUILT_IN_TRIGGER_LABELS = {trigger.label: trigger for trigger in BuiltInTrigger}
