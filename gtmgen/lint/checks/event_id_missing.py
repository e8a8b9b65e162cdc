"""Events that a server may send as well, without an ID to tell them by."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.uses import EVENT
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import listing


def check(view: ContainerView) -> Iterator[Finding]:
    """All tags of a platform that send an event without an event ID, in one sentence."""
    without: dict[str, dict[str, None]] = {}
    for tag, uses in view.sent.tags:
        for use in uses:
            platform = use.platform
            needs_id = use.what == EVENT and platform.wants_event_id
            if needs_id and not use.has_event_id and use.name not in (None, platform.page_view):
                without.setdefault(platform.pack.title, {})[tag.name] = None
    for title, tags in sorted(without.items()):
        text = (
            f"These tags send {title} no event ID: if a server sends the same events, "
            f"each is counted twice: {listing([*tags], 20)}."
        )
        yield Finding(None, title, text)
