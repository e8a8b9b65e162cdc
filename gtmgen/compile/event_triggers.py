"""What fires the tags of events, and raw tags."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from gtmgen.compile.conditions import negated, tests
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.history_conditions import page_changed
from gtmgen.compile.trigger_maker import On, Refs, TriggerMaker
from gtmgen.container.entities import TriggerRef
from gtmgen.spec.effective import has_late_values, is_group, is_same_trigger, trigger_of
from gtmgen.spec.forms.model import Conditions, Shape
from gtmgen.spec.model import Event, RawEntity, Send, Test, TriggerSpec


class Asking(Protocol):
    """Makes the condition by which a gate is asked of an event: see ``Turns.gate_of``."""

    def __call__(self, *, forgets: bool, yields: bool) -> Conditions:
        """Of one that can have no late values; of one that is the banner's, too."""


class Gate(NamedTuple):
    """What is asked beside the conditions of an event's own triggers; ``banner`` is the trigger on
    which consent is known, where the event has a second chance then."""

    ask: Asking | None = None
    banner: str | None = None


_NO_GATE = Gate()


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
        # Where nothing is asked for one platform alone, the tags of all of them share a trigger.
        platform = send.platform if send and (send.where or gate.ask) else ""
        where = event.narrowing.where + (send.where if send else ())
        if send and gate.ask:
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
        is_narrowed = bool(pages or where or gate.ask)
        sort, owner_key, platform = owner
        for index, item in enumerate(on):
            if isinstance(item, str) and not is_narrowed:
                refs.extend(self._maker.named(item))
                continue
            number = str(index + 1) if len(on) > 1 else ""
            for suffix, asked in self._list_asked(item, gate):
                parts = (owner_key, account_part(platform), number, suffix)
                own_key = ".".join(part for part in parts if part)
                key = f"{sort}/{own_key}"
                if isinstance(item, str) and item in self._context.spec.raw_triggers:
                    conditions = tests(self._context, where) + asked
                    name = self._own_name("raw", sort, own_key)
                    refs.extend(self._maker.narrow_raw(item, key, name, conditions))
                    continue
                trigger = trigger_of(self._context.spec, item)
                name = self._own_name(trigger.form, sort, own_key)
                if not isinstance(item, str) and item.name:
                    more = " ".join(part for part in (platform, suffix) if part)
                    name = f"{item.name} ({more})" if more else item.name
                refs.extend(self._maker.make(trigger, key, name, pages, where, notes, asked))
        self._made[owner] = tuple(dict.fromkeys(refs))
        return self._made[owner]

    def _list_asked(self, item: str | TriggerSpec, gate: Gate) -> list[tuple[str, Conditions]]:
        """What is asked of one trigger, twice where only some of its events are the banner's.

        On the banner's, what was lost goes out: GTM fires the tag once, and the banner's message
        has no values of the page's.
        """
        trigger = trigger_of(self._context.spec, item)
        # Whether GTM looks at conditions of a group has not been seen.
        if gate.ask is None or self._is_group(item):
            return [("", ())]
        forgets = gate.banner is not None and not has_late_values(trigger)
        if gate.banner is None or not self._maker.may_share_event(item, gate.banner):
            return [("", gate.ask(forgets=forgets, yields=False))]
        of_banner = gate.ask(forgets=forgets, yields=True)
        names, of_item = self._maker.event_names(gate.banner), self._maker.event_names(item)
        if of_item.is_within(names) or is_same_trigger(
            trigger, trigger_of(self._context.spec, gate.banner)
        ):
            return [("", of_banner)]
        is_banner = names.condition(self._context)
        others = gate.ask(forgets=forgets, yields=False)
        if is_banner is None:
            return [("", others)]
        return [("", (negated(is_banner), *others)), ("on banner", (is_banner, *of_banner))]

    def _is_group(self, item: str | TriggerSpec) -> bool:
        if isinstance(item, str):
            return is_group(self._context.spec, item)
        return item.form == "group"

    def _own_name(self, form: str, sort: str, key: str) -> str:
        """The name of an event's or raw tag's own trigger, beside a named one of that key."""
        if sort != "event":
            key = f"{sort}.{key}"
        elif key in self._context.spec.triggers:
            key = f"{key} event"
        return self._context.name("trigger", key=key, form=form)
