"""Triggers of a second chance: what fires a tag when consent comes, and asks whether it may."""

from __future__ import annotations

from collections.abc import Callable

from gtmgen.compile.conditions import tests
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.history_conditions import page_changed
from gtmgen.compile.late_values import LateValues
from gtmgen.compile.regex import any_of
from gtmgen.compile.trigger_maker import Refs, TriggerMaker
from gtmgen.compile.variables import event_id
from gtmgen.container.entities import Tag, TriggerRef
from gtmgen.container.values import Condition, condition, text
from gtmgen.spec.effective import has_late_values, is_group, told_event
from gtmgen.spec.forms.model import Conditions, Shape
from gtmgen.spec.model import Event, Send


class ConsentTriggers:
    """Narrows the banner's trigger, and those of a load, by what the gate is asked."""

    def __init__(self, context: Context, maker: TriggerMaker) -> None:
        self._context = context
        self._maker = maker
        self._narrowed: set[str] = set()
        self._of_page_left: Refs = ()

    def compile_late(
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
        for index, item in enumerate(event.on):
            on = self._context.spec.triggers.get(item) if isinstance(item, str) else item
            if on is None or not has_late_values(on):
                continue
            number = str(index + 1) if len(event.on) > 1 else ""
            parts = (event.key, account_part(send.platform), number, "late", chance)
            key = ".".join(part for part in parts if part)
            name = self._context.name("trigger", key=key, form="consent")
            # What the banner's trigger asks is about its own message, the rest about the event's.
            # Its page is not looked at again: the gate knows whether another one is shown, and the
            # address may have been replaced since.
            own = tests(self._context, (*on.narrowing.where, *where))
            further = values.conditions(own) + extra
            refs.extend(self._narrow_banner(granted_on, f"event/{key}", name, event.title, further))
        return tuple(refs)

    def compile_granted(self, platform: str, key: str, granted_on: str, extra: Conditions) -> Refs:
        """The trigger on which consent is known, narrowed for a platform's own tag."""
        platform = account_part(platform)
        name = self._context.name("trigger", key=f"{platform} {key} late", form="consent")
        return self._narrow_banner(granted_on, f"consent/{platform}.{key}.late", name, "", extra)

    def compile_load(self, platform: str, key: str, type_: str, extra: Conditions) -> Refs:
        """A platform's own trigger of a page load, where conditions narrow the built-in one."""
        shape = Shape(type_, extra)
        platform = account_part(platform)
        name = self._context.name("trigger", key=f"{platform} {key}", form="consent")
        origin = self._context.spec.origin
        return (self._maker.add(f"consent/{platform}.{key}", name, shape, origin, ""),)

    def compile_page_left(self, tell: Callable[[], Conditions]) -> Refs:
        """Never fires a tag: on a history change to another page it lets a gate know of it."""
        if not self._context.spec.site.is_spa or self._of_page_left:
            return self._of_page_left
        shape = Shape("HISTORY_CHANGE", page_changed(self._context) + tell())
        name = self._context.name("trigger", key="page left", form="consent")
        origin = self._context.spec.origin
        self._of_page_left = (self._maker.add("consent/page_left", name, shape, origin, ""),)
        return self._of_page_left

    def add_waits(self, types_of: Callable[[str], tuple[str, ...]]) -> None:
        """A tag for each trigger on which consent is known, for banners that tell of it too early.

        GTM may still deny on their message: the tag tells of the consent that comes behind it.
        """
        context = self._context
        waits = {granted_on: types_of(granted_on) for granted_on in sorted(self._narrowed)}
        # One template for all of them, which may read the types of each.
        read = tuple(sorted({type_ for types in waits.values() for type_ in types}))
        for granted_on, types in waits.items():
            title = f"wait for {granted_on}"
            context.tags[f"consent.wait.{granted_on}"] = Tag(
                name=context.name("tag", platform="Consent", event=title, title=title),
                folder=context.folder,
                owner=context.owner(f"tag/consent.wait.{granted_on}"),
                origin=context.spec.origin,
                type=context.template(
                    "consent_wait", "Consent wait", "shared/consent_wait.tpl", consent=read
                ),
                parameter=(
                    text("event", told_event(granted_on)),
                    text("types", ",".join(types)),
                    text("id", event_id(context, None, None)),
                ),
                firing=(*self._maker.named(granted_on), self._add_told(granted_on)),
                firing_option="ONCE_PER_EVENT",
                consent=(),
            )

    def _add_told(self, granted_on: str) -> TriggerRef:
        """Our own message: on it, the wait makes it known to what reads the data layer."""
        name = self._context.name("trigger", key=f"told by {granted_on}", form="consent")
        shape = Shape("CUSTOM_EVENT", (), (self._is_told(granted_on),))
        return self._maker.add(
            f"consent/told.{granted_on}", name, shape, self._context.spec.origin, ""
        )

    def _is_told(self, granted_on: str) -> Condition:
        return condition("EQUALS", "{{_event}}", told_event(granted_on))

    def _narrow_banner(
        self, granted_on: str, key: str, name: str, notes: str, extra: Conditions
    ) -> Refs:
        """What tells that consent is there, the banner or ourselves, with further conditions."""
        spec = self._context.spec
        banner, told = spec.triggers.get(granted_on), self._list_told(granted_on, extra)
        if banner is None:
            return self._maker.narrow_raw(granted_on, key, name, extra) + tuple(
                self._maker.add(f"{key}.told", f"{name} (told)", shape, spec.origin, notes)
                for shape in told
            )
        if told and banner.form == "event" and not banner.narrowing:
            # Both names in one pattern: one trigger less that somebody has to read in GTM.
            names = any_of((str(banner.argument), told_event(granted_on)))
            either = condition("MATCH_REGEX", "{{_event}}", self._context.literal(f"^{names}$"))
            shapes = [Shape("CUSTOM_EVENT", extra, (either,))]
        else:
            own = self._maker.list_shapes(banner, (), ())
            shapes = [shape._replace(filter=shape.filter + extra) for shape in own] + told
        return self._maker.add_shapes(shapes, key, name, notes, banner)

    def _list_told(self, granted_on: str, extra: Conditions) -> list[Shape]:
        """Our own event, where there is one: a group's tags have an event each, and share ours."""
        if is_group(self._context.spec, granted_on):
            return []
        self._narrowed.add(granted_on)
        return [Shape("CUSTOM_EVENT", extra, (self._is_told(granted_on),), suffix="told")]
