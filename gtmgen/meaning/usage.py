"""Who uses what in a spec: the trigger behind a name, the events behind a page or a data key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gtmgen.contract.pages import pages_of
from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import (
    Event,
    ParamSource,
    Platform,
    Send,
    Spec,
    Test,
    TriggerSpec,
)


def list_params(event: Event, send: Send) -> dict[str, ParamSource]:
    """What the spec says is sent, without what the site's currency completes."""
    both = {**event.params, **send.params}
    return {name: source for name, source in sorted(both.items()) if source is not None}


def list_consent(platform: Platform, send: Send) -> tuple[str, ...]:
    """The consent types that a delivery waits for."""
    return platform.consent if send.consent is None else send.consent


def list_triggers(spec: Spec, event: Event) -> list[TriggerSpec]:
    """What an event fires on, with the members of trigger groups."""
    return list(_expand_members(spec, event.on, frozenset()))


def _expand_members(
    spec: Spec, items: Iterable[str | TriggerSpec], visited: frozenset[str]
) -> Iterator[TriggerSpec]:
    for item in items:
        if isinstance(item, str) and item in visited:
            continue
        trigger = trigger_of(spec, item)
        yield trigger
        if trigger.form == "group":
            inner = visited | ({item} if isinstance(item, str) else frozenset())
            yield from _expand_members(spec, trigger.argument, inner)


class EventUsage:
    """The events of one spec by the pages and data keys that they use."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._pages: dict[str, dict[str, None]] = {}
        self._data: dict[str, dict[str, None]] = {}
        self._ids: dict[str, dict[str, None]] = {}
        self._tests: dict[str, dict[str, None]] = {}
        self._sent: dict[str, dict[str, None]] = {}
        for event in spec.events.values():
            self._add(event)
        held = (
            key
            for platform in spec.platforms.values()
            for setting in platform.pack.data_settings
            for _, keys in platform.data_keys(setting)
            for key in keys
        )
        self._of_visitor = frozenset(include_inputs(spec, held))

    def of_page(self, key: str) -> tuple[str, ...]:
        """The events that fire on a page, or only on it."""
        return tuple(self._pages.get(key, ()))

    def of_data(self, key: str) -> tuple[str, ...]:
        """The events that send a data key, or test it, or make their ID of it."""
        return tuple(self._data.get(key, ()))

    def of_event_id(self, key: str) -> tuple[str, ...]:
        """The events whose ID is made from a data key."""
        return tuple(self._ids.get(key, ()))

    def of_condition(self, key: str) -> tuple[str, ...]:
        """The events that fire only for some values of a data key."""
        return tuple(self._tests.get(key, ()))

    def of_param(self, key: str) -> tuple[str, ...]:
        """The events that send a data key as a parameter."""
        return tuple(self._sent.get(key, ()))

    def is_of_visitor(self, key: str) -> bool:
        """Whether a platform is told of the visitor by it."""
        return key in self._of_visitor

    def _add(self, event: Event) -> None:
        spec = self._spec
        triggers = list_triggers(spec, event)
        excepted = [*event.narrowing.except_, *(x for t in triggers for x in t.narrowing.except_)]
        narrowings = [event.narrowing, *(trigger.narrowing for trigger in triggers)]
        # What a platform excepts holds for each event that it gets.
        excepted += [x for send in event.send
                     for x in spec.platforms[send.platform].narrowing.except_]  # fmt: skip
        narrowings += [trigger_of(spec, name).narrowing for name in excepted]
        for narrowing in narrowings:
            self._note(self._pages, pages_of(spec, narrowing.pages), event)
        for trigger in triggers:
            if trigger.form == "page":
                self._note(self._pages, pages_of(spec, trigger.argument), event)
        tests: list[Test] = [test for narrowing in narrowings for test in narrowing.where]
        sources: list[ParamSource] = []
        for send in event.send:
            sources += list_params(event, send).values()
            tests += [*send.where, *spec.platforms[send.platform].narrowing.where]
        self._note_data(self._tests, (test.left for test in tests), event)
        self._note_data(self._data, (test.left for test in tests), event)
        for users in (self._sent, self._data):
            self._note_data(users, (x for x in sources if isinstance(x, str)), event)
        if event.event_id is not None:
            self._note_data(self._ids, (event.event_id.source,), event)
            self._note_data(self._data, (event.event_id.source,), event)

    def _note_data(
        self, users: dict[str, dict[str, None]], keys: Iterable[str], event: Event
    ) -> None:
        self._note(users, include_inputs(self._spec, keys), event)

    @staticmethod
    def _note(users: dict[str, dict[str, None]], keys: Iterable[str], event: Event) -> None:
        for key in keys:
            users.setdefault(key, {})[event.key] = None


def include_inputs(spec: Spec, keys: Iterable[str]) -> tuple[str, ...]:
    """Data keys, and those that they are made from."""
    closure: dict[str, None] = {}
    waiting = [key for key in keys if key in spec.data]
    while waiting:
        key = waiting.pop(0)
        if key not in closure:
            closure[key] = None
            waiting += [name for name in spec.data[key].inputs if name in spec.data]
    return tuple(closure)


def is_personal(spec: Spec, source: ParamSource | None) -> bool:
    """Whether a value is of a person, as the spec says; one made of such values is, too."""
    if not isinstance(source, str):
        return False
    return any(spec.data[key].is_personal for key in include_inputs(spec, (source,)))
