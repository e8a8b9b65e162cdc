"""What always holds of the calls that platforms receive."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.explore.both_sides import BothSides
from gtmgen.explore.count_checks import CountChecks
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.id_checks import IdChecks
from gtmgen.explore.model import Variant
from gtmgen.explore.privacy_checks import PrivacyChecks
from gtmgen.explore.value_checks import ValueChecks
from gtmgen.scenarios.judge import belongs
from gtmgen.scenarios.model import Result


class Invariants(CountChecks, IdChecks, ValueChecks, PrivacyChecks):
    """Checks one variant's calls."""

    def check(self, variant: Variant, result: Result) -> Iterator[BrokenInvariant]:
        """All broken rules of a run."""
        events = [call for call in result.calls if call.is_event]
        mine = {
            one.platform: [
                call
                for call in events
                if belongs(call, self._accounts[one.platform], None) and call.event == one.event
            ]
            for one in self._deliveries
            if variant.only is None or one.platform in variant.only
        }
        yield from self._times(variant, mine, result)
        yield from self._quiet(variant, events, result)
        yield from BothSides(self._deliveries, self._accounts, self._path).check(
            variant, events, mine
        )
        yield from self._ids(variant, mine)
        yield from self._values(variant, mine, result)
        yield from self._lingering(variant, mine)
        yield from self._privacy(result.calls)
        yield from self._identity(variant, mine)
        yield from self._neighbour(variant, result.calls)
        yield from self._withdrawal(variant, result.calls)
        yield from self._loaded_by_page(variant, result.calls, result)
        if variant.page_views:
            yield from self._page_views(variant, events)
