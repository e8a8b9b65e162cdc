"""What holds for the site, a platform or a data key, in sentences for marketing."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.sentences import Sentences
from gtmgen.docs.words import Words
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import DataKey, Narrowing, Platform, Spec

# How one amount is written by the site; it is a thousand two hundred and ninety-nine and a half.
_WRITTEN = {".": "1,299.50", ",": "1.299,50"}

_CONVERTED = {"number": "number", "integer": "number", "currency": "currency", "items": "items"}


class Facts:
    """Sentences about a spec's settings, in one language."""

    def __init__(self, spec: Spec, words: Words, sentences: Sentences) -> None:
        self._spec = spec
        self._words = words
        self._sentences = sentences

    # -- the site ----------------------------------------------------------------------

    def site(self) -> Iterator[str]:
        """What holds on a website; other containers have no pages."""
        if self._spec.container.context != "web":
            return
        site, words = self._spec.site, self._words
        yield words(f"site.navigation.{site.navigation}")
        if site.is_spa:
            yield words(f"site.identity.{site.page_identity}")
            if site.page_identity == "path_query":
                yield self._ignored_query(site.ignore_query)
            yield words(f"site.replace_state.{site.replace_state}")
        if site.hosts:
            yield words("site.hosts", hosts=words.both(f"`{host}`" for host in site.hosts))
        if site.currency:
            yield words("site.currency", currency=site.currency)
        if site.decimal:
            yield words("site.decimal", example=_WRITTEN[site.decimal])
        if site.data_layer != "dataLayer":
            yield words("site.data_layer", name=site.data_layer)
        yield words("site.event_id_key", key=site.event_id_key)
        yield from self._consent()

    def _ignored_query(self, names: tuple[str, ...]) -> str:
        if not names:
            return self._words("site.every_query")
        return self._words("site.ignore_query", names=", ".join(f"`{name}`" for name in names))

    def _consent(self) -> Iterator[str]:
        """What counts before the visitor has chosen."""
        words, settings = self._words, self._spec.consent
        if settings.default is None:
            if any(platform.consent for platform in self._spec.platforms.values()):
                yield words("site.consent.unknown")
        elif not settings.default:
            yield words("site.consent.site")
        for state in ("denied", "granted"):
            types = [name for name, value in (settings.default or {}).items() if value == state]
            if types:
                yield words(f"site.consent.{state}", types=words.both(f"`{x}`" for x in types))
        if settings.wait_for_update:
            yield words("site.consent.wait", time=settings.wait_for_update)

    # -- a platform --------------------------------------------------------------------

    def platform(self, platform: Platform) -> Iterator[str]:
        """Who sends page views, where the platform's tags fire, what becomes of denied events."""
        words = self._words
        yield from self._page_view(platform)
        yield from self._narrowed(platform.narrowing, "platform.where", "platform.except")
        if platform.consent and platform.holds_while_denied:
            yield words("platform.hold")
        elif platform.consent and platform.after_consent:
            trigger = trigger_of(self._spec, platform.after_consent)
            yield words("platform.late", when=self._sentences.narrowed(trigger))
        elif platform.consent:
            yield words("platform.drop")
        accounts = [x for x in self._spec.platforms.values() if x.pack.name == platform.pack.name]
        if len(accounts) > 1:
            yield words("platform.account", platform=platform.pack.title)

    def _page_view(self, platform: Platform) -> Iterator[str]:
        words, event = self._words, platform.page_view
        if event is None:
            owner = platform.setting("page_view")
            if owner in ("auto", "manual", "off"):
                yield words(f"platform.page_view.{owner}")
            return
        triggers = (trigger_of(self._spec, item) for item in event.on)
        when = words.either(map(self._sentences.narrowed, triggers))
        yield words("platform.page_view.event", when=when)
        if event.narrowing.pages:
            titles = self._sentences.page_titles(event.narrowing.pages)
            yield words("condition.pages", pages=titles)
        yield from self._narrowed(
            event.narrowing, "platform.page_view.where", "platform.page_view.except"
        )

    def _narrowed(self, narrowing: Narrowing, where: str, unless: str) -> Iterator[str]:
        words = self._words
        if narrowing.where:
            conditions = words.both(self._sentences.conditions(narrowing.where))
            yield words(where, conditions=conditions)
        if narrowing.except_:
            triggers = (trigger_of(self._spec, name) for name in narrowing.except_)
            yield words(unless, when=words.either(map(self._sentences.narrowed, triggers)))

    # -- a data key --------------------------------------------------------------------

    def data(self, data: DataKey) -> Iterator[str]:
        """How the value is read from what the site writes."""
        words = self._words
        if data.source == "cookie":
            yield words(f"data.decode.{'yes' if data.decode else 'no'}")
        if data.fields:
            pairs = (f"`{name}` → `{to}`" for to, name in data.fields.items())
            yield words("data.fields", pairs=", ".join(pairs))
        converted = not data.is_native and data.source not in ("constant", "builtin", "sum")
        if converted and data.type in _CONVERTED:
            written = _WRITTEN.get(data.decimal or self._spec.site.decimal or "", "59,90 EUR")
            yield words(f"data.type.{_CONVERTED[data.type]}", example=written)
        yield from self.renamed(data.renamed_from)

    def renamed(self, former: tuple[str, ...]) -> Iterator[str]:
        """The keys that something had before."""
        if former:
            yield self._words("renamed", names=self._words.both(f"`{key}`" for key in former))
