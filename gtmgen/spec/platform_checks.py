"""What a platform's pack says about the events that are sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gtmgen.diagnostics import Path, Problem, Severity, did_you_mean
from gtmgen.spec.effective import event_name, params, takes
from gtmgen.spec.model import Const, Event, ParamSource, Platform, Send, Spec
from gtmgen.spec.schema import CONSENT_TYPES

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
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")


def check_platforms(spec: Spec) -> Iterator[Problem]:
    """Problems of platforms and of every event sent to one."""
    for platform in spec.platforms.values():
        yield from _platform(spec, platform)
    for event in spec.events.values():
        yield from _event(spec, event)


def _platform(spec: Spec, platform: Platform) -> Iterator[Problem]:
    for place, name in enumerate(platform.consent):
        if name not in CONSENT_TYPES:
            yield Problem(
                "consent-type",
                ("platforms", platform.name, "consent", place),
                f"`{name}` is not one of GTM's own consent types",
                did_you_mean(name, CONSENT_TYPES),
                Severity.WARNING,
            )
    if spec.site.currency:
        yield from _currency(platform, spec.site.currency, ("site", "currency"))


def _event(spec: Spec, event: Event) -> Iterator[Problem]:
    path: Path = ("events", event.key)
    used: set[str] = set()
    for send in event.send:
        platform = spec.platforms.get(send.platform)
        at = (*path, "send", send.platform)
        if platform is None:
            yield Problem(
                "unknown-platform",
                at,
                f"the platform `{send.platform}` is not set up",
                f"add `{send.platform}` under `platforms`",
            )
            continue
        name = event_name(event, send, platform)
        sent = params(event, send, platform, spec.site)
        yield from _name(event, send, platform, name, at)
        yield from _required(spec, event, platform, name, sent, at)
        yield from _types(spec, platform, sent, path)
        used.update(param for param in sent if takes(platform, param))
        if name is not None and platform.setting("page_view") in ("auto", "manual"):
            yield from _page_view(platform, name, at)
    if event.send:
        for param in event.params:
            if param not in used:
                yield Problem(
                    "unused-param",
                    (*path, "params", param),
                    f"no platform of this event takes the parameter `{param}`",
                    severity=Severity.WARNING,
                    on_key=True,
                )


def _name(
    event: Event, send: Send, platform: Platform, name: str | None, path: Path
) -> Iterator[Problem]:
    pack = platform.pack
    if name is None:
        yield Problem(
            "unknown-event",
            path,
            f"{pack.title} has no event of its own for `{event.key}`",
            f"name one: `send: {{{pack.name}: ...}}`; {did_you_mean(event.key, pack.events)}",
        )
    elif name in pack.legacy:
        new = pack.legacy[name]
        allowed = platform.legacy_names == "allow"
        hint = f"use `{new}`" if new else f"{pack.title} has no new name for it"
        if not allowed:
            hint += f"; `legacy_names: allow` under `platforms.{platform.name}` lets it pass"
        severity = Severity.WARNING if allowed else Severity.ERROR
        yield Problem(
            "legacy-event", path, f"`{name}` is a legacy event name of {pack.title}", hint, severity
        )
    elif name not in pack.events and not (
        pack.custom_events and re.search(pack.custom_events, name)
    ):
        yield Problem(
            "unknown-event",
            path,
            f"{pack.title} does not know the event `{name}`",
            did_you_mean(name, pack.events),
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
    known = pack.events.get((pack.legacy.get(name) or name) if name else "")
    for param in known.requires if known else ():
        if param not in sent:
            yield Problem(
                "missing-param",
                path,
                f"{pack.title} requires `{param}` for `{name}`, and `{event.key}` does not give it",
                f"add `{param}` under `params`"
                + (", or set `site.currency`" if param == "currency" else ""),
            )
    needs_currency = "value" in sent and "currency" not in sent and takes(platform, "currency")
    if needs_currency and not (known and "currency" in known.requires):
        yield Problem(
            "missing-param",
            path,
            f"`{event.key}` sends {pack.title} a value without a currency",
            "add `currency` under `params`, or set `site.currency`",
        )


def _types(
    spec: Spec, platform: Platform, sent: Mapping[str, ParamSource], path: Path
) -> Iterator[Problem]:
    pack_params = platform.pack.params
    data = spec.data
    for name, source in sent.items():
        param = pack_params.get(name)
        if param is None:
            continue
        at = (*path, "params", name)
        if isinstance(source, Const):
            yield from _const(platform, name, param.type, source.text, at)
        else:
            key = data.get(source)
            kind = key.type if key else "any"
            if param.type not in _FITS[kind]:
                yield Problem(
                    "param-type",
                    at,
                    f"`{name}` is of the type {param.type} for {platform.pack.title}, "
                    f"and the data key `{source}` is of the type {kind}",
                )
            if key and param.type == "currency" and key.default is not None:
                yield from _currency(platform, key.default, ("data", source, "default"))


def _const(platform: Platform, name: str, kind: str, text: str, path: Path) -> Iterator[Problem]:
    wrong = (kind in ("number", "integer") and not _NUMBER.match(text)) or kind == "items"
    if wrong or (kind == "currency" and not _CURRENCY.match(text)):
        yield Problem("param-type", path, f"`{text}` is not of the type {kind}, which `{name}` has")
    elif kind == "currency":
        yield from _currency(platform, text, path)


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


def _page_view(platform: Platform, name: str, path: Path) -> Iterator[Problem]:
    owned = {
        blueprint.event for blueprint in platform.pack.blueprints if blueprint.per == "platform"
    }
    if name in owned:
        owner = platform.setting("page_view")
        yield Problem(
            "page-view-owner",
            path,
            f"`{name}` has an owner already: `page_view: {owner}` of `platforms.{platform.name}`",
            "page views are sent once; set `page_view: off`, or do not send it here",
        )
