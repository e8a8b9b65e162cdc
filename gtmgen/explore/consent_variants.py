"""The same event while consent is missing, given late, or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.compile.carriers import CONSENT_KEY
from gtmgen.explore.model import RawStep, Variant
from gtmgen.explore.variant_writer import AGREED, ELSEWHERE, VariantWriter
from gtmgen.spec.hit_names import carrier_name

DENIED: Mapping[str, Any] = {"consent_default": dict.fromkeys(AGREED["consent_default"], "denied")}


class ConsentVariants(VariantWriter):
    """Writes the variants of an event that waits for consent."""

    def _list_consent_variants(self) -> Iterator[Variant]:
        waiting = frozenset(one.platform for one in self._deliveries if one.consent)
        if not waiting:
            return
        grant: list[RawStep] = [{"consent": "granted"}]
        everything = frozenset(range(-1, 99))
        yield self._variant(
            "before consent",
            self._load(),
            self._steps(),
            setup=DENIED,
            times=0,
            quiet=everything,
            only=waiting,
        )
        # `default: site` says that the page sets one, which nothing in the container can mend.
        if self._spec.consent.default != {}:
            yield self._variant(
                "before consent, and the page sets no default",
                self._load(),
                self._steps(),
                setup={},
                times=0,
                quiet=everything,
                only=waiting,
            )
        if self._is_repeatable:
            yield self._variant(
                "after consent", self._load(), grant, self._steps(), setup=DENIED, only=waiting
            )
            again = self._steps()
            # Once per page, what waits on the page is the first occurrence, all else the second.
            holding_once = frozenset(
                one.platform
                for one in self._deliveries
                if one.once_per_page and self._spec.platforms[one.platform].holds_while_denied
            )
            yield self._variant(
                "before consent, then again after it",
                self._load(),
                self._steps(),
                grant,
                again,
                setup=DENIED,
                times=None,
                at_least=1,
                quiet=frozenset({-1, 0, 1}),
                only=waiting,
                apart=holding_once,
            )
        yield self._variant(
            "after consent is withdrawn",
            self._load(),
            [{"consent": "denied"}, {"navigate": "/elsewhere"}],
            self._steps(),
            setup={**self._agreed},
            times=None,
            quiet=frozenset(range(2, 99)),
            only=waiting,
        )
        yield from self._list_withdrawn(waiting, grant)
        yield from self._list_second_chance(waiting, grant)
        yield from self._list_held(waiting, grant)
        yield from self._list_denied_hits(waiting)

    def _list_withdrawn(self, waiting: frozenset[str], grant: list[RawStep]) -> Iterator[Variant]:
        """The pixel's own script knows of a withdrawal, and of consent that is given again."""
        steps = [*self._load(), *self._steps()]
        deny: list[RawStep] = [{"consent": "denied"}]
        yield self._variant(
            "and then consent is withdrawn", steps, deny, only=waiting, is_withdrawn=True
        )
        if self._is_repeatable:
            yield self._variant(
                "after consent is withdrawn and given again",
                self._load(),
                deny,
                grant,
                self._steps(),
                only=waiting,
            )

    def _list_denied_hits(self, waiting: frozenset[str]) -> Iterator[Variant]:
        """Hits that reach the server container without consent, whoever sends them."""
        for name in sorted(waiting & self._spec.server_accounts.keys()):
            hit = {
                "event": carrier_name(self._event.key, self._spec.platforms[name]),
                "consent": dict(DENIED["consent_default"]),
                "params": {"event_id": "denied", CONSENT_KEY: "none"},
            }
            yield self._variant(
                "as a hit of a visitor who has refused",
                [{"request": hit}],
                setup={},
                times=0,
                quiet=frozenset({0}),
                only=frozenset({name}),
            )

    def _list_held(self, waiting: frozenset[str], grant: list[RawStep]) -> Iterator[Variant]:
        """Where calls wait on the page for consent, none is lost and none is sent early."""
        platforms = self._spec.platforms
        holding = frozenset(name for name in waiting if platforms[name].holds_while_denied)
        if not holding:
            return
        steps = [*self._load(), *self._steps(), *([{"wait": "300ms"}] if self._is_load else [])]
        yield self._variant(
            "held until consent comes",
            steps,
            grant,
            # Other platforms, and hits to the server, may have their second chance on it.
            self._list_banner(),
            setup=DENIED,
            quiet=frozenset(range(-1, len(steps))),
            only=holding,
            page_views=True,
        )

    def _list_banner(self) -> list[RawStep]:
        """The messages by which the site says that consent is known."""
        pushed: list[RawStep] = []
        for one in self._deliveries:
            if one.second_chance and (step := {"push": one.second_chance}) not in pushed:
                pushed.append(step)
        return pushed

    def _list_second_chance(
        self, waiting: frozenset[str], grant: list[RawStep]
    ) -> Iterator[Variant]:
        """Consent that comes 300 ms after the load: what the load held back is sent then, once."""
        chances = {one.platform for one in self._deliveries if one.second_chance}
        if not chances or not (self._is_load or self._is_repeatable):
            return
        banner = self._list_banner()
        # An event of the load is among what the load held back; of any other, the page view is.
        yield self._variant(
            "consent comes late",
            self._load(),
            [{"wait": "300ms"}],
            grant,
            banner,
            banner,
            self._steps(),
            setup=DENIED,
            quiet=frozenset({-1, 0, 1}),
            only=waiting & chances,
            values=self._values() if self._reads else {},
            page_views=True,
        )
        dropping = frozenset(
            name for name in waiting & chances if not self._spec.platforms[name].holds_while_denied
        )
        if (
            dropping
            and self._is_load
            and self._spec.site.is_spa
            and not self._stimuli.happens_at(self._event, ELSEWHERE)
        ):
            yield self._variant(
                "consent comes on another page",
                self._load(),
                [{"wait": "300ms"}, {"navigate": ELSEWHERE}],
                grant,
                banner,
                setup=DENIED,
                times=0,
                only=dropping,
            )
