"""What a platform's pack says about the events that are sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.packs.model import Pack
from gtmgen.spec.effective import event_name, params, takes
from gtmgen.spec.model import Const, Event, ParamSource, Platform, Send, Spec
from gtmgen.text import as_yaml, did_you_mean, nearest

# A data type and the parameter types that it can fill.
_FITS: Mapping[str, frozenset[str]] = {
    "any": frozenset(("any", "string", "number", "integer", "boolean", "currency", "items")),
    "string": frozenset(("any", "string", "currency")),
    "currency": frozenset(("any", "string", "currency")),
    "email": frozenset(("any", "string")),
    "phone": frozenset(("any", "string")),
    "url": frozenset(("any", "string")),
    "number": frozenset(("any", "string", "number", "integer")),
    "integer": frozenset(("any", "string", "number", "integer")),
    "boolean": frozenset(("any", "string", "boolean")),
    "items": frozenset(("any", "items")),
}
# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_CURRENCY = r"[A-Z]{3}\Z"
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?\Z"


def check_platforms(spec: Spec) -> Iterator[Problem]:
    """Problems of platforms and of every event sent to one."""
    for platform in spec.platforms.values():
        yield from _platform(spec, platform)
        yield from _page_view_params(platform)
    yield from _accounts(spec.platforms)
    owned = {name: _owned(platform.pack) for name, platform in spec.platforms.items()}
    reported: set[tuple[str, str]] = set()
    for event in spec.events.values():
        yield from _event(spec, event, owned, reported)


def _platform(spec: Spec, platform: Platform) -> Iterator[Problem]:
    if spec.site.currency:
        yield from _currency(platform, spec.site.currency, ("site", "currency"))


def _accounts(platforms: Mapping[str, Platform]) -> Iterator[Problem]:
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


def _event(
    spec: Spec,
    event: Event,
    owned: Mapping[str, frozenset[str | None]],
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
                f"add `{send.platform}` under `platforms`",
            )
            continue
        name = event_name(event, send, platform)
        named = (*at, "event") if send.event is not None else at
        sent = params(event, send, platform, spec.site)
        if name in owned[send.platform] and spec.is_server:
            pass  # there, a page view is an event like others
        elif name in owned[send.platform]:
            yield from _page_view(platform, str(name), named)
        else:
            yield from _name(event, send, platform, name, named)
        yield from _required(spec, event, platform, name, sent, at)
        yield from _types(spec, event, send, platform, sent, reported)
        pack = platform.pack
        used.update(sent if pack.passes_unknown_params else sent.keys() & pack.params.keys())
        for param in send.params:
            if not takes(platform, param):
                message = f"{platform.pack.title} does not take the parameter `{param}`"
                yield _unused_param(message, (*at, "params", param), [platform])
    if event.send and has_known_params:
        for param in event.params:
            if param not in used:
                message = f"no platform of this event takes the parameter `{param}`"
                receivers = [spec.platforms[send.platform] for send in event.send]
                yield _unused_param(message, (*path, "params", param), receivers)


def _unused_param(message: str, path: Path, platforms: Iterable[Platform]) -> Problem:
    packs = [platform.pack for platform in platforms]
    param = str(path[-1])
    for pack in packs:
        for canonical, pack_param in pack.params.items():
            if pack_param.to == param:  # its own name is written as others write it in its code
                hint = f"write `{canonical}`: {pack.title} receives it as `{param}`"
                return Problem("unused-param", path, message, hint, Severity.WARNING, on_key=True)
    hints = nearest(param, sorted({name for pack in packs for name in pack.params}))
    return Problem("unused-param", path, message, hints, Severity.WARNING, on_key=True)


def _name(
    event: Event, send: Send, platform: Platform, name: str | None, path: Path
) -> Iterator[Problem]:
    pack = platform.pack
    if name is None:
        suggestion = did_you_mean(event.key, pack.events)
        hint = f"name one: `send: {{{pack.name}: ...}}`" + (f"; {suggestion}" if suggestion else "")
        hint = _page_view_hint(platform, event.key) or hint
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
        suggestion = _page_view_hint(platform, name) or did_you_mean(name, pack.events) or ""
        start = " For" if suggestion.endswith("?") else "; for"
        custom_send = f"send: {{{platform.name}: {{event: {name}, custom: true}}}}"
        yield Problem(
            "unknown-event",
            path,
            f"{pack.title} does not know the event `{name}`",
            f"{suggestion}{start} an event of your own, write `{custom_send}`",
        )


def _required(
    spec: Spec,
    event: Event,
    platform: Platform,
    name: str | None,
    sent: Mapping[str, ParamSource],
    path: Path,
) -> Iterator[Problem]:
    del spec
    pack = platform.pack
    pack_event = pack.events.get((pack.legacy.get(name) or name) if name else "")
    for param in pack_event.requires if pack_event else ():
        if param not in sent:
            yield Problem(
                "missing-param",
                path,
                f"{pack.title} requires `{param}` for `{name}`, but `{event.key}` does not set it",
                f"add `{param}` under `params`"
                + (", or set `site.currency`" if param == "currency" else ""),
            )
    needs_currency = "value" in sent and "currency" not in sent and takes(platform, "currency")
    if needs_currency and not (pack_event and "currency" in pack_event.requires):
        yield Problem(
            "missing-param",
            path,
            f"`{event.key}` sends {pack.title} a value without a currency",
            "add `currency` under `params`, or set `site.currency`",
        )


def _types(
    spec: Spec,
    event: Event,
    send: Send,
    platform: Platform,
    sent: Mapping[str, ParamSource],
    reported: set[tuple[str, str]],
) -> Iterator[Problem]:
    """A key of the wrong type is one mistake, however many events send it: those ``reported``."""
    pack_params = platform.pack.params
    data = spec.data
    for name, source in sent.items():
        param = pack_params.get(name)
        if param is None:
            continue
        if name in send.params:
            at: Path = (*send.origin.path, "params", name)
        elif name in event.params:
            at = ("events", event.key, "params", name)
        else:
            continue  # the site's currency, which is checked where it stands
        if isinstance(source, Const):
            yield from _const(platform, name, param.type, source.text, at)
        else:
            key = data.get(source)
            kind = key.type if key else "any"
            if param.type not in _FITS[kind] and (source, param.type) not in reported:
                reported.add((source, param.type))
                assert key is not None  # what is no data key is of any type
                yield Problem(
                    "param-type",
                    at,
                    f"`{name}` is of the type {param.type} for {platform.pack.title}, "
                    f"and the data key `{source}` is of the type {kind}",
                    f"`{source}` is defined at {key.origin}",
                )
            if key and param.type == "currency" and key.default is not None:
                yield from _currency(platform, key.default, ("data", source, "default"))


def _const(platform: Platform, name: str, kind: str, text: str, path: Path) -> Iterator[Problem]:
    wrong = (kind in ("number", "integer") and not re.match(_NUMBER, text)) or kind == "items"
    if wrong or (kind == "currency" and not re.match(_CURRENCY, text)):
        message = f"`{text}` is not of the type {kind}, which `{name}` has"
        fix = _fixed_const(kind, text)
        yield Problem("param-type", (*path, "const") if fix else path, message, fix=fix)
    elif kind == "currency":
        yield from _currency(platform, text, path)


def _fixed_const(kind: str, text: str) -> str | None:
    upper = text.strip().upper()
    return upper if kind == "currency" and re.match(_CURRENCY, upper) else None


def _currency(platform: Platform, currency: str, path: Path) -> Iterator[Problem]:
    pack = platform.pack
    if pack.currencies and currency not in pack.currencies:
        yield Problem(
            "unknown-currency",
            path,
            f"`{currency}` is not in {pack.title}'s list of currencies",
            f"the list was last verified on {pack.verified}; it may have grown",
            Severity.WARNING,
        )


def _page_view_params(platform: Platform) -> Iterator[Problem]:
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
            yield _unused_param(message, path, ())


def _owned(pack: Pack) -> frozenset[str | None]:
    """The events that the platform's own setting `page_view` is about."""
    return frozenset(
        blueprint.event for blueprint in pack.blueprints if blueprint.per == "platform"
    ) - {None}


def _page_view_hint(platform: Platform, name: str) -> str | None:
    """What to do about the page view as others write it: ``PageView``, ``page_view``."""
    if name.replace("_", "").lower() != "pageview":
        return None
    for owned in _owned(platform.pack):
        return (
            f"{platform.pack.title}'s page view is `{owned}`; the setting `page_view` of "
            f"`platforms.{platform.name}` sends it, no event does"
        )
    return None


def _page_view(platform: Platform, name: str, path: Path) -> Iterator[Problem]:
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
