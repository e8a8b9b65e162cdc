"""What holds for the site, a platform or a data key, in phrases."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.meaning.phrases import (
    Condition,
    Occasion,
    OneOf,
    Pages,
    Saying,
    mark_code,
    say,
)
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import DataKey, Event, Narrowing, Platform, Spec

# How one amount is written by the site; it is a thousand two hundred and ninety-nine and a half.
_WRITTEN = {".": "1,299.50", ",": "1.299,50"}

_CONVERTED = {"number": "number", "integer": "number", "currency": "currency", "items": "items"}


# -- the site --------------------------------------------------------------------------


def describe_site(spec: Spec) -> Iterator[Saying]:
    """What holds on a website; other containers have no pages."""
    if spec.container.context != "web":
        return
    site = spec.site
    yield say(f"site.navigation.{site.navigation}")
    if site.is_spa:
        yield say(f"site.identity.{site.page_identity}")
        if site.page_identity == "path_query":
            yield _build_ignored_query(site.ignore_query)
        yield say(f"site.replace_state.{site.replace_state}")
    if site.hosts:
        yield say("site.hosts", hosts=tuple(map(mark_code, site.hosts)))
    if site.currency:
        yield say("site.currency", currency=site.currency)
    if site.decimal:
        yield say("site.decimal", example=_WRITTEN[site.decimal])
    if site.data_layer != "dataLayer":
        yield say("site.data_layer", name=site.data_layer)
    yield say("site.event_id_key", key=site.event_id_key)
    yield from _describe_consent(spec)


def _build_ignored_query(names: tuple[str, ...]) -> Saying:
    if not names:
        return say("site.every_query")
    return say("site.ignore_query", names=", ".join(map(mark_code, names)))


def _describe_consent(spec: Spec) -> Iterator[Saying]:
    """What counts before the visitor has chosen."""
    settings = spec.consent
    if settings.default is None:
        if any(platform.consent for platform in spec.platforms.values()):
            yield say("site.consent.unknown")
    elif not settings.default:
        yield say("site.consent.site")
    for state in ("denied", "granted"):
        types = [name for name, value in (settings.default or {}).items() if value == state]
        if types:
            yield say(f"site.consent.{state}", types=tuple(map(mark_code, types)))
    if settings.wait_for_update:
        yield say("site.consent.wait", time=str(settings.wait_for_update))


# -- a platform ------------------------------------------------------------------------


def describe_platform(spec: Spec, platform: Platform) -> Iterator[Saying]:
    """Who sends page views, where the platform's tags fire, what becomes of denied events."""
    yield from describe_page_view(spec, platform)
    yield from describe_limits(spec, platform)
    yield from describe_denied(spec, platform)
    accounts = [x for x in spec.platforms.values() if x.pack.name == platform.pack.name]
    if len(accounts) > 1:
        yield say("platform.account", platform=platform.pack.title)


def describe_limits(spec: Spec, platform: Platform) -> Iterator[Saying]:
    """Where all of the platform's tags fire."""
    yield from _describe_narrowing(spec, platform.narrowing, "platform.where", "platform.except")


def describe_denied(spec: Spec, platform: Platform) -> Iterator[Saying]:
    """What becomes of what happens before consent is given."""
    if platform.consent and platform.holds_while_denied:
        yield say("platform.hold")
    elif platform.consent and platform.after_consent:
        trigger = trigger_of(spec, platform.after_consent)
        yield say("platform.late", when=Occasion(trigger, spec, narrowed=True))
    elif platform.consent:
        yield say("platform.drop")


def describe_page_view(spec: Spec, platform: Platform) -> Iterator[Saying]:
    """Who sends the page view, and when."""
    event = platform.page_view
    if event is None:
        owner = platform.setting("page_view")
        if owner in ("auto", "manual", "off"):
            yield say(f"platform.page_view.{owner}")
        return
    yield say("platform.page_view.event", when=list_occasions(spec, event))
    if event.narrowing.pages:
        yield say("condition.pages", pages=Pages(event.narrowing.pages, spec))
    yield from _describe_narrowing(
        spec, event.narrowing, "platform.page_view.where", "platform.page_view.except"
    )


def list_occasions(spec: Spec, event: Event) -> OneOf:
    """When an event fires."""
    triggers = (trigger_of(spec, item) for item in event.on)
    return OneOf(tuple(Occasion(trigger, spec, narrowed=True) for trigger in triggers))


def _describe_narrowing(
    spec: Spec, narrowing: Narrowing, where: str, unless: str
) -> Iterator[Saying]:
    if narrowing.where:
        yield say(where, conditions=tuple(map(Condition, narrowing.where)))
    if narrowing.except_:
        triggers = (trigger_of(spec, name) for name in narrowing.except_)
        yield say(unless, when=OneOf(tuple(Occasion(x, spec, narrowed=True) for x in triggers)))


# -- a data key ------------------------------------------------------------------------


def describe_data(spec: Spec, data: DataKey) -> Iterator[Saying]:
    """How the value is read from what the site writes."""
    if data.source == "cookie":
        yield say(f"data.decode.{'yes' if data.decode else 'no'}")
    if data.fields:
        pairs = (f"`{name}` → `{to}`" for to, name in data.fields.items())
        yield say("data.fields", pairs=", ".join(pairs))
    converted = not data.is_native and data.source not in ("constant", "builtin", "sum")
    if converted and data.type in _CONVERTED:
        written = _WRITTEN.get(data.decimal or spec.site.decimal or "", "59,90 EUR")
        about = _CONVERTED[data.type]
        values = {"example": written} if about == "number" else {}
        yield say(f"data.type.{about}", **values)


def describe_renames(former: tuple[str, ...]) -> Iterator[Saying]:
    """The keys that something had before."""
    if former:
        yield say("renamed", names=tuple(map(mark_code, former)))
