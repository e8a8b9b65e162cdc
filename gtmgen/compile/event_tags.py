"""The tags of events, for each platform that receives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from gtmgen.compile.carrier_tags import ServerHit, add_carrier
from gtmgen.compile.carriers import carried, event_values
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.tag_parameters import Prepared, Sent, TagParameters, applies
from gtmgen.compile.triggers import Triggers
from gtmgen.compile.turn_triggers import TurnTriggers
from gtmgen.compile.turns import Turn, Turns
from gtmgen.container.entities import Tag
from gtmgen.container.kinds.tag_codecs import FIRING_OPTIONS
from gtmgen.container.values import Parameter
from gtmgen.spec.effective import event_name, params
from gtmgen.spec.hit_names import carrier_name
from gtmgen.spec.model import Event, Platform, Send


class EventTags:
    """Compiles an event's tag on one platform, and what carries it to a server container."""

    def __init__(self, context: Context, triggers: Triggers, turns: Turns) -> None:
        self._context = context
        self._turns = turns
        self._turn_triggers = TurnTriggers(context, triggers, turns)
        self._parameters = TagParameters(context)

    def add(
        self, event: Event, send: Send, platform: Platform, blueprints: Sequence[Prepared]
    ) -> None:
        """The tags of one event on one platform, by the platform's ``blueprints``."""
        context = self._context
        name = event_name(event, send, platform) or event.key
        consent = platform.consent if send.consent is None else send.consent
        turn = self._turn_triggers.turn_of(event, send, platform, consent)
        sent = Sent(name, "", params(event, send, platform, context.spec.site), consent)

        def parameters(turn: Turn, prepared: Prepared) -> tuple[Parameter, ...]:
            with_id = replace(sent, id=self._turns.id_of_turn(turn))
            return self._turns.late_parameters(
                turn, self._parameters.fill(platform, prepared, with_id)
            )

        first: Tag | None = None
        for prepared in blueprints:
            if prepared.blueprint.per != "event" or not applies(platform, prepared.blueprint.when):
                continue
            tag = self._add_tag(turn, prepared, partial(parameters, prepared=prepared))
            first = first or tag
        # On the triggers of the platform's own tag and with its event ID, so that the platform
        # merges both.
        if first is not None and platform.name in context.spec.server_accounts:
            self._add_carrier(first, turn, sent)

    def _add_tag(
        self, turn: Turn, prepared: Prepared, parameters: Callable[[Turn], tuple[Parameter, ...]]
    ) -> Tag:
        """The event's first tag by one blueprint; those of its further turns stand beside it."""
        context, blueprint = self._context, prepared.blueprint
        event, send, platform = turn.event, turn.send, turn.platform
        key = f"{event.key}.{account_part(platform.name)}"
        name = send.name or context.name(
            "tag", platform=platform.title, event=event.key, title=event.title
        )
        if blueprint.key != "event":
            key = f"{key}.{blueprint.key}"
            name = f"{name} ({blueprint.title})"
        tag = context.tags[key] = Tag(
            name=name,
            notes=_notes(event),
            protected=event.protected,
            folder=send.folder or context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=send.origin,
            type=prepared.type,
            parameter=parameters(turn),
            firing=self._turn_triggers.fire(turn),
            blocking=self._turn_triggers.block(turn),
            firing_option=FIRING_OPTIONS["event" if turn.is_gated_once else send.once],
            # A template that keeps its calls until consent comes has to run while it is denied:
            # GTM's own check would not come back to the tag.
            consent=() if platform.holds_while_denied else turn.consent,
            priority=send.priority,
            paused=send.paused,
        )
        self._turn_triggers.add_further_tags(key, tag, turn, parameters)
        return tag

    def _add_carrier(self, platform_tag: Tag, turn: Turn, sent: Sent) -> None:
        """What brings the event of the platform's tag to the server container, too."""
        context, event, platform = self._context, turn.event, turn.platform
        key = f"{event.key}.{account_part(platform.name)}"
        name = carrier_name(event.key, platform)

        def hit(turn: Turn) -> ServerHit:
            id_ = self._turns.id_of_turn(turn)
            values = event_values(context, platform, id_, sent.params)
            return ServerHit(key, name, platform, values, turn.consent, turn.holds)

        def parameters(turn: Turn) -> tuple[Parameter, ...]:
            values = hit(turn).values
            carried_values = carried(context, name, platform, values, turn.consent)
            return self._turns.late_parameters(turn, carried_values)

        tag = add_carrier(context, platform_tag, hit(turn), parameters(turn))
        self._turn_triggers.add_further_tags(f"{key}.server", tag, turn, parameters)


def _notes(event: Event) -> str:
    lines = [event.title, event.description, f"Owner: {event.owner}" if event.owner else ""]
    return "\n".join(filter(None, lines))
