"""What fires the tags of events, and raw tags."""

from __future__ import annotations

from typing import NamedTuple

from gtmgen.compile.conditions import page_changed, tests
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.trigger_maker import On, Refs, TriggerMaker
from gtmgen.container.entities import TriggerRef
from gtmgen.spec.effective import has_late_values, is_same_trigger
from gtmgen.spec.forms.model import Conditions, Shape
from gtmgen.spec.model import Event, RawEntity, Send, Test, TriggerSpec


class Gate(NamedTuple):
    """What is asked beside the conditions of an event's own triggers: of all, or of those that
    cannot have late values something else (``of_others``), and of the one on which consent is known
    (``banner``) something else again."""

    asked: Conditions
    of_others: Conditions | None = None
    banner: TriggerSpec | None = None
    of_banner: Conditions = ()

    def conditions(self, item: TriggerSpec | None) -> Conditions:
        """What is asked of a trigger; None for one of GTM's own words, which is never late."""
        if self.of_others is not None and (item is None or not has_late_values(item)):
            return self.of_others
        is_banner = item and self.banner and is_same_trigger(item, self.banner)
        return self.of_banner if is_banner else self.asked


_NO_GATE = Gate(())


class EventTriggers:
    """Compiles the triggers of events where something narrows them; else the named ones serve."""

    def __init__(self, context: Context, maker: TriggerMaker) -> None:
        self._context = context
        self._maker = maker
        self._made: dict[tuple[str, str, str], Refs] = {}

    def compile_event(
        self,
        event: Event,
        send: Send | None = None,
        gate: Gate = _NO_GATE,
    ) -> Refs:
        """What fires an event's tag; a platform's own conditions give it triggers of its own.

        What a gate asks stands last among the conditions of every trigger; those of the platform
        go before it: see ``BlockingTriggers.compile_platform``.
        """
        platform = send.platform if send and (send.where or gate.asked) else ""
        where = event.narrowing.where + (send.where if send else ())
        if send and gate.asked:
            where += self._context.spec.platforms[send.platform].narrowing.where
        owner = ("event", event.key, platform)
        refs = self._made.get(owner)
        if refs is None:
            pages = event.narrowing.pages
            refs = self._compile_on(event.on, owner, pages, where, event.title, gate)
        return refs

    def compile_raw_tag(self, raw: RawEntity) -> Refs:
        """What fires a raw tag by itself."""
        return self._compile_on(raw.on, ("gtm", raw.key, ""), (), (), "")

    def compile_page_change(self, platform: str = "", extra: Conditions = ()) -> Refs:
        """What fires when a single-page app shows another page; elsewhere nothing does."""
        if not self._context.spec.site.is_spa:
            return ()
        shape = Shape("HISTORY_CHANGE", page_changed(self._context) + extra)
        suffix = f" ({platform})" if extra else ""
        name = self._context.name("trigger", key=f"every page{suffix}", form="page")
        key = f"history/page_change.{platform}" if extra else "history/page_change"
        return (self._maker.add(key, name, shape, self._context.spec.origin, ""),)

    def _compile_on(
        self,
        on: On,
        owner: tuple[str, str, str],
        pages: tuple[str, ...],
        where: tuple[Test, ...],
        notes: str,
        gate: Gate = _NO_GATE,
    ) -> Refs:
        """The triggers of an ``on``; ``owner`` is what it belongs to: sort, key, platform."""
        refs: list[TriggerRef] = []
        is_narrowed = bool(pages or where or gate.asked)
        sort, owner_key, platform = owner
        for index, item in enumerate(on):
            if isinstance(item, str) and not is_narrowed:
                refs.extend(self._maker.named(item))
                continue
            parts = (owner_key, account_part(platform), str(index + 1) if len(on) > 1 else "")
            own_key = ".".join(part for part in parts if part)
            key = f"{sort}/{own_key}"
            if isinstance(item, str) and item in self._context.spec.raw_triggers:
                conditions = tests(self._context, where) + gate.conditions(None)
                name = self._own_name("raw", sort, own_key)
                refs.extend(self._maker.narrow_raw(item, key, name, conditions))
                continue
            if isinstance(item, str):
                item, given_name = self._context.spec.triggers[item], None
            else:
                given_name = f"{item.name} ({platform})" if item.name and platform else item.name
            name = given_name or self._own_name(item.form, sort, own_key)
            asked = gate.conditions(item)
            refs.extend(self._maker.make(item, key, name, pages, where, notes, asked))
        self._made[owner] = tuple(dict.fromkeys(refs))
        return self._made[owner]

    def _own_name(self, form: str, sort: str, key: str) -> str:
        """The name of an event's or raw tag's own trigger, beside a named one of that key."""
        if sort != "event":
            key = f"{sort}.{key}"
        elif key in self._context.spec.triggers:
            key = f"{key} event"
        return self._context.name("trigger", key=key, form=form)
