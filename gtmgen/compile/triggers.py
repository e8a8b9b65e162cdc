"""Triggers: every form of the spec to the GTM triggers that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from gtmgen.compile.conditions import (
    MISSING,
    Conditions,
    is_about_missing,
    other_hosts,
    page_alternatives,
    page_changed,
    tests,
)
from gtmgen.compile.context import Context
from gtmgen.compile.css import with_descendants
from gtmgen.compile.late_values import LateValues
from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import (
    Condition,
    Parameter,
    Trigger,
    TriggerRef,
    boolean,
    condition,
    text,
)
from gtmgen.diagnostics import Origin
from gtmgen.spec.model import (
    ANY_ELEMENT,
    Event,
    Narrowing,
    Platform,
    RawEntity,
    Send,
    Test,
    TriggerSpec,
)
from gtmgen.spec.schema import ENABLED_WHERE
from gtmgen.spec.unused import named_by_raw

Refs = tuple[TriggerRef, ...]
On = tuple[str | TriggerSpec, ...]


class Shape(NamedTuple):
    """One GTM trigger before it has a name; ``suffix`` tells several of one form apart."""

    type: str
    filter: Conditions = ()
    custom_event_filter: Conditions = ()
    auto_event_filter: Conditions = ()
    settings: tuple[tuple[str, Parameter], ...] = ()
    parameter: tuple[Parameter, ...] = ()
    members: Refs = ()
    suffix: str = ""


class Triggers:
    """Compiles named triggers once, and those of events where something narrows them."""

    def __init__(self, context: Context) -> None:
        self._context = context
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
        self, event: Event, send: Send | None = None, extra: Conditions = (), part: str = ""
    ) -> Refs:
        """What fires an event's tag; a platform's own conditions give it triggers of its own.

        ``extra``, what a gate asks, stands last among the conditions of every trigger; those of
        the platform go before it: see ``of_platform``.
        """
        platform = send.platform if send and (send.where or extra) else ""
        where = event.narrowing.where + (send.where if send else ())
        if send and extra:
            where += self._context.spec.platforms[send.platform].narrowing.where
        owner = ("event", event.key, f"{platform}.{part}" if part else platform)
        found = self._made.get(owner)
        if found is None:
            pages = event.narrowing.pages
            found = self._of(event.on, owner, pages, where, event.title, extra)
        return found

    def late(
        self, event: Event, send: Send, granted_on: str, extra: Conditions, values: LateValues
    ) -> Refs:
        """What fires an event of the page itself when consent comes, while the page is still there.

        Other events have gone by then: their message is no longer the current one.
        """
        banner = self._context.spec.triggers.get(granted_on)
        if banner is None:
            return ()
        refs: list[TriggerRef] = []
        platform = self._context.spec.platforms[send.platform]
        where = event.narrowing.where + send.where + platform.narrowing.where
        for place, item in enumerate(event.on):
            on = self._context.spec.triggers.get(item) if isinstance(item, str) else item
            if on is None or moment_of(on) is None:
                continue
            groups = (
                on.argument if on.form == "page" else (), on.narrowing.pages, event.narrowing.pages
            )  # fmt: skip
            number = str(place + 1) if len(event.on) > 1 else ""
            key = ".".join(part for part in (event.key, send.platform, number, "late") if part)
            name = self._context.name("trigger", key=key, form="consent")
            shapes = self._shapes(banner, (), (*on.narrowing.where, *where), groups, extra)
            shapes = [item._replace(filter=values.conditions(item.filter)) for item in shapes]
            refs.extend(self._named_shapes(shapes, f"event/{key}", name, event.title, banner))
        return tuple(refs)

    def late_exceptions(
        self,
        owner: str,
        names: Iterable[str],
        moments: Iterable[str | None],
        granted_on: str,
        values: LateValues | None = None,
    ) -> Refs:
        """What keeps a tag from firing when consent comes, as it did at the moment itself.

        An exception that names the page, or a moment of its load, holds on that event alone, and
        one on any event looks at the current one's values; the tag's second chance comes on another
        event. ``owner`` is the tag whose ``values`` are late.
        """
        banner = self._context.spec.triggers.get(granted_on)
        if banner is None:
            return ()
        refs: list[TriggerRef] = []
        wanted = [one for one in moments if one is not None]
        for name in sorted({*names} & self._context.spec.triggers.keys()):
            on = self._context.spec.triggers[name]
            if not any(_holds_at(on, moment) for moment in wanted):
                continue
            groups = (on.argument if on.form == "page" else (), on.narrowing.pages)
            shapes = self._shapes(banner, (), on.narrowing.where, groups)
            late = [
                item._replace(filter=values.conditions(item.filter)) if values else item
                for item in shapes
            ]
            if on.form == "event_matches" and late == shapes:
                continue  # it holds when consent comes, too
            # Without values of the tag's own event, one trigger is enough for all tags.
            key = f"{granted_on} except {name}" if late == shapes else f"{owner} except {name}"
            title = self._context.name("trigger", key=key, form="consent")
            refs.extend(self._named_shapes(late, f"late_except/{key}", title, "", banner))
        return tuple(refs)

    def load(self, platform: str, key: str, type_: str, extra: Conditions) -> Refs:
        """A platform's own trigger of a page load, where conditions narrow the built-in one."""
        shape = Shape(type_, extra)
        name = self._context.name("trigger", key=f"{platform} {key}", form="consent")
        return (self._add(f"consent/{platform}.{key}", name, shape, self._context.spec.origin, ""),)

    def granted(self, platform: str, key: str, granted_on: str, extra: Conditions) -> Refs:
        """The trigger on which consent is known, narrowed for a platform's own tag."""
        banner = self._context.spec.triggers.get(granted_on)
        if banner is None:
            return self.named(granted_on)
        name = self._context.name("trigger", key=f"{platform} {key} late", form="consent")
        shapes = self._shapes(banner, (), (), (), extra)
        return self._named_shapes(shapes, f"consent/{platform}.{key}.late", name, "", banner)

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
        extra: Conditions = (),
    ) -> Refs:
        """The triggers of an ``on``; ``owner`` is what it belongs to: sort, key, platform."""
        found: list[TriggerRef] = []
        for place, item in enumerate(on):
            if isinstance(item, str) and (
                (not pages and not where and not extra) or item in self._context.spec.raw_triggers
            ):
                found.extend(self.named(item))
                continue
            sort, key, platform = owner
            parts = (key, platform, str(place + 1) if len(on) > 1 else "")
            own_key = ".".join(part for part in parts if part)
            if isinstance(item, str):
                item, own_name = self._context.spec.triggers[item], None
            else:
                own_name = f"{item.name} ({platform})" if item.name and platform else item.name
            name = own_name or self._own_name(item, sort, own_key)
            found.extend(self._make(item, f"{sort}/{own_key}", name, pages, where, notes, extra))
        self._made[owner] = tuple(dict.fromkeys(found))
        return self._made[owner]

    def _own_name(self, item: TriggerSpec, sort: str, key: str) -> str:
        """The name of an event's or raw tag's own trigger, beside a named one of that key."""
        if sort != "event":
            key = f"{sort}.{key}"
        elif key in self._context.spec.triggers:
            key = f"{key} event"
        return self._context.name("trigger", key=key, form=item.form)

    def blocking(self, on: On, except_: tuple[str, ...] = ()) -> Refs:
        """Triggers that keep tags from firing: those named, and those that ``on`` brings along."""
        names = self.exceptions(on, except_)
        return tuple(dict.fromkeys(ref for name in sorted(names) for ref in self.named(name)))

    def exceptions(self, on: On, except_: tuple[str, ...]) -> set[str]:
        """The names of ``except_``, and of what ``on`` brings along."""
        return {*except_}.union(*(one.narrowing.except_ for one in self._specs(on)))

    def moments(self, on: On) -> set[str | None]:
        """The moments of a page that ``on`` names: see ``moment_of``."""
        return {moment_of(one) for one in self._specs(on)}

    def _specs(self, on: On) -> list[TriggerSpec]:
        named = self._context.spec.triggers
        found = (named.get(item) if isinstance(item, str) else item for item in on)
        return [item for item in found if item is not None]

    def other_hosts(self) -> Refs:
        """What blocks every platform's tags on a page of a host that is not the site's."""
        if not self._context.spec.site.hosts:
            return ()
        any_event = condition("MATCH_REGEX", "{{_event}}", ".*")
        shape = Shape("CUSTOM_EVENT", other_hosts(self._context), (any_event,))
        name = self._context.name("trigger", key="other hosts", form="site")
        return (self._add("site/other_hosts", name, shape, self._context.spec.origin, ""),)

    def of_platform(self, platform: Platform, *, is_gated: bool = False) -> Refs:
        """What blocks all tags of a platform: other hosts, and its own `where` and `except`.

        A tag with a gate has the `where` among its triggers' own conditions: a gate that is asked
        about an event must not be overruled, and late the event is no longer the current one.
        """
        key = (platform.name, is_gated)
        if key not in self._of_platform:
            self._of_platform[key] = (
                *self.other_hosts(),
                *self.blocking((), platform.narrowing.except_),
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
        shapes = self._shapes(spec, pages, where, (), extra)
        return self._named_shapes(shapes, key, name, notes, spec)

    def _named_shapes(
        self, shapes: list[Shape], key: str, name: str, notes: str, spec: TriggerSpec
    ) -> Refs:
        refs: list[TriggerRef] = []
        numbers: dict[str, int] = {}
        for shape in shapes:
            number = numbers[shape.suffix] = numbers.get(shape.suffix, 0) + 1
            built_in = _BUILT_IN.get(shape.type)
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
        groups: tuple[tuple[str, ...], ...] = (),
        extra: Conditions = (),
    ) -> list[Shape]:
        """The form, once for each alternative that its pages have, narrowed by all conditions."""
        context = self._context
        narrowing: Narrowing = spec.narrowing
        conditions = tests(context, (*narrowing.where, *where))
        alternatives: list[Conditions] = [()]
        own_pages = spec.argument if spec.form == "page" else ()
        for group in (own_pages, narrowing.pages, pages, *groups):
            if group:
                own = page_alternatives(context, group)
                alternatives = [left + right for left in alternatives for right in own]
        shapes = _FORMS[spec.form](self, spec)
        return [
            shape._replace(filter=shape.filter + alternative + conditions + extra)
            for shape in shapes
            for alternative in alternatives
        ]

    # -- forms -------------------------------------------------------------------------

    def _page(self, spec: TriggerSpec) -> list[Shape]:
        del spec
        shapes = [Shape("PAGEVIEW")]
        if self._context.spec.site.is_spa:
            shapes.append(Shape("HISTORY_CHANGE", page_changed(self._context), suffix="history"))
        return shapes

    def _lifecycle(self, spec: TriggerSpec) -> list[Shape]:
        return [Shape(_LIFECYCLES[spec.argument])]

    def _every_event(self, spec: TriggerSpec) -> list[Shape]:
        del spec
        return [Shape("ALWAYS")]

    def _event(self, spec: TriggerSpec) -> list[Shape]:
        return [self._custom_event("EQUALS", spec.argument)]

    def _event_matches(self, spec: TriggerSpec) -> list[Shape]:
        return [
            self._custom_event("MATCH_REGEX", spec.argument, spec.options.get("ignore_case", False))
        ]

    def _custom_event(self, type_: str, value: str, ignore_case: bool = False) -> Shape:
        name = condition(type_, "{{_event}}", self._context.literal(value), ignore_case=ignore_case)
        return Shape("CUSTOM_EVENT", custom_event_filter=(name,))

    def _history(self, spec: TriggerSpec) -> list[Shape]:
        del spec
        return [Shape("HISTORY_CHANGE")]

    def _click(self, spec: TriggerSpec) -> list[Shape]:
        if spec.argument == ANY_ELEMENT:
            return [Shape("CLICK")]
        return [Shape("CLICK", (self._element("click_element", with_descendants(spec.argument)),))]

    def _link(self, spec: TriggerSpec) -> list[Shape]:
        return [self._waiting("LINK_CLICK", "click_element", spec)]

    def _submit(self, spec: TriggerSpec) -> list[Shape]:
        return [self._waiting("FORM_SUBMISSION", "form_element", spec)]

    def _element(self, built_in: str, css: str) -> Condition:
        return condition(
            "CSS_SELECTOR", self._context.built_in(built_in), self._context.literal(css)
        )

    def _waiting(self, type_: str, element: str, spec: TriggerSpec) -> Shape:
        wait = spec.options.get("wait")
        check = spec.options.get("check_validation", False)
        own = spec.options.get(ENABLED_WHERE)
        settings = (
            ("waitForTags", boolean(None, wait is not None)),
            ("checkValidation", boolean(None, check)),
            ("waitForTagsTimeout", text(None, str(milliseconds(wait)) if wait else "2000")),
            ("uniqueTriggerId", text(None, "")),
        )
        enable = self._enabled(spec) if wait is not None or check or own else ()
        narrowed = spec.argument != ANY_ELEMENT
        matched = (self._element(element, spec.argument),) if narrowed else ()
        return Shape(type_, matched, (), enable, settings)

    def _enabled(self, spec: TriggerSpec) -> Conditions:
        """The conditions that enable a listener: its own, or one that holds on all pages.

        It is looked at once, on load, so on a single-page app it must not name a page; the
        pages stand among the conditions to fire.
        """
        own = spec.options.get(ENABLED_WHERE)
        if own:
            return tests(self._context, own)
        return (condition("MATCH_REGEX", self._context.built_in("page_url"), ".*"),)

    def _visible(self, spec: TriggerSpec) -> list[Shape]:
        options = spec.options
        parameter = [
            text("selectorType", "CSS"),
            text("elementSelector", self._context.literal(spec.argument)),
            text("firingFrequency", _FREQUENCIES[options.get("once", "page")]),
            text("onScreenRatio", str(options.get("ratio", 50))),
            boolean("useOnScreenDuration", "for" in options),
            boolean("useDomChangeListener", options.get("observe_dom", False)),
        ]
        if "for" in options:
            parameter.append(text("onScreenDuration", str(milliseconds(options["for"]))))
        return [Shape("ELEMENT_VISIBILITY", parameter=tuple(parameter))]

    def _scroll(self, spec: TriggerSpec) -> list[Shape]:
        parameter: list[Parameter] = []
        for axis, form in (("vertical", "scroll"), ("horizontal", "scroll_horizontal")):
            pixels = spec.argument.get(f"{form}_pixels")
            thresholds = pixels or spec.argument.get(form)
            parameter.append(boolean(f"{axis}ThresholdOn", thresholds is not None))
            if thresholds is not None:
                unit, name = ("PIXELS", "Pixels") if pixels else ("PERCENT", "Percent")
                parameter.append(text(f"{axis}ThresholdUnits", unit))
                parameter.append(
                    text(f"{axis}Thresholds{name}", ",".join(map(str, sorted(set(thresholds)))))
                )
        parameter.append(text("triggerStartOption", "WINDOW_LOAD"))
        return [Shape("SCROLL_DEPTH", parameter=tuple(parameter))]

    def _timer(self, spec: TriggerSpec) -> list[Shape]:
        limit = spec.options.get("limit")
        settings = (
            ("eventName", text(None, "gtm.timer")),
            ("interval", text(None, str(milliseconds(spec.argument)))),
            ("limit", text(None, "" if limit is None else str(limit))),
        )
        return [Shape("TIMER", auto_event_filter=self._enabled(spec), settings=settings)]

    def _video(self, spec: TriggerSpec) -> list[Shape]:
        video = spec.argument
        progress = video.get("progress")
        progress = progress if isinstance(progress, list) or progress is None else [progress]
        parameter = [
            boolean("captureStart", video.get("start", False)),
            boolean("captureComplete", video.get("complete", False)),
            boolean("capturePause", video.get("pause", False)),
            boolean("captureProgress", bool(progress)),
            boolean("fixMissingApi", True),
            text("triggerStartOption", "DOM_READY"),
        ]
        if progress:
            parameter.append(text("radioButtonGroup1", "PERCENTAGE"))
            parameter.append(
                text("progressThresholdsPercent", ",".join(map(str, sorted(set(progress)))))
            )
        return [Shape("YOU_TUBE_VIDEO", parameter=tuple(parameter))]

    def _js_error(self, spec: TriggerSpec) -> list[Shape]:
        del spec
        return [Shape("JS_ERROR")]

    def _group(self, spec: TriggerSpec) -> list[Shape]:
        """A group waits for all its members; the spec's checks see to it that each is one."""
        members = tuple(ref for name in spec.argument for ref in self.named(name))
        return [Shape("TRIGGER_GROUP", members=members)]


