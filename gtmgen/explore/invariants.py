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
        yield from self._check_times(variant, mine, result)
        yield from self._check_quiet(variant, events, result)
        yield from BothSides(self._deliveries, self._accounts, self._path).check(
            variant, events, mine
        )
        yield from self._ids(variant, mine)
        yield from self._check_values(variant, mine, result)
        yield from self._check_lingering(variant, mine)
        yield from self._check_privacy(result.calls)
        yield from self._check_identity(variant, mine)
        yield from self._check_neighbour(variant, result.calls)
        yield from self._check_withdrawal(variant, result.calls)
        yield from self._check_loaded_by_page(variant, result.calls, result)
        if variant.page_views:
            yield from self._check_page_views(variant, events)
