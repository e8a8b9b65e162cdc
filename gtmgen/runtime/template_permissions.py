"""What a custom template is allowed to do, out of GTM's encoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gtmgen.runtime.problems import TemplateProblem
from gtmgen.runtime.template_sections import Side
from gtmgen.runtime.tokens import words

PERMISSION_IDS: Final[Mapping[Side, frozenset[str]]] = {
    "web": frozenset(
        words(
            "access_consent access_globals access_local_storage access_template_storage "
            "get_cookies get_referrer get_url inject_hidden_iframe inject_script logging "
            "read_analytics_storage read_character_set read_container_data read_data_layer "
            "read_event_metadata read_title send_pixel set_cookies write_data_layer"
        )
    ),
    "server": frozenset(
        words(
            "access_bigquery access_firestore access_response access_template_storage get_cookies "
            "logging read_container_data read_event_data read_request return_response "
            "run_container send_http send_pixel_from_browser set_cookies use_google_credentials"
        )
    ),
}


def read_permissions(
    encoded: list[Any], side: Side, line: int, problems: list[TemplateProblem]
) -> dict[str, dict[str, Any]]:
    """Plain values by permission; ``problems`` gets what GTM would not read."""
    permissions: dict[str, dict[str, Any]] = {}
    for entry in encoded:
        try:
            name = entry["instance"]["key"]["publicId"]
            values = {
                item["key"]: plain_permission_value(item["value"])
                for item in entry["instance"]["param"]
            }
        except (KeyError, TypeError, ValueError) as error:
            problems.append(
                TemplateProblem(line, 1, f"A permission is not in GTM's encoding: {error}.")
            )
            continue
        if name not in PERMISSION_IDS[side]:
            problems.append(TemplateProblem(line, 1, f"Unknown permission `{name}`."))
        elif name in permissions:
            problems.append(TemplateProblem(line, 1, f"Permission `{name}` stands twice."))
        permissions[name] = values
    return permissions


def plain_permission_value(value: Mapping[str, Any]) -> Any:
    """A value in the encoding of permissions, as plain data. Raises KeyError, ValueError."""
    match value["type"]:
        case 1:
            return value["string"]
        case 2:
            return [plain_permission_value(item) for item in value.get("listItem", ())]
        case 3:
            pairs = zip(value["mapKey"], value["mapValue"], strict=True)
            return {
                plain_permission_value(key): plain_permission_value(item) for key, item in pairs
            }
        case 8:
            return value["boolean"]
    raise ValueError(f"unknown value type {value['type']}")
