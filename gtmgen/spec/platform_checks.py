"""What a platform's pack says about the events that are sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.effective import event_name, params, takes
from gtmgen.spec.model import Event, Platform, Send, Spec
from gtmgen.spec.param_checks import (
    check_currency,
    check_param_types,
    check_required_params,
    describe_unused_param,
)
from gtmgen.text import as_yaml, did_you_mean, listing


def check_platforms(spec: Spec) -> Iterator[Problem]:
    """Problems of platforms and of every event sent to one."""
    for platform in spec.platforms.values():
        yield from _check_platform(spec, platform)
        yield from _check_page_view_params(platform)
    yield from check_accounts(spec.platforms)
    owned = {name: platform.pack.owned_events for name, platform in spec.platforms.items()}
    reported: set[tuple[str, str]] = set()
    for event in spec.events.values():
        yield from _check_event(spec, event, owned, reported)


def _check_platform(spec: Spec, platform: Platform) -> Iterator[Problem]:
    if spec.site.currency:
        yield from check_currency(platform, spec.site.currency, ("site", "currency"))


def check_accounts(platforms: Mapping[str, Platform]) -> Iterator[Problem]:
    """Two keys that are one pixel or stream: their page views would count twice."""
    first_by_account: dict[tuple[str, str, object], str] = {}
    for name, platform in platforms.items():
        if platform.setting("page_view") == "off":
            continue
        for setting, schema in platform.pack.settings["properties"].items():
            if schema.get("x-change") != "account" or platform.setting(setting) is None:
                continue
            account = (platform.pack.name, setting, platform.setting(setting))
            first = first_by_account.setdefault(account, name)
            if first != name:
                yield Problem(
                    "page-view-owner",
                    ("platforms", name, setting),
                    f"`{name}` and `{first}` are one account: each of its page views would be "
                    "sent twice",
                    f"set `page_view: off` for one of the two, or let events send to `{first}`",
                    Severity.WARNING,  # a staging pixel may stand for all of them
                )


def _check_event(
    spec: Spec,
    event: Event,
    owned: Mapping[str, frozenset[str]],
    reported: set[tuple[str, str]],
) -> Iterator[Problem]:
    path: Path = ("events", event.key)
    used: set[str] = set()
    has_known_params = True
    for send in event.send:
        platform = spec.platforms.get(send.platform)
        at = send.origin.path
        if platform is None:
            has_known_params = False
            yield Problem(
                "unknown-platform",
                at,
                f"the platform `{send.platform}` is not set up",
                _hint_at_accounts(spec, send.platform),
            )
            continue
        name = event_name(event, send, platform)
        named = (*at, "event") if send.event is not None else at
        sent = params(event, send, platform, spec.site)
        if name in owned[send.platform] and spec.is_server:
            pass  # there, a page view is an event like others
        elif name in owned[send.platform]:
            yield from _check_page_view(platform, str(name), named)
        else:
            yield from _check_name(event, send, platform, name, named)
        packs = [one.pack for one in spec.platforms.values()]
        yield from check_required_params(event, platform, name, sent, at, packs)
        yield from check_param_types(spec, event, send, platform, sent, reported)
        pack = platform.pack
        used.update(sent if pack.passes_unknown_params else sent.keys() & pack.params.keys())
        for param in send.params:
            if not takes(platform, param):
                message = f"{platform.pack.title} does not take the parameter `{param}`"
                yield describe_unused_param(message, (*at, "params", param), [platform])
    if event.send and has_known_params:
        for param in event.params:
            if param not in used:
                message = f"no platform of this event takes the parameter `{param}`"
                receivers = [spec.platforms[send.platform] for send in event.send]
                yield describe_unused_param(message, (*path, "params", param), receivers)


def _hint_at_accounts(spec: Spec, name: str) -> str:
    """Where a platform has accounts of other names, an event most likely means one of them."""
    accounts = [key for key, one in spec.platforms.items() if one.pack.name == name]
    if accounts:
        return f"send to its account here, {listing(accounts)}, or add `{name}` under `platforms`"
    return f"add `{name}` under `platforms`"


def _check_name(
    event: Event, send: Send, platform: Platform, name: str | None, path: Path
) -> Iterator[Problem]:
    pack = platform.pack
    if name is None:
        suggestion = did_you_mean(event.key, pack.events)
        hint = f"name one: `send: {{{pack.name}: ...}}`" + (f"; {suggestion}" if suggestion else "")
        hint = _hint_at_page_view(platform, event.key) or hint
        message = f"{pack.title} has no event of its own for `{event.key}`"
        yield Problem("unknown-event", path, message, hint)
    elif name in pack.legacy:
        new = pack.legacy[name]
        allowed = platform.legacy_names == "allow"
        hint = f"use `{new}`" if new else f"{pack.title} has no new name for it"
        if not allowed:
            hint += f"; `legacy_names: allow` under `platforms.{platform.name}` lets it pass"
        severity = Severity.WARNING if allowed else Severity.ERROR
        yield Problem(
            "legacy-event",
            path,
            f"`{name}` is a legacy event name of {pack.title}",
            hint,
            severity,
            fix=as_yaml(new) if new else None,
        )
    elif (
        name not in pack.events
        and not (pack.custom_events and re.search(pack.custom_events, name))
        and not send.custom
    ):
        suggestion = _hint_at_page_view(platform, name) or did_you_mean(name, pack.events) or ""
        start = " For" if suggestion.endswith("?") else "; for"
        custom_send = f"send: {{{platform.name}: {{event: {name}, custom: true}}}}"
        yield Problem(
            "unknown-event",
            path,
            f"{pack.title} does not know the event `{name}`",
            f"{suggestion}{start} an event of your own, write `{custom_send}`",
        )


def _check_page_view_params(platform: Platform) -> Iterator[Problem]:
    """Parameters of a page view that has none on this platform."""
    takes_params = any(
        field.source == "table" and field.argument == "params"
        for blueprint in platform.pack.blueprints
        if blueprint.per == "platform" and blueprint.on == "every_page"
        for field in blueprint.fields
    )
    if platform.page_view is not None and not takes_params:
        for param in platform.page_view.params:
            message = f"{platform.pack.title}'s page view takes no parameters"
            path = ("platforms", platform.name, "page_view", "params", param)
            yield describe_unused_param(message, path, ())


def _hint_at_page_view(platform: Platform, name: str) -> str | None:
    """What to do about the page view as others write it: ``PageView``, ``page_view``."""
    if name.replace("_", "").lower() != "pageview":
        return None
    for owned in platform.pack.owned_events:
        return (
            f"{platform.pack.title}'s page view is `{owned}`; the setting `page_view` of "
            f"`platforms.{platform.name}` sends it, no event does"
        )
    return None


def _check_page_view(platform: Platform, name: str, path: Path) -> Iterator[Problem]:
    owner = platform.setting("page_view")
    own_setting = f"`page_view` of `platforms.{platform.name}`"
    free = name in platform.pack.events
    if owner in ("auto", "manual"):
        hint = "page views are sent once; " + (
            "set `page_view: off`, or do not send it here" if free else "do not send it here"
        )
        message = f"`{name}` has an owner already: {own_setting} is `{owner}`"
        yield Problem("page-view-owner", path, message, hint)
    elif not free:
        hint = (
            "do not send it here; set it to `manual`, or to the event that is the page view: "
            "`page_view: {on: ...}`"
        )
        message = f"`{name}` is sent by {own_setting}, not by an event"
        yield Problem("page-view-owner", path, message, hint)
