"""What keeps tags from firing: exceptions, a platform's own `where`, hosts of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from gtmgen.compile.conditions import (
    MISSING,
    is_about_missing,
    negated,
    other_hosts,
    tests,
)
from gtmgen.compile.context import Context
from gtmgen.compile.trigger_maker import On, Refs, TriggerMaker
from gtmgen.container.entities import TriggerRef
from gtmgen.container.values import Condition, condition
from gtmgen.spec.effective import is_group
from gtmgen.spec.forms.model import Conditions, Shape
from gtmgen.spec.model import Platform


class Told(NamedTuple):
    """What a gate hears of a tag's exceptions.

    ``tell`` makes the condition by which it hears of what one blocks; that always holds. ``banner``
    is the trigger on which the tag can go out late. Where the tag fires on it by itself, too,
    ``spare`` makes the condition that what was held back is not going out on it now.
    """

    tell: Callable[[str], Conditions]
    banner: str | None
    key: str
    spare: Callable[[str], Conditions] | None = None


class BlockingTriggers:
    """Compiles blocking triggers, those of a platform once."""

    def __init__(self, context: Context, maker: TriggerMaker) -> None:
        self._context = context
        self._maker = maker
        self._of_platform: dict[tuple[str, bool], Refs] = {}
        self._of_other_hosts: Refs = ()

    def list_exceptions(self, on: On, except_: tuple[str, ...] = ()) -> set[str]:
        """The names of ``except_``, and of what ``on`` brings along."""
        named = self._context.spec.triggers
        names = set(except_)
        for item in on:
            one = named.get(item) if isinstance(item, str) else item
            if one is not None:
                # An exception belongs to the tag in GTM, not to one of its triggers.
                names.update(one.narrowing.except_)
        return names

    def compile_exceptions(self, names: Iterable[str], told: Told | None = None) -> Refs:
        """Triggers that keep tags from firing; ``told`` of a tag that waits for consent."""
        refs = (
            self._compile_telling(name, told) if told else self._maker.named(name)
            for name in sorted(names)
        )
        return tuple(dict.fromkeys(ref for refs_of_name in refs for ref in refs_of_name))

    def compile_platform(self, platform: Platform, *, is_gated: bool = False) -> Refs:
        """What blocks all tags of a platform: other hosts, and its own `where`.

        A tag with a gate has the `where` among its triggers' own conditions: a gate that is asked
        about an event must not be overruled, and late the event is no longer the current one.
        """
        key = (platform.name, is_gated)
        if key not in self._of_platform:
            self._of_platform[key] = (
                *self._compile_other_hosts(),
                *(() if is_gated else self._compile_where(platform)),
            )
        return self._of_platform[key]

    def _compile_telling(self, name: str, told: Told) -> Refs:
        # A group blocks no event but its own, which a copy does not have.
        if is_group(self._context.spec, name):
            return self._maker.named(name)
        title = self._context.name("trigger", key=f"except {name}", form="consent")
        key = f"consent/except.{name}"
        is_banner = self._on_banner(name, told.banner)
        if is_banner is None:
            return self._narrow(name, key, title, told.tell(name))
        # What was held back was not blocked at its own time: on the banner's message, on which it
        # goes out, the exception holds for other events alone.
        refs: Refs = ()
        assert told.banner is not None  # its names are known
        if not self._maker.event_names(name).is_within(self._maker.event_names(told.banner)):
            others = (negated(is_banner), *told.tell(name))
            refs += self._narrow(name, f"{key}.{told.banner}", f"{title} ({told.banner})", others)
        if told.spare is not None:
            own = (is_banner, *told.spare(name))
            refs += self._narrow(name, f"{key}.of.{told.key}", f"{title} ({told.key})", own)
        return refs

    def _narrow(self, name: str, key: str, title: str, conditions: Conditions) -> Refs:
        spec = self._context.spec.triggers.get(name)
        if spec is not None:
            return self._maker.make(spec, key, title, (), (), spec.description, conditions)
        not_told = self._maker.not_told(self._maker.event_names(name))
        return self._maker.narrow_raw(name, key, title, not_told + conditions)

    def _on_banner(self, exception: str, banner: str | None) -> Condition | None:
        """What holds on the banner's message, where the exception can hold on it, too."""
        if banner is None or not self._maker.may_share_event(exception, banner):
            return None
        return self._maker.event_names(banner).condition(self._context)

    def may_fire_on_banner(self, on: On, banner: str) -> bool:
        """Whether one of an event's triggers can fire on the message that tells of consent."""
        return any(self._maker.may_share_event(item, banner) for item in on)

    def _compile_other_hosts(self) -> Refs:
        """What blocks every platform's tags on a page of a host that is not the site's."""
        if not self._context.spec.site.hosts or self._of_other_hosts:
            return self._of_other_hosts
        shape = _on_any_event(other_hosts(self._context))
        name = self._context.name("trigger", key="other hosts", form="site")
        origin = self._context.spec.origin
        self._of_other_hosts = (self._maker.add("site/other_hosts", name, shape, origin, ""),)
        return self._of_other_hosts

    def _compile_where(self, platform: Platform) -> Refs:
        context = self._context
        refs: list[TriggerRef] = []
        # Any one of its blocking triggers keeps a tag from firing, so each test has one, negated:
        # in one trigger together, they would block only where none of them holds.
        for index, test in enumerate(platform.narrowing.where, start=1):
            shapes = [tests(context, (test._replace(negate=not test.negate),))]
            if is_about_missing(test) and not test.negate:
                # What is missing passes no test; GTM would compare it as a word, or as 0.
                left = context.value(test.left)
                shapes.append((condition("MATCH_REGEX", left, MISSING),))
            for number, conditions in enumerate(shapes, start=1):
                key = f"{platform.name} {index}" + (f" {number}" if number > 1 else "")
                name = context.name("trigger", key=f"not for {key}", form="platform")
                shape = _on_any_event(conditions)
                owner = f"platform/{platform.name}.where.{index}.{number}"
                refs.append(self._maker.add(owner, name, shape, platform.origin, ""))
        return tuple(refs)


def _on_any_event(conditions: Conditions) -> Shape:
    # A web container has no trigger for all events but a custom event of any name: GTM's own
    # events (gtm.js, gtm.click) have names like those that the site pushes.
    return Shape("CUSTOM_EVENT", conditions, (condition("MATCH_REGEX", "{{_event}}", ".*"),))
