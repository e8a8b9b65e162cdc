"""What holds for the site, a platform or a data key, in sentences for marketing."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.changes.speaker import Speaker
from gtmgen.docs.words import Words
from gtmgen.meaning.sayings import (
    describe_data,
    describe_platform,
    describe_renames,
    describe_site,
)
from gtmgen.spec.model import DataKey, Platform, Spec


class Facts:
    """Sentences about a spec's settings, in one language."""

    def __init__(self, spec: Spec, words: Words) -> None:
        self._spec = spec
        self._speaker = Speaker(words)

    def site(self) -> Iterator[str]:
        """What holds on a website; other containers have no pages."""
        sayings = describe_site(self._spec)
        if not self._spec.platforms:  # tags of others do not look for an ID in the message
            sayings = (item for item in sayings if item.key != "site.event_id_key")
        yield from self._speaker.texts(sayings)

    def platform(self, platform: Platform) -> Iterator[str]:
        """Who sends page views, where the platform's tags fire, what becomes of denied events."""
        yield from self._speaker.texts(describe_platform(self._spec, platform))

    def data(self, data: DataKey) -> Iterator[str]:
        """How the value is read from what the site writes."""
        yield from self._speaker.texts(describe_data(self._spec, data))
        yield from self.renamed(data.renamed_from)

    def renamed(self, former: tuple[str, ...]) -> Iterator[str]:
        """The keys that something had before."""
        yield from self._speaker.texts(describe_renames(former))
