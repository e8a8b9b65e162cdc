"""Triggers: every form of the spec to the GTM triggers that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from gtmgen.compile.conditions import (
    MISSING,
    is_about_missing,
    other_hosts,
    page_alternatives,
    page_changed,
    tests,
)
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.late_values import LateValues
from gtmgen.compile.raw_triggers import RawTriggers
from gtmgen.container.entities import (
    Trigger,
    TriggerRef,
    condition,
)
from gtmgen.diagnostics import Origin
from gtmgen.spec.effective import has_late_values, is_group, is_same_trigger
from gtmgen.spec.forms.lifecycle import moment_of
from gtmgen.spec.forms.model import BUILT_IN_TRIGGERS, Conditions, Shape
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.model import (
    Event,
    Narrowing,
    Platform,
    RawEntity,
    Send,
    Test,
    TriggerSpec,
)
from gtmgen.spec.unused import named_by_raw

Refs = tuple[TriggerRef, ...]
On = tuple[str | TriggerSpec, ...]


class Gate(NamedTuple):
    """What is asked beside the conditions of an event's own triggers: of all, of those that can
    have late values alone (``for_late``), and of the one on which consent is known (``banner``)."""

    asked: Conditions
    for_late: bool = False
    banner: TriggerSpec | None = None
    of_banner: Conditions = ()

    def conditions(self, item: TriggerSpec | None) -> Conditions:
        """What is asked of a trigger; None for one of GTM's own words, which is never late."""
        if self.for_late and (item is None or not has_late_values(item)):
            return ()
        is_banner = item and self.banner and is_same_trigger(item, self.banner)
        return self.of_banner if is_banner else self.asked


_NO_GATE = Gate(())


