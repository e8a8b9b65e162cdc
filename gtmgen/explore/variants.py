"""The scenarios that a tester would think of, for one event."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.explore.consent_variants import ConsentVariants
from gtmgen.explore.data_variants import DataVariants
from gtmgen.explore.model import Variant
from gtmgen.explore.site_variants import SiteVariants


class Variants(DataVariants, ConsentVariants, SiteVariants):
    """Writes the variants of one event."""

    def happy(self) -> Variant:
        """The event as the spec's examples have it."""
        return self._variant(
            "as the examples have it",
            self._load(),
            self._steps(),
            values=self._values(),
            event_id=self._id_from_data(),
            identity=self._stimuli.identity(),
        )

    def others(self) -> Iterator[Variant]:
        """All other variants."""
        yield from self._twice()
        yield from self._parts()
        yield from self._data_forms()
        yield from self._conditions()
        yield from self._lingering()
        yield from self._list_consent_variants()
        yield from self._list_navigation()
        yield from self._list_id_sources()
        yield from self._list_surroundings()
