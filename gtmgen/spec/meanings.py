"""What the words of the language mean: the schema's descriptions, for editors and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.spec.schema_parts import describe

TOP = {
    "include": "Other files below the spec's folder whose sections are merged in; globs are fine.",
    "environments": "What is laid over the spec with --env: mappings merge, null takes away.",
    "tests": "Scenarios: what a visitor does, and what is sent; `gtmgen test` runs them.",
    "server": "The server container behind the web container, or the backend, that sends as well.",
    "site": "What holds for the whole site.",
    "gtm": "GTM's entities in its own words: what the rest of the language has no word for.",
}
SITE = {
    "navigation": "spa: pages change without a load; pages: every page is a load.",
    "page_identity": "What makes a new page view on a single-page app.",
}
CONTAINER = {
    "context": "What the container is for; `gtm` alone has words for what is no website.",
    "workspace": "The workspace that is planned against; created when it is missing.",
    "folder": "A GTM folder that everything is kept in.",
}
DATA = {
    "type": "What the value is; checked against what a platform's parameter takes.",
    "default": "Instead of a value that is missing.",
    "required": "For readers: the site must always push it.",
    "example": "For readers: a value as the site pushes it.",
    "pii": "For readers: it is personal.",
    "description": "For readers; it goes into the variable's notes.",
}
EVENT = {
    "title": "For readers: what happened, in a few words.",
    "description": "For readers; it goes into the notes of tags and triggers.",
    "owner": "For readers: who answers for it.",
    "purpose": "For readers: why it is measured, and which report or campaign uses it.",
    "event_id": "generate, or a data key that makes an ID which the server can make, too.",
}
SEND = {
    "event": "The platform's name for the event.",
    "once": "At most once per dataLayer event, once per page load, or as often as triggers fire.",
    "priority": "Tags with a higher number fire first.",
    "paused": "Kept in the container, but never fires.",
    "custom": "The name is one of your own, which the platform does not know as a standard event.",
    "consent": "Instead of the platform's.",
}


def explained(properties: Mapping[str, Any], meanings: Mapping[str, str]) -> dict[str, Any]:
    """The properties, each with its meaning before what it says itself."""
    return {
        key: describe(value, meanings[key]) if key in meanings else value
        for key, value in properties.items()
    }
