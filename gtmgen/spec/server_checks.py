"""What must hold between the two halves of a spec with a ``server``."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Problem, Severity
from gtmgen.spec.effective import event_name
from gtmgen.spec.model import Event, Platform, Send, ServerSettings, Spec
from gtmgen.spec.server_alone_checks import check_server_alone

CARRIER_PREFIX = "server_"
"""How the names of the hits begin that bring events to the server container."""


_NEEDED = {
    "gtm": "the server container, `gtm: GTM-XXXX`; for a backend that sends, `transport: backend`",
    "url": "where it takes hits: `url: https://sgtm.shop.example`",
    "accounts": "the platforms that it sends to: `accounts: {tiktok: {access_token: ...}}`",
}


def check_server(spec: Spec) -> Iterator[Problem]:
    """Problems of ``server``, and of what the browser and the server say of the same event."""
    server = spec.server
    if spec.is_server:
        yield from check_server_alone(spec)
        return
    if server is None:
        return
    if server.transport == "backend":
        yield from _backend(spec, server)
        return
    missing = [word for word in _NEEDED if not getattr(server, word)]
    for word in missing:
        message = f"a server container needs `{word}`"
        yield Problem("missing-key", ("server",), message, _NEEDED[word])
    if missing:
        return
    yield from _containers(spec, server)
    carriers = [platform for platform in spec.platforms.values() if platform.pack.carrier]
    if not carriers:
        yield Problem(
            "server-carrier",
            ("server",),
            "nothing brings events to the server container: there is no GA4 account",
            "GA4's tags carry every event there: add `ga4` under `platforms`",
        )
    for platform in carriers:
        yield from _url(platform, server)
        yield from _reserved_names(spec, platform)
    for name in server.accounts:
        yield from _one_side(spec, spec.platforms[name])
    yield from _browser_alone(spec, server)


def _containers(spec: Spec, server: ServerSettings) -> Iterator[Problem]:
    """The two halves are two containers of GTM, each of its own kind."""
    if server.gtm == spec.container.gtm:
        message = f"`{server.gtm}` cannot be both the web container and the server container"
        hint = "a server container has an ID of its own: GTM makes it beside the web container"
        yield Problem("server-container", ("server", "gtm"), message, hint)
    if spec.container.context != "web":
        message = (
            f"`server` stands beside a web container, and this one is `{spec.container.context}`"
        )
        hint = "take `context` out; the server container is made of the same events"
        yield Problem("server-container", ("container", "context"), message, hint)


def _backend(spec: Spec, server: ServerSettings) -> Iterator[Problem]:
    held = {
        "gtm": server.gtm,
        "url": server.url,
        "folder": server.folder,
        "accounts": server.accounts,
    }
    for word in (word for word, value in held.items() if value):
        yield Problem(
            "server-backend",
            ("server", word),
            f"`{word}` is of a server container, and here a backend sends",
            f"take `{word}` out, or `transport: backend`",
            on_key=True,
        )
    if not any(platform.pack.deduplicates for platform in spec.platforms.values()):
        yield Problem(
            "server-backend",
            ("server", "transport"),
            "none of the platforms takes events from a backend, as far as their packs say",
            severity=Severity.WARNING,
        )


def _url(platform: Platform, server: ServerSettings) -> Iterator[Problem]:
    assert platform.pack.carrier is not None
    setting = platform.pack.carrier.url
    if platform.setting(setting) != server.url:
        yield Problem(
            "server-url",
            ("platforms", platform.name, setting),
            f"the Google tag sends to `{platform.setting(setting)}`, and the server container is "
            f"at `{server.url}`",
            f"take `{setting}` out: `server.url` sets it",
        )


def _reserved_names(spec: Spec, platform: Platform) -> Iterator[Problem]:
    """Names that the server container would take for an event on its way to a platform."""
    for event, send in _sends(spec, platform):
        name = event_name(event, send, platform) or ""
        if name.startswith(CARRIER_PREFIX):
            yield Problem(
                "server-event-name",
                send.origin.path,
                f"the server container does not forward `{name}` to Google: names that begin with "
                f"`{CARRIER_PREFIX}` bring events to it",
                "give the event another name",
            )


def _one_side(spec: Spec, platform: Platform) -> Iterator[Problem]:
    """Events of an account that has two sides, of which the server would not get each one."""
    at = ("server", "accounts", platform.name)
    if not any(_sends(spec, platform)):
        yield Problem(
            "server-one-side",
            at,
            f"no event is sent to `{platform.name}`, so the server has nothing to send",
            "add it under an event's `send`, or take it out of `server.accounts`",
            Severity.WARNING,
        )
    if platform.holds_while_denied:
        yield Problem(
            "server-one-side",
            ("platforms", platform.name, "while_denied"),
            f"what waits for consent on the page reaches {platform.title} from the browser alone: "
            "the hit to the server does not wait",
            "`while_denied: drop` keeps both sides alike",
            Severity.WARNING,
        )


def _browser_alone(spec: Spec, server: ServerSettings) -> Iterator[Problem]:
    """An account whose platform takes events from servers, and that no server sends to."""
    for platform in spec.platforms.values():
        if platform.pack.server is None or platform.name in server.accounts:
            continue
        if any(_sends(spec, platform)):
            yield Problem(
                "server-one-side",
                ("platforms", platform.name),
                f"{platform.title} receives its events from the browser alone",
                f"add `{platform.name}` under `server.accounts`",
                Severity.WARNING,
                on_key=True,
            )


def _sends(spec: Spec, platform: Platform) -> Iterator[tuple[Event, Send]]:
    for event in spec.events.values():
        for send in event.send:
            if send.platform == platform.name:
                yield event, send
