"""Triggers of the spec to GTM's: the named ones, and by what else fires or blocks a tag."""

from __future__ import annotations

from gtmgen.compile.blocking_triggers import BlockingTriggers
from gtmgen.compile.consent_triggers import ConsentTriggers
from gtmgen.compile.context import Context
from gtmgen.compile.event_triggers import EventTriggers
from gtmgen.compile.raw_triggers import RawTriggers
from gtmgen.compile.trigger_maker import TriggerMaker
from gtmgen.spec.forms.lifecycle import moment_of
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.unused import named_by_raw


class Triggers:
    """All triggers of one container, each made once, when something first needs it."""

    def __init__(self, context: Context, raw: RawTriggers) -> None:
        self._context = context
        self._maker = TriggerMaker(context, raw)
        self.events = EventTriggers(context, self._maker)
        self.consent = ConsentTriggers(context, self._maker)
        self.blocking = BlockingTriggers(context, self._maker)

    def compile_named(self) -> None:
        """Every trigger under ``triggers``, used or not.

        One that says when consent is known, or when a page is there, is narrowed for each tag that
        waits for consent, and is made itself only where something else names it.
        """
        spec = self._context.spec
        waiting = {one.after_consent for one in spec.platforms.values()} - {None}
        narrowed: set[object] = {*waiting, spec.consent.granted_on}
        if waiting:
            page_views = (one.page_view for one in spec.platforms.values() if one.page_view)
            events = (item for event in (*spec.events.values(), *page_views) for item in event.on)
            narrowed.update(item for item in events if self._is_of_page(item))
        for key in sorted(spec.triggers.keys() - (narrowed - named_by_raw(spec))):
            self._maker.named(key)

    def _is_of_page(self, item: str | TriggerSpec) -> bool:
        on = self._context.spec.triggers.get(item) if isinstance(item, str) else None
        return on is not None and moment_of(on) is not None
