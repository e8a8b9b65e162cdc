"""What fires and blocks the tags of an event, on its own triggers and when consent comes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from gtmgen.compile.blocking_triggers import Told
from gtmgen.compile.context import Context
from gtmgen.compile.event_triggers import Gate
from gtmgen.compile.trigger_maker import Refs
from gtmgen.compile.triggers import Triggers
from gtmgen.compile.turns import Turn, Turns
from gtmgen.container.entities import Tag
from gtmgen.container.values import Parameter
from gtmgen.spec.model import Event, Platform, Send


class TurnTriggers:
    """Compiles the triggers of turns, of events and of page views that are events."""

    def __init__(self, context: Context, triggers: Triggers, turns: Turns) -> None:
        self._context = context
        self._triggers = triggers
        self._turns = turns

    def turn_of(
        self, event: Event, send: Send, platform: Platform, consent: tuple[str, ...]
    ) -> Turn:
        """The turn of an event's tag, with all that can block it."""
        exceptions_of_tag = event.narrowing.except_ + platform.narrowing.except_
        exceptions = self._triggers.blocking.list_exceptions(event.on, exceptions_of_tag)
        return self._turns.turn_of(event, send, platform, consent, tuple(sorted(exceptions)))

    def turn_of_page_view(self, platform: Platform, event: Event) -> Turn:
        """The turn of a page view that is an event."""
        return self.turn_of(event, event.send[0], platform, platform.consent)

    def fire(self, turn: Turn) -> Refs:
        """The triggers of an event's first tag: its own, and those of a second chance."""
        event, send = turn.event, turn.send
        gates = turn.gates
        if gates is None:
            return self._triggers.events.compile_event(event, send)
        asked_on, _ = gates
        if not turn.is_late:
            ask = partial(self._turns.gate_of, turn, asked_on)
            return self._triggers.events.compile_event(event, send, Gate(ask))
        ask = partial(self._turns.gate_of, turn, asked_on, self._turns.id_of(event))
        gate = Gate(ask, turn.platform.after_consent)
        firing = self._triggers.events.compile_event(event, send, gate)
        left = self._triggers.consent.compile_page_left(self._turns.page_left)
        return firing + self.fire_late(turn) + left

    def fire_late(self, turn: Turn) -> Refs:
        """When consent comes."""
        gates, granted_on = turn.gates, turn.platform.after_consent
        assert gates is not None  # it is a turn that may be late
        assert granted_on is not None
        late = self._turns.gate_of(turn, gates[1])
        values = self._turns.late_values(turn)
        return self._triggers.consent.compile_late(
            turn.event, turn.send, granted_on, late, values, turn.suffix
        )

    def block(self, turn: Turn) -> Refs:
        """What keeps an event's tag from firing."""
        triggers = self._triggers
        is_gated = turn.gates is not None
        return (
            *triggers.blocking.compile_exceptions(
                turn.exceptions, self._told_of(turn) if is_gated else None
            ),
            *triggers.blocking.compile_platform(turn.platform, is_gated=is_gated),
        )

    def _told_of(self, turn: Turn) -> Told:
        granted_on = turn.platform.after_consent if turn.is_late else None
        blocking = self._triggers.blocking
        fires_itself = granted_on and blocking.may_fire_on_banner(turn.event.on, granted_on)
        spare = partial(self._turns.spare, turn) if fires_itself else None
        return Told(self._turns.tell, granted_on, turn.key, spare)

    def add_further_tags(
        self, key: str, tag: Tag, turn: Turn, parameters: Callable[[Turn], tuple[Parameter, ...]]
    ) -> None:
        """A tag like the event's first for each further turn that consent can hold back.

        GTM fires a tag once on an event, and consent comes on one; the order is the events' own.
        """
        for late in self._turns.further(turn):
            self._context.tags[f"{key}.{late.suffix}"] = replace(
                tag,
                name=f"{tag.name} ({late.suffix})",
                owner=self._context.owner(f"tag/{key}.{late.suffix}"),
                parameter=parameters(late),
                firing=self.fire_late(late),
                # GTM runs the tags of an event by priority, the greatest number first.
                priority=(tag.priority or 0) - late.chance,
            )
