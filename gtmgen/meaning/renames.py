"""What is the same under another key: as `renamed_from` says, or by its content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from gtmgen.contract.pages import pages_of
from gtmgen.meaning.usage import list_params
from gtmgen.spec.effective import event_name, trigger_of
from gtmgen.spec.model import (
    Const,
    DataKey,
    Event,
    Narrowing,
    Page,
    ParamSource,
    Send,
    Spec,
    Test,
    TriggerSpec,
)


class _Keyed(Protocol):
    @property
    def key(self) -> str | None: ...

    @property
    def renamed_from(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=_Keyed)


@dataclass(frozen=True)
class Renames:
    """Old key -> new key. The methods say of a part of the old spec what it is with new keys."""

    data: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)

    def source(self, source: ParamSource | None) -> ParamSource | None:
        """Where a parameter comes from."""
        return self.data.get(source, source) if isinstance(source, str) else source

    def test(self, test: Test) -> Test:
        """A condition."""
        return test._replace(left=self.data.get(test.left, test.left))

    def tests(self, tests: Iterable[Test]) -> tuple[Test, ...]:
        """Several of them."""
        return tuple(map(self.test, tests))

    def page_keys(self, spec: Spec, patterns: Iterable[str]) -> tuple[str, ...]:
        """The pages that names and globs stand for."""
        return tuple(sorted(self.pages.get(key, key) for key in pages_of(spec, patterns)))

    def occasion(self, spec: Spec, trigger: TriggerSpec) -> Hashable:
        """When a trigger fires, without what narrows it."""
        argument: Any = trigger.argument
        if trigger.form == "page":
            argument = self.page_keys(spec, argument)
        elif trigger.form == "group":
            argument = tuple(self.triggers.get(name, name) for name in argument)
        return (trigger.form, freeze(argument), freeze(trigger.options))

    def narrowing(self, spec: Spec, narrowing: Narrowing) -> Hashable:
        """What narrows a trigger or an event."""
        return (
            self.page_keys(spec, narrowing.pages),
            self.tests(narrowing.where),
            tuple(self.triggers.get(name, name) for name in narrowing.except_),
        )

    def data_content(self, data: DataKey) -> Hashable:
        """Where a data key reads its value."""
        inputs = tuple(self.data.get(key, key) for key in data.inputs)
        argument = _drop_inputs(data) if inputs else freeze(data.argument)
        return (data.source, inputs, argument)


def freeze(value: Any) -> Hashable:
    """Plain data as something that can be compared and hashed."""
    if isinstance(value, Mapping):
        return tuple(sorted((key, freeze(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(freeze, value))
    # Python takes 1, 1.0 and True for equal; GTM and the platforms do not.
    return (type(value).__name__, value)


def _drop_inputs(data: DataKey) -> Hashable:
    argument = data.argument
    if not isinstance(argument, Mapping):
        return ()
    remaining = {key: item for key, item in argument.items() if item not in data.inputs}
    return freeze(remaining)


def find_renames(before: Spec, after: Spec) -> Renames:
    """Compare what is only there before with what is only there now."""
    renames = Renames()
    specs = before, after
    # In this order: pages, triggers and events refer to data keys, and events to triggers, so that
    # what they contain is compared with the new names already.
    renames = replace(renames, data=_match(before.data, after.data, renames, _freeze_data, specs))
    renames = replace(
        renames, pages=_match(before.pages, after.pages, renames, _freeze_page, specs)
    )
    triggers = _match(before.triggers, after.triggers, renames, _build_trigger, specs)
    renames = replace(renames, triggers=triggers)
    events: dict[str, str] = {}
    # A platform's own name of an event often follows the key, so it is left out the second time.
    for content in (_freeze_event, _build_event_without_names):
        old = {key: item for key, item in before.events.items() if key not in events}
        new_keys = set(events.values())
        new = {key: item for key, item in after.events.items() if key not in new_keys}
        events.update(_match(old, new, renames, content, specs))
    return replace(renames, events=events)


def _match(
    before: Mapping[str, T],
    after: Mapping[str, T],
    names: Renames,
    content: Callable[[T, Renames, Spec], Hashable],
    specs: tuple[Spec, Spec],
) -> dict[str, str]:
    """Old key -> new key: told by the spec, or where both sides have one of that content."""
    removed = {key: item for key, item in before.items() if key not in after}
    come = {key: item for key, item in after.items() if key not in before}
    renames = {}
    for key, item in come.items():
        for former in item.renamed_from:
            if former in removed and former not in renames:
                renames[former] = key
                break
    renamed = set(renames.values())
    old = _group_by_content(
        removed, lambda item: content(item, names, specs[0]), lambda key: key not in renames
    )
    new = _group_by_content(
        come, lambda item: content(item, Renames(), specs[1]), lambda key: key not in renamed
    )
    for value, keys in old.items():
        # Of several with the same content nobody knows which became which: those are told as gone
        # and new.
        if len(keys) == 1 and len(new.get(value, ())) == 1:
            renames[keys[0]] = new[value][0]
    return renames


def _group_by_content(
    items: Mapping[str, T], content: Callable[[T], Hashable], keep: Callable[[str], bool]
) -> dict[Hashable, list[str]]:
    keys: dict[Hashable, list[str]] = {}
    for key, item in items.items():
        if keep(key):
            keys.setdefault(content(item), []).append(key)
    return keys


def _freeze_data(item: DataKey, names: Renames, spec: Spec) -> Hashable:
    del spec
    return (names.data_content(item), item.type)


def _freeze_page(item: Page, names: Renames, spec: Spec) -> Hashable:
    del names, spec
    return (item.paths, item.hosts, item.query)


def _build_trigger(item: TriggerSpec, names: Renames, spec: Spec) -> Hashable:
    return (names.occasion(spec, item), names.narrowing(spec, item.narrowing))


def _freeze_event(item: Event, names: Renames, spec: Spec) -> Hashable:
    sent = sorted((_build_delivery(item, send, names, spec) for send in item.send), key=repr)
    return (_freeze_occasions(item, names, spec), tuple(sent))


def _build_event_without_names(item: Event, names: Renames, spec: Spec) -> Hashable:
    return (
        _freeze_occasions(item, names, spec),
        tuple(sorted(send.platform for send in item.send)),
    )


def _freeze_occasions(item: Event, names: Renames, spec: Spec) -> Hashable:
    triggers = [trigger_of(spec, name) for name in item.on]
    return (
        tuple(_build_trigger(trigger, names, spec) for trigger in triggers),
        names.narrowing(spec, item.narrowing),
        item.custom_tags,
    )


def _build_delivery(item: Event, send: Send, names: Renames, spec: Spec) -> Hashable:
    params = tuple(
        (name, source.text if isinstance(source, Const) else names.source(source))
        for name, source in list_params(item, send).items()
    )
    return (send.platform, event_name(item, send, spec.platforms[send.platform]), params)
