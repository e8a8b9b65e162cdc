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

WEB_KEYS = tuple(WEB_BUILT_INS)
ORDER: Mapping[str, int] = {key: place for place, key in enumerate(WEB_BUILT_INS)}
KEY_OF_NAME: Mapping[str, str] = {name: key for key, name in WEB_BUILT_INS.items()}


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
