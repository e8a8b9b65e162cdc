"""Triggers of a second chance: what fires a tag when consent comes, and asks whether it may."""

from __future__ import annotations

from collections.abc import Callable

from gtmgen.compile.conditions import page_changed
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.late_values import LateValues
from gtmgen.compile.trigger_maker import Refs, TriggerMaker
from gtmgen.container.entities import TriggerRef
from gtmgen.spec.effective import has_late_values
from gtmgen.spec.forms.model import Conditions, Shape
from gtmgen.spec.model import Event, Send


class ConsentTriggers:
    """Narrows the banner's trigger, and those of a load, by what the gate is asked."""

    def __init__(self, context: Context, maker: TriggerMaker) -> None:
        self._context = context
        self._maker = maker
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
            groups = (
                on.argument if on.form == "page" else (), on.narrowing.pages, event.narrowing.pages
            )  # fmt: skip
            number = str(index + 1) if len(event.on) > 1 else ""
            parts = (event.key, account_part(send.platform), number, "late", chance)
            key = ".".join(part for part in parts if part)
            name = self._context.name("trigger", key=key, form="consent")
            # What the banner's trigger asks is about its own message, the rest about the event's.
            own = self._maker.combine_alternatives(groups, (*on.narrowing.where, *where))
            further = [values.conditions(conditions) + extra for conditions in own]
            refs.extend(self._narrow_banner(granted_on, f"event/{key}", name, event.title, further))
        return tuple(refs)

    def compile_granted(self, platform: str, key: str, granted_on: str, extra: Conditions) -> Refs:
        """The trigger on which consent is known, narrowed for a platform's own tag."""
        platform = account_part(platform)
        name = self._context.name("trigger", key=f"{platform} {key} late", form="consent")
        return self._narrow_banner(granted_on, f"consent/{platform}.{key}.late", name, "", [extra])

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

    def _narrow_banner(
        self, granted_on: str, key: str, name: str, notes: str, further: list[Conditions]
    ) -> Refs:
        """The trigger on which consent is known, once with each of these further conditions."""
        banner = self._context.spec.triggers.get(granted_on)
        if banner is not None:
            shapes = [
                shape._replace(filter=shape.filter + conditions)
                for shape in self._maker.list_shapes(banner, (), ())
                for conditions in further
            ]
            return self._maker.add_shapes(shapes, key, name, notes, banner)
        refs: list[TriggerRef] = []
        for number, conditions in enumerate(further, start=1):
            own_key, own_name = (
                (f"{key}.{number}", f"{name} ({number})") if number > 1 else (key, name)
            )
            refs.extend(self._maker.narrow_raw(granted_on, own_key, own_name, conditions))
        return tuple(refs)