_FORMS: dict[str, Callable[[Triggers, TriggerSpec], list[Shape]]] = {
    "page": Triggers._page,
    "lifecycle": Triggers._lifecycle,
    "always": Triggers._every_event,
    "event": Triggers._event,
    "event_matches": Triggers._event_matches,
    "history": Triggers._history,
    "click": Triggers._click,
    "link": Triggers._link,
    "submit": Triggers._submit,
    "visible": Triggers._visible,
    "scroll": Triggers._scroll,
    "timer": Triggers._timer,
    "video": Triggers._video,
    "js_error": Triggers._js_error,
    "group": Triggers._group,
}
_LIFECYCLES = {
    "consent_init": "CONSENT_INIT",
    "init": "INIT",
    "page_view": "PAGEVIEW",
    "dom_ready": "DOM_READY",
    "window_loaded": "WINDOW_LOADED",
}
_BUILT_IN = {
    "CONSENT_INIT": BuiltInTrigger.CONSENT_INITIALIZATION,
    "INIT": BuiltInTrigger.INITIALIZATION,
    "PAGEVIEW": BuiltInTrigger.ALL_PAGES,
    "ALWAYS": BuiltInTrigger.SERVER_ALL,
}
_FREQUENCIES = {"page": "ONCE", "element": "ONCE_PER_ELEMENT", "every": "MANY_PER_ELEMENT"}
_DURATION = re.compile(r"([0-9.]+)(ms|s|m|h)")
_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}


def moment_of(on: TriggerSpec) -> str | None:
    """The moment of a page's load on which a trigger fires; None for what happens on a page."""
    if on.form == "page":
        return "page_view"
    return on.argument if on.form == "lifecycle" else None


_EVENTS = {
    "consent_init": ("gtm.init_consent",),
    "init": ("gtm.init",),
    "page_view": ("gtm.js", "gtm.historyChange"),
    "dom_ready": ("gtm.dom",),
    "window_loaded": ("gtm.load",),
}


def _holds_at(on: TriggerSpec, moment: str) -> bool:
    """Whether a trigger can hold on the events of a moment."""
    if on.form == "event":
        return on.argument in _EVENTS[moment]
    if on.form != "event_matches":
        return moment_of(on) == moment
    flags = re.IGNORECASE if on.options.get("ignore_case") else 0
    try:
        return any(re.search(on.argument, name, flags) for name in _EVENTS[moment])
    except re.error:  # a pattern of JavaScript's alone
        return True


def milliseconds(duration: str) -> int:
    """``2s`` -> 2000."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"not a duration: {duration}")
    return max(1, round(float(found.group(1)) * _UNITS[found.group(2)]))
