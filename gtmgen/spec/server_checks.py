"""What must hold between the two halves of a spec with a ``server``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from gtmgen.diagnostics import Problem, Severity
from gtmgen.spec.effective import all_triggers, event_name
from gtmgen.spec.hit_names import CARRIER_PREFIX, carrier_name
from gtmgen.spec.model import Event, Platform, RawEntity, Send, Spec, TriggerSpec
from gtmgen.spec.server_model import ServerSettings
from gtmgen.text import listing

# Where Google's tags send without a server container, and where they come from.
_GOOGLES = (
    "google-analytics.com",
    "analytics.google.com",
    "googletagmanager.com",
    "google.com",
    "doubleclick.net",
    "googleadservices.com",
)

# The GA4 event tag in GTM's own words, and its field with the event's name.
_RAW_TYPE, _RAW_EVENT = "gaawe", "eventName"

_NEEDED = {
    "gtm": "the server container, `gtm: GTM-XXXX`; for a backend that sends, `transport: backend`",
    "url": "where it takes hits: `url: https://sgtm.shop.example`",
    "accounts": "the platforms that it sends to: `accounts: {tiktok: {access_token: ...}}`",
}


def check_server(spec: Spec) -> Iterator[Problem]:
    """Problems of ``server``, and of what the browser and the server say of the same event."""
    server = spec.server
    if spec.is_server:
        from gtmgen.spec.server_alone_checks import check_server_alone  # few specs are of a server

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
    yield from _address(server)
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
    yield from _same_hit_names(spec, server)
    yield from _hit_names(spec, server)
    for name in server.accounts:
        yield from _one_side(spec, spec.platforms[name])
        yield from _page_view(spec.platforms[name])
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


def _address(server: ServerSettings) -> Iterator[Problem]:
    """Hits that go to Google itself never reach a server container of one's own."""
    host = (urlsplit(server.url).hostname or "").rstrip(".")
    if any(host == name or host.endswith(f".{name}") for name in _GOOGLES):
        yield Problem(
            "server-url",
            ("server", "url"),
            f"`{server.url}` is Google's, and no server container of the site takes hits there",
            "the address at which the server container is deployed, under a host of the site: "
            "`https://sgtm.shop.example`",
        )


def _backend(spec: Spec, server: ServerSettings) -> Iterator[Problem]:
    settings = {
        "gtm": server.gtm,
        "url": server.url,
        "folder": server.folder,
        "accounts": server.accounts,
    }
    for word in (word for word, value in settings.items() if value):
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
    named = [
        (event_name(event, send, platform) or "", send.origin.path)
        for event, send in _sends(spec, platform)
    ]
    named += [
        (_raw_event(tag), ("gtm", "tags", tag.key, "parameters", _RAW_EVENT))
        for tag in spec.raw_tags.values()
    ]
    for name, path in named:
        if name.startswith(CARRIER_PREFIX):
            yield Problem(
                "server-event-name",
                path,
                f"the server container does not forward `{name}` to Google: names that begin with "
                f"`{CARRIER_PREFIX}` bring events to it",
                "give the event another name",
            )


def _raw_event(tag: RawEntity) -> str:
    """The event that a GA4 event tag in GTM's own words sends; empty for all other tags."""
    parameters = tag.data.get("parameters")
    if tag.data.get("type") != _RAW_TYPE or not isinstance(parameters, Mapping):
        return ""
    return str(parameters.get(_RAW_EVENT, ""))


def _same_hit_names(spec: Spec, server: ServerSettings) -> Iterator[Problem]:
    """Two events whose hits have one name: the server would take each for both."""
    first: dict[str, tuple[str, str]] = {}
    for name in server.accounts:
        for event, send in _sends(spec, spec.platforms[name]):
            hit = carrier_name(event.key, spec.platforms[name])
            other = first.setdefault(hit, (event.key, name))
            if other != (event.key, name):
                yield Problem(
                    "server-event-name",
                    send.origin.path,
                    f"`{event.key}` for `{name}` and `{other[0]}` for `{other[1]}` would reach the "
                    f"server container under one name, `{hit}`",
                    "give one of the events, or of the accounts, another key",
                )


def _hit_names(spec: Spec, server: ServerSettings) -> Iterator[Problem]:
    """Messages of the site that are called like a hit, and hits that a trigger would fire on."""
    accounts = [spec.platforms[name] for name in server.accounts]
    names = {carrier_name(event.key, one) for one in accounts for event, _ in _sends(spec, one)}
    waiting = {
        carrier_name(event.key, one)
        for one in accounts
        if one.holds_while_denied
        for event, _ in _sends(spec, one)
    }
    for trigger in all_triggers(spec):
        path = (*trigger.path, trigger.form)
        if trigger.form == "event" and trigger.argument in names:
            yield Problem(
                "server-event-name",
                path,
                f"`{trigger.argument}` is what the hit to the server container is called that "
                "brings an event to it",
                "give the site's message another name",
            )
        elif trigger.form == "event_matches" and (hits := _matching(trigger, waiting)):
            yield Problem(
                "server-event-name",
                path,
                f"it fires on {listing(hits)} as well, which brings an event to the server when "
                "consent comes",
                f"narrow it: no name that begins with `{CARRIER_PREFIX}` is the site's",
                Severity.WARNING,
            )


def _matching(trigger: TriggerSpec, names: Iterable[str]) -> list[str]:
    flags = re.IGNORECASE if trigger.options.get("ignore_case") else 0
    try:
        pattern = re.compile(str(trigger.argument), flags)
    except re.error:  # a rule of its own tells what is wrong with it
        return []
    return sorted(name for name in names if pattern.search(name))


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


def _page_view(platform: Platform) -> Iterator[Problem]:
    """A page view that the browser counts, without an ID under which the server could repeat it."""
    observer = platform.pack.observer
    if observer is None or platform.setting("page_view") in (None, "off"):
        return
    yield Problem(
        "server-page-view",
        ("server", "accounts", platform.name),
        f"`{observer.page_view}` reaches {platform.title} from the browser alone: its call has no "
        "event ID, and a second one from the server would count as another page view",
        "events with an ID go both ways; to acknowledge this one, name the rule under "
        "`lint: {ignore: [...]}`",
        Severity.NOTE,
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
