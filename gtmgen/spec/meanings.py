"""What the words of the language mean: the schema's descriptions, for editors and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
TRIGGER = {
    "page": "A page view of these pages, by load and, on a single-page app, by navigation.",
    "lifecycle": "A moment of the page's load, in this order.",
    "event": "A dataLayer event of this name.",
    "event_matches": "A dataLayer event whose name matches this regular expression.",
    "history": "Every change of the browser's history.",
    "click": "A click on what this CSS selector matches, or on anything within it; `any` click.",
    "link": "A click on a link that this CSS selector matches, or on `any` link.",
    "submit": "A form that this CSS selector matches is sent, or `any` form.",
    "visible": "An element that this CSS selector matches comes into view.",
    "scroll": "Vertical scroll depth, in percent.",
    "scroll_pixels": "Vertical scroll depth, in pixels.",
    "scroll_horizontal": "Horizontal scroll depth, in percent.",
    "scroll_horizontal_pixels": "Horizontal scroll depth, in pixels.",
    "timer": "Again and again, on a page that stays.",
    "video": "An embedded YouTube video.",
    "js_error": "An uncaught JavaScript error.",
    "always": "In a server container: every event that a client makes of a request.",
    "group": "Once all of these named triggers have fired.",
    "ignore_case": "With event_matches: upper or lower case does not matter.",
    "check_validation": "With link and submit: only when nothing has prevented the default.",
    "ratio": "With visible: how much of the element, in percent (50).",
    "once": "With visible: once per page, per element, or every time.",
    "for": "With visible: for at least this long.",
    "observe_dom": "With visible: also elements that are added later.",
    "limit": "With timer: at most this often.",
    "enabled_where": "With link, submit and timer: only on pages where this holds as they load.",
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
    return {key: _explained(value, meanings.get(key)) for key, value in properties.items()}


def _explained(value: Any, meaning: str | None) -> Any:
    if meaning is None:
        return value
    own = {} if value is True else value
    return {**own, "description": " ".join(filter(None, (meaning, own.get("description"))))}
