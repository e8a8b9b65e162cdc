"""The tags that a platform has once: what loads it, and its page view."""

from __future__ import annotations

from msgspec.structs import replace

from gtmgen.compile.blocking_triggers import Told
from gtmgen.compile.conditions import tests
from gtmgen.compile.context import Context
from gtmgen.compile.late_values import LateValues
from gtmgen.compile.tag_parameters import Prepared, Sent, TagParameters, refers_to
from gtmgen.compile.trigger_maker import Refs
from gtmgen.compile.triggers import Triggers
from gtmgen.compile.turn_triggers import TurnTriggers
from gtmgen.compile.turns import Ask, Turn, Turns
from gtmgen.compile.variables import event_id
from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import Tag
from gtmgen.container.values import Parameter
from gtmgen.packs.model import Blueprint, PackField
from gtmgen.spec.model import Platform

_PRIORITY = 100
"""Before a page's own events, which come after its page view."""
_ON_LOAD = {
    "init": BuiltInTrigger.INITIALIZATION,
    "first_page": BuiltInTrigger.ALL_PAGES,
    "every_page": BuiltInTrigger.ALL_PAGES,
}


class PlatformTags:
    """Compiles what a platform needs on every page, whatever its events."""

    def __init__(self, context: Context, triggers: Triggers, turns: Turns) -> None:
        self._context = context
        self._triggers = triggers
        self._turns = turns
        self._turn_triggers = TurnTriggers(context, triggers, turns)
        self._parameters = TagParameters(context)

    def add(self, platform: Platform, prepared: Prepared) -> None:
        """The tag of one blueprint, with the further ones of a page view that is an event."""
        blueprint = prepared.blueprint
        context = self._context
        uses_id = any(
            isinstance(item, PackField) and refers_to("id", item) for item in prepared.fields
        )
        turn = self._page_view_turn(platform, blueprint)
        sent = Sent(
            blueprint.event or "",
            self._event_id(platform, blueprint) if uses_id else "",
            turn.event.params if turn else {},
            platform.consent,
        )
        key = f"platform.{platform.name}.{blueprint.key}"
        name = context.name(
            "tag", platform=platform.title, event=blueprint.title, title=blueprint.title
        )
        tag = context.tags[key] = Tag(
            name=name,
            folder=context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=platform.origin,
            type=prepared.type,
            parameter=self._parameters.fill(platform, prepared, sent),
            firing=self._fire(platform, blueprint, uses_id),
            blocking=self._block(platform, blueprint),
            firing_option=blueprint.firing_option,
            # A priority, not a setup tag: one that fails, or never says that it is done, would keep
            # the event's tag from firing.
            priority=_PRIORITY,
            consent=() if platform.holds_while_denied else platform.consent,
        )
        if turn is None:
            if self._turns.has_turn(platform):
                late = self._late_values(platform, blueprint)
                context.tags[key] = replace(tag, parameter=late.parameters(tag.parameter))
            return

        def parameters(turn: Turn) -> tuple[Parameter, ...]:
            with_id = replace(sent, id=self._turns.id_of_turn(turn)) if uses_id else sent
            return self._turns.late_parameters(
                turn, self._parameters.fill(platform, prepared, with_id)
            )

        context.tags[key] = replace(tag, parameter=parameters(turn))
        self._turn_triggers.add_further_tags(key, tag, turn, parameters)

    def _page_view_turn(self, platform: Platform, blueprint: Blueprint) -> Turn | None:
        """The turn of the tag, where it is a page view that the spec has as an event."""
        if platform.page_view is None or blueprint.on != "every_page":
            return None
        return self._turn_triggers.turn_of_page_view(platform, platform.page_view)

    def _event_id(self, platform: Platform, blueprint: Blueprint) -> str:
        """The event ID that a platform's own tag sends."""
        if page_view := self._page_view_turn(platform, blueprint):
            return self._turns.id_of_turn(page_view)
        id_ = event_id(self._context, None, None)
        if not self._turns.has_turn(platform):
            return id_
        return self._turns.ask(self._ask(platform, blueprint, "id", id_))

    def _ask(self, platform: Platform, blueprint: Blueprint, when: str, id_: str = "") -> Ask:
        """What the gate is asked about a platform's own tag.

        What loads a platform is not the page's: it is as good on the next one.
        """
        return Ask(
            self._turns.key_of_platform(platform, blueprint.key),
            when,
            platform.consent,
            id_,
            tuple(sorted(platform.narrowing.except_)),
            of_page=blueprint.on == "every_page" and self._context.spec.site.is_spa,
        )

    def _late_values(self, platform: Platform, blueprint: Blueprint) -> LateValues:
        """What turns references to the current event's values into those of the tag's own."""
        ask = self._ask(platform, blueprint, "value")
        return self._turns.late_values_of_platform(platform, ask)

    def _fire(self, platform: Platform, blueprint: Blueprint, uses_id: bool) -> Refs:
        """What fires the tag that a platform's blueprint makes.

        GTM looks at consent when a tag would fire, and does not come back to it (and a tag that
        fires once per page is used up by a denial). Where the spec says on which trigger consent
        is known, the tag gets its turn then, if it was lost: see ``consent_gate.tpl``.
        """
        if page_view := self._page_view_turn(platform, blueprint):
            return self._turn_triggers.fire(page_view)
        if self._turns.has_turn(platform) and platform.after_consent is not None:
            return self._fire_gated(platform, blueprint, platform.after_consent, uses_id)
        is_every_page = blueprint.on == "every_page"
        changes = self._triggers.events.compile_page_change() if is_every_page else ()
        return (_ON_LOAD[blueprint.on], *changes)

    def _fire_gated(
        self, platform: Platform, blueprint: Blueprint, granted_on: str, uses_id: bool
    ) -> Refs:
        """On a load and when consent comes; on a single-page app on every other page, too."""
        triggers, key = self._triggers, blueprint.key
        id_ = event_id(self._context, None, None) if uses_id else ""
        where = tests(self._context, platform.narrowing.where)
        turn = where + self._turns.gate(self._ask(platform, blueprint, "turn", id_))
        own = self._late_values(platform, blueprint).conditions(where)
        late = own + self._turns.gate(self._ask(platform, blueprint, "late"))
        type_ = "INIT" if blueprint.on == "init" else "PAGEVIEW"
        load = triggers.consent.compile_load(platform.name, key, type_, turn)
        granted = triggers.consent.compile_granted(platform.name, key, granted_on, late)
        if blueprint.on != "every_page":
            return load + granted
        changes = triggers.events.compile_page_change(f"{platform.name}.{key}", turn)
        left = triggers.consent.compile_page_left(self._turns.page_left)
        return load + changes + granted + left

    def _block(self, platform: Platform, blueprint: Blueprint) -> Refs:
        """What keeps a platform's own tag from firing, on the load and when consent comes."""
        if page_view := self._page_view_turn(platform, blueprint):
            return self._turn_triggers.block(page_view)
        is_gated = self._turns.has_turn(platform)
        told = Told(self._turns.tell, platform.after_consent, blueprint.key)
        exceptions = self._triggers.blocking.compile_exceptions(
            platform.narrowing.except_, told if is_gated else None
        )
        return exceptions + self._triggers.blocking.compile_platform(platform, is_gated=is_gated)
