"""Small server containers for tests: GA4's client, one tag of a template of the test's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

GA4_CLIENT: Json = {
    "clientId": "1",
    "name": "GA4",
    "type": "gaaw_client",
    "parameter": [{"type": "BOOLEAN", "key": "activateDefaultPaths", "value": "true"}],
}


def encode_permission(value: Any) -> Json:
    """A plain value in the encoding of a template's permissions."""
    match value:
        case bool():
            return {"type": 8, "boolean": value}
        case list():
            return {"type": 2, "listItem": [encode_permission(one) for one in value]}
        case dict():
            return {
                "type": 3,
                "mapKey": [encode_permission(key) for key in value],
                "mapValue": [encode_permission(one) for one in value.values()],
            }
    return {"type": 1, "string": str(value)}


def server_template(
    code: str, permissions: Mapping[str, Mapping[str, Any]] | None = None, kind: str = "TAG"
) -> str:
    """A template file with this code and these permissions."""
    encoded = [
        {
            "instance": {
                "key": {"publicId": name, "versionId": "1"},
                "param": [{"key": k, "value": encode_permission(v)} for k, v in params.items()],
            },
            "isRequired": True,
        }
        for name, params in (permissions or {}).items()
    ]
    info = {
        "type": kind, "id": "cvt_temp_public_id", "version": 1, "displayName": "Test",
        "description": "", "containerContexts": ["SERVER"],
    }  # fmt: skip
    return (
        f"___INFO___\n\n{json.dumps(info)}\n\n\n___TEMPLATE_PARAMETERS___\n\n[]\n\n\n"
        f"___SANDBOXED_JS_FOR_SERVER___\n\n{code}\n\n\n"
        f"___SERVER_PERMISSIONS___\n\n{json.dumps(encoded)}\n\n\n"
        "___TESTS___\n\nscenarios: []\n\n\n___NOTES___\n\n"
    )


def condition(left: str, right: str, type_: str = "EQUALS") -> Json:
    return {
        "type": type_,
        "parameter": [
            {"type": "TEMPLATE", "key": "arg0", "value": left},
            {"type": "TEMPLATE", "key": "arg1", "value": right},
        ],
    }


def server_container(
    code: str = "data.gtmOnSuccess();",
    permissions: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    triggers: Sequence[Json] | None = None,
    clients: Sequence[Json] = (GA4_CLIENT,),
    parameters: Sequence[Json] = (),
    more: Mapping[str, Any] | None = None,
) -> Json:
    """A server container whose tag `Tag` runs the code on every event, or on `triggers`."""
    triggers = triggers or [{"triggerId": "1", "name": "All", "type": "ALWAYS"}]
    return {
        "containerVersion": {
            "containerId": "9",
            "container": {"publicId": "GTM-SERVER", "usageContext": ["SERVER"]},
            "client": list(clients),
            "tag": [
                {
                    "tagId": "1",
                    "name": "Tag",
                    "type": "cvt_9_1",
                    "parameter": list(parameters),
                    "firingTriggerId": [one["triggerId"] for one in triggers],
                }
            ],
            "trigger": list(triggers),
            "builtInVariable": [{"type": "CLIENT_NAME", "name": "Client Name"}],
            "customTemplate": [
                {
                    "containerId": "9",
                    "templateId": "1",
                    "name": "Test",
                    "templateData": server_template(code, permissions),
                }
            ],
            **(more or {}),
        }
    }


def ga4_request(*lines: str, query: str = "v=2&tid=G-TEST1&cid=7.8", **headers: str) -> Json:
    """A hit; each line is one event."""
    return {
        "method": "POST",
        "url": f"https://sgtm.shop.example/g/collect?{query}",
        "headers": {"User-Agent": "Agent/1", **headers},
        "body": "\n".join(lines),
    }
