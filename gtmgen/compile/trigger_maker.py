"""GTM triggers made of the spec's: the forms, what narrows them, and their names."""

from __future__ import annotations

from gtmgen.compile.conditions import page_alternatives, tests
from gtmgen.compile.context import Context
from gtmgen.compile.event_names import EventNames, names_of, names_of_raw
from gtmgen.compile.history_conditions import page_changed
from gtmgen.compile.raw_triggers import RawTriggers
from gtmgen.container.entities import Trigger, TriggerRef
from gtmgen.container.values import condition
from gtmgen.diagnostics import Origin
from gtmgen.spec.effective import told_events, trigger_of
from gtmgen.spec.forms.model import BUILT_IN_TRIGGERS, Conditions, Shape
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.model import Narrowing, Test, TriggerSpec

Refs = tuple[TriggerRef, ...]
On = tuple[str | TriggerSpec, ...]


class TriggerMaker:
    """Makes triggers; those that are named, once."""

    def __init__(self, context: Context, raw: RawTriggers) -> None:
        self._context = context
        self._raw = raw
        self._named: dict[str, Refs] = {}

    def named(self, key: str) -> Refs:
        """The GTM triggers of a named trigger."""
        raw = self._context.spec.raw_triggers.get(key)
        if raw is not None:
            return (raw.name,)
        if key not in self._named:
            spec = self._context.spec.triggers[key]
            name = spec.name or self._context.name("trigger", key=key, form=spec.form)
            self._named[key] = self.make(spec, key, name, (), (), spec.description)
        return self._named[key]

    def make(
        self,
        spec: TriggerSpec,
        key: str,
        name: str,
        pages: tuple[str, ...],
        where: tuple[Test, ...],
        notes: str,
        extra: Conditions = (),
    ) -> Refs:
        """A trigger of the spec under this key and name; ``extra`` is its last condition."""
        shapes = self.list_shapes(spec, pages, where, extra)
        return self.add_shapes(shapes, key, name, notes, spec)

    def narrow_raw(self, item: str, key: str, name: str, conditions: Conditions) -> Refs:
        """A copy of a raw trigger with these conditions; itself where it can have none."""
        trigger = self._raw.narrow(item, name, f"trigger/{key}", conditions) if conditions else None
        if trigger is None:
            return self.named(item)
        self._context.triggers[key] = trigger
        return (trigger.name,)

    def event_names(self, item: str | TriggerSpec) -> EventNames:
        """The names of the events on which a trigger can fire, named, inline or raw."""
        trigger = trigger_of(self._context.spec, item)
        if trigger.form != "raw":
            return names_of(trigger, is_spa=self.is_spa)
        raw = self._raw.read(str(item))
        return EventNames() if raw is None else names_of_raw(raw, trigger)

    def may_share_event(self, item: str | TriggerSpec, other: str | TriggerSpec) -> bool:
        """Whether both triggers can fire on one event. In doubt they can."""
        return self.event_names(item).may_share(self.event_names(other))

    def list_shapes(
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
        conditions = tests(self._context, (*narrowing.where, *where))
        not_told = self._not_told(spec)
        return [
            shape._replace(filter=shape.filter + not_told + alternative + conditions + extra)
            for shape in FORMS[spec.form].compile(self, spec)
            for alternative in self._combine_pages(groups, of_history=_shows_page(spec, shape))
        ]

    def _not_told(self, spec: TriggerSpec) -> Conditions:
        """What keeps a pattern of names from our own message, which tells of consent.

        That one is no event of the site's: see ``consent_wait.tpl``.
        """
        return self.not_told(self.event_names(spec)) if spec.form == "event_matches" else ()

    def not_told(self, names: EventNames) -> Conditions:
        """The condition itself, where one of these names may be that of our own message."""
        told = frozenset(told_events(self._context.spec))
        if not told or not names.may_share(EventNames(told)):
            return ()
        return (condition("MATCH_REGEX", self.built_in("event"), "^gtmgen\\.", negate=True),)

    def _combine_pages(
        self, groups: tuple[tuple[str, ...], ...], *, of_history: bool
    ) -> list[Conditions]:
        """What must hold of the page, a list for each alternative."""
        alternatives: list[Conditions] = [()]
        for group in groups:
            if group:
                of_group = page_alternatives(self._context, group, of_history=of_history)
                alternatives = [left + right for left in alternatives for right in of_group]
        return alternatives

    def add_shapes(
        self, shapes: list[Shape], key: str, name: str, notes: str, spec: TriggerSpec
    ) -> Refs:
        """One GTM trigger for each shape; the built-in one where nothing narrows or names it.

        Keys and names of several differ by the shape's suffix and a number.
        """
        refs: list[TriggerRef] = []
        numbers: dict[str, int] = {}
        for shape in shapes:
            number = numbers[shape.suffix] = numbers.get(shape.suffix, 0) + 1
            built_in = BUILT_IN_TRIGGERS.get(shape.type)
            # All Pages and its like are in every container, under IDs of their own: a trigger of
            # ours that says the same would be one more to read, unless it is wanted by its name.
            if built_in is not None and shape == Shape(shape.type) and spec.name is None:
                refs.append(built_in)
                continue
            suffix = [part for part in (shape.suffix, str(number) if number > 1 else "") if part]
            refs.append(
                self.add(
                    ".".join((key, *suffix)),
                    f"{name} ({' '.join(suffix)})" if suffix else name,
                    shape,
                    spec.origin,
                    notes,
                    spec.folder,
                )
            )
        return tuple(refs)

    def add(
        self,
        key: str,
        name: str,
        shape: Shape,
        origin: Origin,
        notes: str,
        folder: str | None = None,
    ) -> str:
        """Add one GTM trigger; its name."""
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

    # -- what the forms need (see `TriggerCompiler`) -------------------------------------

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


def _shows_page(spec: TriggerSpec, shape: Shape) -> bool:
    """Whether it fires where a change of the history shows a page of the spec's."""
    return spec.form == "page" and shape.type == "HISTORY_CHANGE"
