"""What holds for the site, a platform or a data key, in phrases."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.meaning.phrases import (
    Condition,
    Occasion,
    OneOf,
    Pages,
    Saying,
    code,
    saying,
)
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import DataKey, Event, Narrowing, Platform, Spec

# How one amount is written by the site; it is a thousand two hundred and ninety-nine and a half.
_WRITTEN = {".": "1,299.50", ",": "1.299,50"}

_CONVERTED = {"number": "number", "integer": "number", "currency": "currency", "items": "items"}


# -- the site --------------------------------------------------------------------------


def site_sayings(spec: Spec) -> Iterator[Saying]:
    """What holds on a website; other containers have no pages."""
    if spec.container.context != "web":
        return
    site = spec.site
    yield saying(f"site.navigation.{site.navigation}")
    if site.is_spa:
        yield saying(f"site.identity.{site.page_identity}")
        if site.page_identity == "path_query":
            yield _build_ignored_query(site.ignore_query)
        yield saying(f"site.replace_state.{site.replace_state}")
    if site.hosts:
        yield saying("site.hosts", hosts=tuple(map(code, site.hosts)))
    if site.currency:
        yield saying("site.currency", currency=site.currency)
    if site.decimal:
        yield saying("site.decimal", example=_WRITTEN[site.decimal])
    if site.data_layer != "dataLayer":
        yield saying("site.data_layer", name=site.data_layer)
    yield saying("site.event_id_key", key=site.event_id_key)
    yield from _consent(spec)


def _build_ignored_query(names: tuple[str, ...]) -> Saying:
    if not names:
        return saying("site.every_query")
    return saying("site.ignore_query", names=", ".join(map(code, names)))


def _consent(spec: Spec) -> Iterator[Saying]:
    """What counts before the visitor has chosen."""
    settings = spec.consent
    if settings.default is None:
        if any(platform.consent for platform in spec.platforms.values()):
            yield saying("site.consent.unknown")
    elif not settings.default:
        yield saying("site.consent.site")
    for state in ("denied", "granted"):
        types = [name for name, value in (settings.default or {}).items() if value == state]
        if types:
            yield saying(f"site.consent.{state}", types=tuple(map(code, types)))
    if settings.wait_for_update:
        yield saying("site.consent.wait", time=str(settings.wait_for_update))


# -- a platform ------------------------------------------------------------------------


def platform_sayings(spec: Spec, platform: Platform) -> Iterator[Saying]:
    """Who sends page views, where the platform's tags fire, what becomes of denied events."""
    yield from page_view_sayings(spec, platform)
    yield from _narrowed(spec, platform.narrowing, "platform.where", "platform.except")
    if platform.consent and platform.holds_while_denied:
        yield saying("platform.hold")
    elif platform.consent and platform.after_consent:
        trigger = trigger_of(spec, platform.after_consent)
        yield saying("platform.late", when=Occasion(trigger, spec, narrowed=True))
    elif platform.consent:
        yield saying("platform.drop")
    accounts = [x for x in spec.platforms.values() if x.pack.name == platform.pack.name]
    if len(accounts) > 1:
        yield saying("platform.account", platform=platform.pack.title)


def page_view_sayings(spec: Spec, platform: Platform) -> Iterator[Saying]:
    """Who sends the page view, and when."""
    event = platform.page_view
    if event is None:
        owner = platform.setting("page_view")
        if owner in ("auto", "manual", "off"):
            yield saying(f"platform.page_view.{owner}")
        return
    yield saying("platform.page_view.event", when=occasions(spec, event))
    if event.narrowing.pages:
        yield saying("condition.pages", pages=Pages(event.narrowing.pages, spec))
    yield from _narrowed(
        spec, event.narrowing, "platform.page_view.where", "platform.page_view.except"
    )


def occasions(spec: Spec, event: Event) -> OneOf:
    """When an event fires."""
    triggers = (trigger_of(spec, item) for item in event.on)
    return OneOf(tuple(Occasion(trigger, spec, narrowed=True) for trigger in triggers))


def _narrowed(spec: Spec, narrowing: Narrowing, where: str, unless: str) -> Iterator[Saying]:
    if narrowing.where:
        yield saying(where, conditions=tuple(map(Condition, narrowing.where)))
    if narrowing.except_:
        triggers = (trigger_of(spec, name) for name in narrowing.except_)
        yield saying(unless, when=OneOf(tuple(Occasion(x, spec, narrowed=True) for x in triggers)))


# -- a data key ------------------------------------------------------------------------


def data_sayings(spec: Spec, data: DataKey) -> Iterator[Saying]:
    """How the value is read from what the site writes."""
    if data.source == "cookie":
        yield saying(f"data.decode.{'yes' if data.decode else 'no'}")
    if data.fields:
        pairs = (f"`{name}` → `{to}`" for to, name in data.fields.items())
        yield saying("data.fields", pairs=", ".join(pairs))
    converted = not data.is_native and data.source not in ("constant", "builtin", "sum")
    if converted and data.type in _CONVERTED:
        written = _WRITTEN.get(data.decimal or spec.site.decimal or "", "59,90 EUR")
        yield saying(f"data.type.{_CONVERTED[data.type]}", example=written)


def renamed_sayings(former: tuple[str, ...]) -> Iterator[Saying]:
    """The keys that something had before."""
    if former:
        yield saying("renamed", names=tuple(map(code, former)))
