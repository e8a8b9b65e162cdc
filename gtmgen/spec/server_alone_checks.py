"""What must hold in the spec of a server container alone, and of what its events send.

It names no web container: what it sends is in the hits that arrive, which also bring the event's ID
and what is known of the visitor.
"""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Problem
from gtmgen.spec.model import Platform, Spec
from gtmgen.spec.server_model import ServerSettings

_OF_THE_PAGE = "off"
"""``page_view`` where no tag of the container owns it."""


def check_server_alone(spec: Spec) -> Iterator[Problem]:
    """Problems of its accounts and events."""
    if spec.server is not None:
        yield from _no_other_half(spec.server)
    for platform in spec.platforms.values():
        yield from _account(platform, spec)
    if not spec.platforms:
        return
    if spec.site.hosts:
        yield Problem(
            "server-container",
            ("site", "hosts"),
            "a server container has no page whose host it could tell",
            "take it out: `where` beside a platform narrows all that is sent to it",
            on_key=True,
        )
    for event in spec.events.values():
        if event.event_id is not None and event.send:
            yield Problem(
                "server-container",
                ("events", event.key, "event_id"),
                "a server container takes an event's ID from the hit that brings it",
                "take `event_id` out, and let the web container send it as `event_id`",
                on_key=True,
            )


def _no_other_half(server: ServerSettings) -> Iterator[Problem]:
    for word in ("gtm", "url", "folder"):
        if getattr(server, word):
            yield Problem(
                "server-container",
                ("server", word),
                f"`{word}` names a server container beside a web container, and this is the spec "
                "of a server container",
                "take it out: `container` says which one it is",
                on_key=True,
            )
    if server.transport != "server":
        yield Problem(
            "server-container",
            ("server", "transport"),
            "a server container sends by itself: there is no backend",
            "take it out",
            on_key=True,
        )


def _account(platform: Platform, spec: Spec) -> Iterator[Problem]:
    path = ("platforms", platform.name)
    half = platform.pack.server
    if half is None:
        yield Problem(
            "server-container",
            path,
            f"gtmgen has no tag for {platform.pack.title} in a server container",
            "keep its tags under `gtm`, and name them under `send`: `custom: {tag: KEY}`",
            on_key=True,
        )
        return
    if platform.name not in spec.server_accounts:
        yield Problem(
            "missing-key",
            path,
            f"`server.accounts` says nothing of `{platform.name}`",
            f"`server: {{accounts: {{{platform.name}: {{...}}}}}}` has what it needs to send",
            on_key=True,
        )
    owned = platform.page_view is not None or platform.setting("page_view") != _OF_THE_PAGE
    if owned and "page_view" in platform.pack.settings.get("properties", {}):
        yield Problem(
            "server-container",
            path,
            "a server container has no page to view: it sends page views that reach it as events",
            'write `page_view: "off"`',
            on_key=True,
        )
    if half.identifiers is not None and platform.setting(half.identifiers):
        yield Problem(
            "server-container",
            (*path, half.identifiers),
            "what is known of the visitor comes with the hit",
            "take it out: the web container says it",
            on_key=True,
        )
    if platform.holds_while_denied:
        yield Problem(
            "server-container",
            (*path, "while_denied"),
            "nothing waits for consent in a server container",
            "take it out",
            on_key=True,
        )
