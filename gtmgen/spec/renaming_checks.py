"""`renamed_from`: a former key is nobody's any more, and is claimed once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.model import DataKey, Event, Page, Spec, TriggerSpec


def check_renaming(spec: Spec) -> Iterator[Problem]:
    """Former keys that are still keys, that two claim, or that stand where there is no key."""
    yield from _section("data", spec.data.values(), spec.data)
    yield from _section("pages", spec.pages.values(), spec.pages)
    yield from _section("triggers", spec.triggers.values(), spec.triggers)
    yield from _section("events", spec.events.values(), spec.events)
    for event in spec.events.values():
        yield from _inline(event.on)
    for tag in spec.raw_tags.values():
        yield from _inline(tag.on)


def _section(
    section: str,
    entries: Collection[DataKey] | Collection[Page] | Collection[TriggerSpec] | Collection[Event],
    keys: Collection[str],
) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for entry in entries:
        path: Path = (section, str(entry.key), "renamed_from")
        for former in entry.renamed_from:
            if former in keys:
                message = f"`{former}` is still a key of `{section}`"
                hint = "`renamed_from` names a key that is gone"
                yield Problem("renamed-from", path, message, hint)
            elif former in claimed:
                message = f"`{claimed[former]}` was renamed from `{former}`, too"
                yield Problem("renamed-from", path, message, "only one of them can be what it was")
            claimed.setdefault(former, str(entry.key))


def _inline(on: tuple[str | TriggerSpec, ...]) -> Iterator[Problem]:
    for trigger in on:
        if isinstance(trigger, TriggerSpec) and trigger.renamed_from:
            message = "a trigger inside an `on` has no key that could have changed"
            hint = "put `renamed_from` beside the event's `on`"
            yield Problem("renamed-from", (*trigger.path, "renamed_from"), message, hint)
