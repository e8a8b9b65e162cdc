"""A spec as the checks of `lint` see it: who sends what, on which triggers, under which conditions.

`validate` says what cannot be right. These checks say what a colleague would ask about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from gtmgen.diagnostics import Path
from gtmgen.spec.effective import all_triggers, event_name, params, triggers_of
from gtmgen.spec.forms.model import ENABLED_WHERE
from gtmgen.spec.model import DataKey, Event, ParamSource, Platform, Send, Spec, Test, TriggerSpec


class Remark(NamedTuple):
    """What one check has to say; the rule and its severity are known from the check's page."""

    path: Path
    message: str
    hint: str | None = None
    on_key: bool = False
    fix: str | None = None


class SpecCondition(NamedTuple):
    """One condition, and the place of its operator in the spec."""

    test: Test
    path: Path


class SpecDelivery(Struct, frozen=True):
    """An event as one platform receives it."""

    event: Event
    send: Send
    platform: Platform
    name: str | None
    params: Mapping[str, ParamSource]

    def path_of(self, param: str) -> Path:
        """Where a parameter stands; the place of the delivery where the site fills it."""
        if param in self.send.params:
            return (*self.send.origin.path, "params", param)
        if param in self.event.params:
            return ("events", self.event.key, "params", param)
        return self.send.origin.path


@dataclass(frozen=True)
class SpecView:
    """A spec, with what many checks ask of it made once."""

    spec: Spec

    @cached_property
    def deliveries(self) -> tuple[SpecDelivery, ...]:
        """Every event with every platform that receives it."""
        return tuple(_deliveries(self.spec))

    @cached_property
    def deliveries_of(self) -> Mapping[tuple[str, str], Sequence[SpecDelivery]]:
        """The deliveries by each parameter that they fill from a data key, and that key.

        1,000 events fill 6,000 parameters, but only some dozens of pairs differ.
        """
        deliveries: dict[tuple[str, str], list[SpecDelivery]] = {}
        for delivery in self.deliveries:
            for param, source in delivery.params.items():
                if isinstance(source, str):
                    deliveries.setdefault((param, source), []).append(delivery)
        return deliveries

    @cached_property
    def triggers(self) -> tuple[TriggerSpec, ...]:
        """Every trigger of the spec: named ones, and those that stand where they are used."""
        return tuple(all_triggers(self.spec))

    @cached_property
    def conditions(self) -> tuple[SpecCondition, ...]:
        """Every condition of the spec, once."""
        return tuple(_conditions(self))

    def fires_on_navigation(self, event: Event) -> bool:
        """Whether it can fire when the address changes without a load."""
        navigating = self._navigating.get(event.key)
        return navigating if navigating is not None else _fires_on_navigation(self.spec, event)

    def made_from(self, key: str) -> tuple[DataKey, ...]:
        """A data key and all that it is made from."""
        inputs = self._made_from.get(key)
        if inputs is None:
            inputs = self._made_from[key] = tuple(_made_from(self.spec, key))
        return inputs

    @cached_property
    def _made_from(self) -> dict[str, tuple[DataKey, ...]]:
        return {}

    @cached_property
    def _navigating(self) -> dict[str, bool]:
        events = self.spec.events
        return {key: _fires_on_navigation(self.spec, event) for key, event in events.items()}


def _deliveries(spec: Spec) -> Iterator[SpecDelivery]:
    for event in spec.events.values():
        for send in event.send:
            platform = spec.platforms.get(send.platform)
            if platform is not None:
                name = event_name(event, send, platform)
                sent = params(event, send, platform, spec.site)
                yield SpecDelivery(event, send, platform, name, sent)


def _fires_on_navigation(spec: Spec, event: Event) -> bool:
    forms = {trigger.form for trigger in triggers_of(spec, event)}
    return "history" in forms or ("page" in forms and spec.site.is_spa)


def conditions(tests: tuple[Test, ...], path: Path) -> list[SpecCondition]:
    """The conditions of a ``where``, with their places."""
    return [
        SpecCondition(
            test, (*path, test.left, f"not_{test.operator}" if test.negate else test.operator)
        )
        for test in tests
    ]


def _conditions(view: SpecView) -> Iterator[SpecCondition]:
    spec = view.spec
    for trigger in view.triggers:
        if trigger.narrowing.where:
            yield from conditions(trigger.narrowing.where, (*trigger.path, "where"))
        if enabled := trigger.options.get(ENABLED_WHERE):
            yield from conditions(enabled, (*trigger.path, ENABLED_WHERE))
    for platform in spec.platforms.values():
        path: Path = ("platforms", platform.name)
        yield from conditions(platform.narrowing.where, (*path, "where"))
        if platform.page_view is not None:
            where = platform.page_view.narrowing.where
            yield from conditions(where, (*path, "page_view", "where"))
    for event in spec.events.values():
        if event.narrowing.where:
            yield from conditions(event.narrowing.where, ("events", event.key, "where"))
        for send in event.send:
            if send.where:
                yield from conditions(send.where, (*send.origin.path, "where"))


def _made_from(spec: Spec, key: str) -> Iterator[DataKey]:
    visited: set[str] = set()
    waiting = [key]
    while waiting:
        name = waiting.pop()
        data = spec.data.get(name)
        if data is not None and name not in visited:
            visited.add(name)
            waiting.extend(data.inputs)
            yield data
