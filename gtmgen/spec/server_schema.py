"""The schema of ``server``: the server container, or the backend, that sends beside the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TRANSPORTS = ("server", "backend")

SECRET_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "secret": {
            "type": "string",
            "pattern": "^[A-Z][A-Z0-9_]*$",
            "description": "The environment variable that holds it when a push is made.",
            "examples": ["ACCESS_TOKEN"],
        }
    },
    "required": ["secret"],
    "additionalProperties": False,
    "description": "A value that is kept out of every file: `{secret: TIKTOK_ACCESS_TOKEN}`.",
}


def server_schema(accounts: Mapping[str, Schema]) -> Schema:
    """The section; ``accounts`` are the settings of each platform with a server half."""
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "The server container behind the web container, built from the same events; "
        "or the backend that sends them itself. In the spec of a server container, its accounts.",
        "properties": {
            "transport": {
                "enum": list(TRANSPORTS),
                "default": "server",
                "description": "server: a server container of GTM sends; backend: the shop's own "
                "backend does, and gtmgen only keeps its contract.",
            },
            "gtm": {
                "type": "string",
                "pattern": r"^(?:GTM-[A-Z0-9]+|accounts/[0-9]+/containers/[0-9]+)$",
                "description": "The server container: its public ID, GTM-XXXX, or "
                "accounts/1/containers/2.",
                "examples": ["GTM-ABC1234"],
            },
            "url": {
                "type": "string",
                "pattern": "^https://[^\\s/?#]+(?:/[^\\s?#]*[^\\s?#/])?$",
                "description": "Where the server container takes hits, an https:// address "
                "without a slash at the end: the Google tag sends there instead of to Google.",
                "examples": ["https://sgtm.shop.example"],
            },
            "workspace": {
                **text,
                "default": "gtmgen",
                "description": "The workspace of the server container that is planned against.",
            },
            "folder": {
                **text,
                "description": "A GTM folder of the server container that everything is kept in.",
                "examples": ["Tracking"],
            },
            "accounts": {
                "type": "object",
                "properties": dict(accounts),
                "additionalProperties": False,
                "minProperties": 1,
                "description": "The platforms that the server container sends to, with what they "
                "need there.",
            },
        },
    }


def account_schema(title: str, settings: Schema) -> Schema:
    """The settings of one platform's server half; ``x-secret`` ones name a secret."""
    properties = {
        name: {"$ref": "#/$defs/secret", "description": schema.get("description", "")}
        if schema.get("x-secret")
        else schema
        for name, schema in settings.get("properties", {}).items()
    }
    return {
        "type": "object",
        "description": f"{title}'s API for servers.",
        "properties": properties,
        "required": list(settings.get("required", ())),
        "additionalProperties": False,
    }
