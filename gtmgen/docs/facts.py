"""What holds for the site, a platform or a data key, in sentences for marketing."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.changes.speaker import Speaker
from gtmgen.docs.words import Words
from gtmgen.meaning.sayings import (
    data_sayings,
    platform_sayings,
    renamed_sayings,
    site_sayings,
)
from gtmgen.spec.model import DataKey, Platform, Spec


class Facts:
    """Sentences about a spec's settings, in one language."""

    def __init__(self, spec: Spec, words: Words) -> None:
        self._spec = spec
        self._speaker = Speaker(words)

    def site(self) -> Iterator[str]:
        """What holds on a website; other containers have no pages."""
        yield from self._speaker.texts(site_sayings(self._spec))

    def platform(self, platform: Platform) -> Iterator[str]:
        """Who sends page views, where the platform's tags fire, what becomes of denied events."""
        yield from self._speaker.texts(platform_sayings(self._spec, platform))

    def data(self, data: DataKey) -> Iterator[str]:
        """How the value is read from what the site writes."""
        yield from self._speaker.texts(data_sayings(self._spec, data))
        yield from self.renamed(data.renamed_from)

    def renamed(self, former: tuple[str, ...]) -> Iterator[str]:
        """The keys that something had before."""
        yield from self._speaker.texts(renamed_sayings(former))