class Triggers:
    """Compiles named triggers once, and those of events where something narrows them."""

    def __init__(self, context: Context, raw: RawTriggers) -> None:
        self._context = context
        self._raw = raw
        self._named: dict[str, Refs] = {}
        self._made: dict[tuple[str, str, str], Refs] = {}
        self._of_platform: dict[tuple[str, bool], Refs] = {}

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
            self.named(key)

    def _is_of_page(self, item: str | TriggerSpec) -> bool:
        on = self._context.spec.triggers.get(item) if isinstance(item, str) else None
        return on is not None and moment_of(on) is not None

    def named(self, key: str) -> Refs:
        """The GTM triggers of a named trigger."""
        raw = self._context.spec.raw_triggers.get(key)
        if raw is not None:
            return (raw.name,)
        if key not in self._named:
            spec = self._context.spec.triggers[key]
            name = spec.name or self._context.name("trigger", key=key, form=spec.form)
            self._named[key] = self._make(spec, key, name, (), (), spec.description)
        return self._named[key]

    def of_event(
        self,
        event: Event,
        send: Send | None = None,
        gate: Gate = _NO_GATE,
    ) -> Refs:
        """What fires an event's tag; a platform's own conditions give it triggers of its own.

        What a gate asks stands last among the conditions of every trigger; those of the platform
        go before it: see ``of_platform``.
        """
        platform = send.platform if send and (send.where or gate.asked) else ""
        where = event.narrowing.where + (send.where if send else ())
        if send and gate.asked:
            where += self._context.spec.platforms[send.platform].narrowing.where
        owner = ("event", event.key, platform)
        found = self._made.get(owner)
        if found is None:
            pages = event.narrowing.pages
            found = self._of(event.on, owner, pages, where, event.title, gate)
        return found

    def late(
        self,
        event: Event,
        send: Send,
        granted_on: str,
        extra: Conditions,
        values: LateValues,
        chance: str = "",
    ) -> Refs:
        """What fires an event when consent comes, while its page is still there.

        ``chance`` tells the triggers of several tags of one event apart.
        """
        refs: list[TriggerRef] = []
        platform = self._context.spec.platforms[send.platform]
        where = event.narrowing.where + send.where + platform.narrowing.where
        for place, item in enumerate(event.on):
            on = self._context.spec.triggers.get(item) if isinstance(item, str) else item
            if on is None or not has_late_values(on):
                continue
            groups = (
                on.argument if on.form == "page" else (), on.narrowing.pages, event.narrowing.pages
            )  # fmt: skip
            number = str(place + 1) if len(event.on) > 1 else ""
            parts = (event.key, account_part(send.platform), number, "late", chance)
            key = ".".join(part for part in parts if part)
            name = self._context.name("trigger", key=key, form="consent")
            # What the banner's trigger asks is about its own message, the rest about the event's.
            own = self._alternatives(groups, (*on.narrowing.where, *where))
            further = [values.conditions(conditions) + extra for conditions in own]
            refs.extend(self._narrow_banner(granted_on, f"event/{key}", name, event.title, further))
        return tuple(refs)

    def page_left(self, tell: Callable[[], Conditions]) -> Refs:
        """Never fires a tag: on a history change to another page it lets a gate know of it."""
        if not self._context.spec.site.is_spa:
            return ()
        shape = Shape("HISTORY_CHANGE", page_changed(self._context) + tell())
        name = self._context.name("trigger", key="page left", form="consent")
        return (self._add("consent/page_left", name, shape, self._context.spec.origin, ""),)

    def load(self, platform: str, key: str, type_: str, extra: Conditions) -> Refs:
        """A platform's own trigger of a page load, where conditions narrow the built-in one."""
        shape = Shape(type_, extra)
        platform = account_part(platform)
        name = self._context.name("trigger", key=f"{platform} {key}", form="consent")
        return (self._add(f"consent/{platform}.{key}", name, shape, self._context.spec.origin, ""),)

    def granted(self, platform: str, key: str, granted_on: str, extra: Conditions) -> Refs:
        """The trigger on which consent is known, narrowed for a platform's own tag."""
        platform = account_part(platform)
        name = self._context.name("trigger", key=f"{platform} {key} late", form="consent")
        return self._narrow_banner(granted_on, f"consent/{platform}.{key}.late", name, "", [extra])

    def _narrow_banner(
        self, granted_on: str, key: str, name: str, notes: str, further: list[Conditions]
    ) -> Refs:
        """The trigger on which consent is known, once with each of these further conditions."""
        banner = self._context.spec.triggers.get(granted_on)
        if banner is not None:
            shapes = [
                shape._replace(filter=shape.filter + conditions)
                for shape in self._shapes(banner, (), ())
                for conditions in further
            ]
            return self._named_shapes(shapes, key, name, notes, banner)
        refs: list[TriggerRef] = []
        for number, conditions in enumerate(further, start=1):
            own_key, own_name = (
                (f"{key}.{number}", f"{name} ({number})") if number > 1 else (key, name)
            )
            refs.extend(self._narrow_raw(granted_on, own_key, own_name, conditions))
        return tuple(refs)

    def of_tag(self, raw: RawEntity) -> Refs:
        """What fires a raw tag by itself."""
        return self._of(raw.on, ("gtm", raw.key, ""), (), (), "")

    def _of(
        self,
        on: On,
        owner: tuple[str, str, str],
        pages: tuple[str, ...],
        where: tuple[Test, ...],
        notes: str,
        gate: Gate = _NO_GATE,
    ) -> Refs:
        """The triggers of an ``on``; ``owner`` is what it belongs to: sort, key, platform."""
        found: list[TriggerRef] = []
        for place, item in enumerate(on):
            if isinstance(item, str) and not pages and not where and not gate.asked:
                found.extend(self.named(item))
                continue
            sort, key, platform = owner
            parts = (key, account_part(platform), str(place + 1) if len(on) > 1 else "")
            own_key = ".".join(part for part in parts if part)
            if isinstance(item, str) and item in self._context.spec.raw_triggers:
                conditions = tests(self._context, where) + gate.conditions(None)
                name = self._own_name("raw", sort, own_key)
                found.extend(self._narrow_raw(item, f"{sort}/{own_key}", name, conditions))
                continue
            if isinstance(item, str):
                item, own_name = self._context.spec.triggers[item], None
            else:
                own_name = f"{item.name} ({platform})" if item.name and platform else item.name
            name = own_name or self._own_name(item.form, sort, own_key)
            asked = gate.conditions(item)
            found.extend(self._make(item, f"{sort}/{own_key}", name, pages, where, notes, asked))
        self._made[owner] = tuple(dict.fromkeys(found))
        return self._made[owner]

    def _own_name(self, form: str, sort: str, key: str) -> str:
        """The name of an event's or raw tag's own trigger, beside a named one of that key."""
        if sort != "event":
            key = f"{sort}.{key}"
        elif key in self._context.spec.triggers:
            key = f"{key} event"
        return self._context.name("trigger", key=key, form=form)

    def _narrow_raw(self, item: str, key: str, name: str, conditions: Conditions) -> Refs:
        """A copy of a raw trigger with these conditions; itself where it can have none."""
        made = self._raw.narrow(item, name, f"trigger/{key}", conditions) if conditions else None
        if made is None:
            return self.named(item)
        self._context.triggers[key] = made
        return (made.name,)

    def exceptions(self, on: On, except_: tuple[str, ...] = ()) -> set[str]:
        """The names of ``except_``, and of what ``on`` brings along."""
        named = self._context.spec.triggers
        specs = [named.get(item) if isinstance(item, str) else item for item in on]
        return {*except_}.union(*[one.narrowing.except_ for one in specs if one is not None])

    def blocking(
        self, names: Iterable[str], tell: Callable[[str], Conditions] | None = None
    ) -> Refs:
        """Triggers that keep tags from firing.

        ``tell`` makes the condition by which a gate hears of what an exception blocks. It always
        holds.
        """
        refs = (
            self._telling(name, tell(name)) if tell else self.named(name) for name in sorted(names)
        )
        return tuple(dict.fromkeys(ref for found in refs for ref in found))

    def _telling(self, name: str, extra: Conditions) -> Refs:
        title = self._context.name("trigger", key=f"except {name}", form="consent")
        key = f"consent/except.{name}"
        spec = self._context.spec.triggers.get(name)
        if is_group(
            self._context.spec, name
        ):  # it blocks no event but its own, which a copy does not have
            return self.named(name)
        if spec is None:
            return self._narrow_raw(name, key, title, extra)
        return self._make(spec, key, title, (), (), spec.description, extra)

    def other_hosts(self) -> Refs:
        """What blocks every platform's tags on a page of a host that is not the site's."""
        if not self._context.spec.site.hosts:
            return ()
        any_event = condition("MATCH_REGEX", "{{_event}}", ".*")
        shape = Shape("CUSTOM_EVENT", other_hosts(self._context), (any_event,))
        name = self._context.name("trigger", key="other hosts", form="site")
        return (self._add("site/other_hosts", name, shape, self._context.spec.origin, ""),)

    def of_platform(self, platform: Platform, *, is_gated: bool = False) -> Refs:
        """What blocks all tags of a platform: other hosts, and its own `where`.

        A tag with a gate has the `where` among its triggers' own conditions: a gate that is asked
        about an event must not be overruled, and late the event is no longer the current one.
        """
        key = (platform.name, is_gated)
        if key not in self._of_platform:
            self._of_platform[key] = (
                *self.other_hosts(),
                *(() if is_gated else self._block_platform(platform)),
            )
        return self._of_platform[key]

    def _block_platform(self, platform: Platform) -> Refs:
        context = self._context
        refs: list[TriggerRef] = []
        any_event = condition("MATCH_REGEX", "{{_event}}", ".*")
        for place, test in enumerate(platform.narrowing.where, start=1):
            shapes = [tests(context, (test._replace(negate=not test.negate),))]
            if is_about_missing(test) and not test.negate:
                # What is missing passes no test; GTM would compare it as a word, or as 0.
                left = context.value(test.left)
                shapes.append((condition("MATCH_REGEX", left, MISSING),))
            for number, conditions in enumerate(shapes, start=1):
                key = f"{platform.name} {place}" + (f" {number}" if number > 1 else "")
                name = context.name("trigger", key=f"not for {key}", form="platform")
                shape = Shape("CUSTOM_EVENT", conditions, (any_event,))
                owner = f"platform/{platform.name}.where.{place}.{number}"
                refs.append(self._add(owner, name, shape, platform.origin, ""))
        return tuple(refs)

    def page_change(self, platform: str = "", extra: Conditions = ()) -> Refs:
        """What fires when a single-page app shows another page; elsewhere nothing does."""
        if not self._context.spec.site.is_spa:
            return ()
        shape = Shape("HISTORY_CHANGE", page_changed(self._context) + extra)
        own = f" ({platform})" if extra else ""
        name = self._context.name("trigger", key=f"every page{own}", form="page")
        key = f"history/page_change.{platform}" if extra else "history/page_change"
        return (self._add(key, name, shape, self._context.spec.origin, ""),)

    # -- what the forms need -----------------------------------------------------------

    @property
    def is_spa(self) -> bool:
        """Whether the site's pages change without a load."""
        return self._context.spec.site.is_spa

    def literal(self, value: str) -> str:
        """Text that GTM will hold exactly as written."""
        return self._context.literal(value)

    def built_in(self, key: str) -> str:
        """A reference to a built-in variable, which is enabled."""
        return self._context.built_in(key)

    def tests(self, where: tuple[Test, ...]) -> Conditions:
        """The conditions of a ``where``."""
        return tests(self._context, where)

    def page_changed(self) -> Conditions:
        """When a change of the history shows another page."""
        return page_changed(self._context)

    # -- making ------------------------------------------------------------------------

    def _make(
        self,
        spec: TriggerSpec,
        key: str,
        name: str,
        pages: tuple[str, ...],
        where: tuple[Test, ...],
        notes: str,
        extra: Conditions = (),
    ) -> Refs:
        shapes = self._shapes(spec, pages, where, extra)
        return self._named_shapes(shapes, key, name, notes, spec)

    def _named_shapes(
        self, shapes: list[Shape], key: str, name: str, notes: str, spec: TriggerSpec
    ) -> Refs:
        refs: list[TriggerRef] = []
        numbers: dict[str, int] = {}
        for shape in shapes:
            number = numbers[shape.suffix] = numbers.get(shape.suffix, 0) + 1
            built_in = BUILT_IN_TRIGGERS.get(shape.type)
            if built_in is not None and shape == Shape(shape.type):
                refs.append(built_in)
                continue
            suffix = [part for part in (shape.suffix, str(number) if number > 1 else "") if part]
            refs.append(
                self._add(
                    ".".join((key, *suffix)),
                    f"{name} ({' '.join(suffix)})" if suffix else name,
                    shape,
                    spec.origin,
                    notes,
                    spec.folder,
                )
            )
        return tuple(refs)

    def _add(
        self,
        key: str,
        name: str,
        shape: Shape,
        origin: Origin,
        notes: str,
        folder: str | None = None,
    ) -> str:
        self._context.triggers[key] = Trigger(
            name=name,
            notes=notes,
            folder=folder or self._context.folder,
            owner=self._context.owner(f"trigger/{key}"),
            origin=origin,
            type=shape.type,
            custom_event_filter=shape.custom_event_filter,
            filter=shape.filter,
            auto_event_filter=shape.auto_event_filter,
            settings=shape.settings,
            parameter=shape.parameter,
            members=shape.members,
        )
        return name

    def _shapes(
        self,
        spec: TriggerSpec,
        pages: tuple[str, ...],
        where: tuple[Test, ...],
        extra: Conditions = (),
    ) -> list[Shape]:
        """The form, once for each alternative that its pages have, narrowed by all conditions."""
        narrowing: Narrowing = spec.narrowing
        own_pages = spec.argument if spec.form == "page" else ()
        groups = (own_pages, narrowing.pages, pages)
        alternatives = self._alternatives(groups, (*narrowing.where, *where))
        return [
            shape._replace(filter=shape.filter + alternative + extra)
            for shape in FORMS[spec.form].compile(self, spec)
            for alternative in alternatives
        ]

    def _alternatives(
        self, groups: tuple[tuple[str, ...], ...], where: tuple[Test, ...]
    ) -> list[Conditions]:
        """What must hold of the page, a list for each alternative, and in each of all else."""
        conditions = tests(self._context, where)
        alternatives: list[Conditions] = [()]
        for group in groups:
            if group:
                own = page_alternatives(self._context, group)
                alternatives = [left + right for left in alternatives for right in own]
        return [alternative + conditions for alternative in alternatives]
