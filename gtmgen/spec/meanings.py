"""What the words of the language mean: the schema's descriptions, for editors and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.spec.schema_parts import describe

TOP = {
    "include": "Other files below the spec's folder whose sections are merged in; globs are "
    "allowed.",
    "environments": "Changes to the spec for --env: mappings are merged, null removes a key.",
    "tests": "Scenarios: what a visitor does, and what is sent; `gtmgen test` runs them.",
    "server": "The server container behind the web container, or the backend, that sends as well.",
    "site": "Settings for the whole site.",
    "gtm": "GTM's entities in its own words: everything that the rest of the language does not "
    "cover.",
}
SITE = {
    "navigation": "spa: pages change without being loaded again; pages: every page is loaded.",
    "page_identity": "What makes a new page view on a single-page app.",
}
CONTAINER = {
    "context": "What the container is for; anything but a website can only be described under "
    "`gtm`.",
    "workspace": "The workspace that is planned against; created when it is missing.",
    "folder": "A GTM folder that everything is kept in.",
}
DATA = {
    "type": "What the value is; checked against what a platform's parameter takes.",
    "default": "The value to use where it is missing.",
    "required": "For readers: the site must always push it.",
    "example": "For readers: a value as the site pushes it.",
    "pii": "For readers: the value is personal data.",
    "description": "For readers; it goes into the variable's notes.",
}
EVENT = {
    "title": "For readers: what happened, in a few words.",
    "description": "For readers; it goes into the notes of tags and triggers.",
    "owner": "For readers: who is responsible for it.",
    "purpose": "For readers: why it is measured, and which report or campaign uses it.",
    "event_id": "generate, or a data key to build an ID from that the server can build, too.",
}
SEND = {
    "event": "The platform's name for the event.",
    "once": "At most once per dataLayer event, once per page load, or as often as triggers fire.",
    "priority": "Tags with a higher number fire first.",
    "paused": "Kept in the container, but never fires.",
    "custom": "The name is a custom one that is not a standard event of the platform.",
    "consent": "Replaces the platform's own.",
}


def explained(properties: Mapping[str, Any], meanings: Mapping[str, str]) -> dict[str, Any]:
    """The properties, each with its meaning before what it says itself."""
    return {
        key: describe(value, meanings[key]) if key in meanings else value
        for key, value in properties.items()
    }
