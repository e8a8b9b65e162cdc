"""Exceptions that hold whenever their event's own trigger and conditions do, and those that hold
with none of them. Rules of `validate` look at the events that triggers wait for; this is about
conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gtmgen.diagnostics import Path
from gtmgen.lint.conflicts import (
    Conflict,
    Types,
    find_smallest_conflict,
    may_hold,
    types_of,
)
from gtmgen.lint.requirements import Requirement, RequirementReader, name_of_event, never_meet
from gtmgen.lint.spec_view import SpecView
from gtmgen.spec.effective import triggers_of
from gtmgen.spec.model import Event, Send, Spec, TriggerSpec

# What else fires on its own: the elements and thresholds of other forms are not compared.
_COMPARED_FORMS = frozenset(("event", "event_matches", "lifecycle", "page", "history"))


class Block(NamedTuple):
    """An exception that blocks an event always, or, with a ``conflict``, never."""

    name: str
    path: Path
    event: str
    platform: str
    conflict: Conflict | None = None


def blocks(view: SpecView) -> Iterator[Block]:
    """Each exception of an event once."""
    reader = RequirementReader(view)
    types = types_of(view.spec)
    platforms = view.spec.platforms
    with_exceptions = {one.name for one in platforms.values() if one.narrowing.except_}
    for event in view.spec.events.values():
        if not event.narrowing.except_ and not with_exceptions:
            continue
        told: set[Path] = set()
        for send in event.send:
            if send.platform in platforms:
                for block in _blocks(view.spec, reader, types, event, send):
                    if block.path not in told:
                        told.add(block.path)
                        yield block


def _blocks(
    spec: Spec, reader: RequirementReader, types: Types, event: Event, send: Send
) -> Iterator[Block]:
    named: list[tuple[str, Path]] = [
        (name, ("events", event.key, "except", index))
        for index, name in enumerate(event.narrowing.except_)
    ]
    of_platform = spec.platforms[send.platform].narrowing.except_
    named += [(name, send.origin.path) for name in of_platform]
    triggers = triggers_of(spec, event)
    if not named or len(triggers) < len(event.on):
        return
    given = [
        [*name_of_event(spec, trigger), *required]
        for trigger, required in zip(triggers, reader.of_send(event, send), strict=True)
    ]
    if not all(may_hold(required, types) for required in given):  # which is told as it is
        return
    for name, path in named:
        blocker = spec.triggers.get(name)
        if blocker is None or name in event.on or blocker.form not in _COMPARED_FORMS:
            continue
        needed = [*name_of_event(spec, blocker), *reader.of_trigger(blocker)]
        # An exception of the exception may let it through.
        if blocker.narrowing.except_ or not needed:
            continue
        if all(
            _is_covered(trigger, blocker)
            and all(_is_implied(one, required, types) for one in needed)
            for trigger, required in zip(triggers, given, strict=True)
        ):
            yield Block(name, path, event.key, send.platform)
        elif path[-2] == "except":
            conflicts = [_conflict(needed, required, types) for required in given]
            if all(conflicts):
                yield Block(name, path, event.key, send.platform, conflicts[0])


def _is_covered(trigger: TriggerSpec, blocker: TriggerSpec) -> bool:
    """Whether what the blocker's form looks at beside its conditions is the trigger's, too."""
    if blocker.form in ("page", "history"):
        return trigger.form == blocker.form or (
            blocker.form == "page" and trigger.argument == "page_view"
        )
    return True


def _is_implied(needed: Requirement, given: Sequence[Requirement], types: Types) -> bool:
    """Whether nothing meets all that is given and yet none of the alternatives."""
    opposites = [
        needed._replace(
            alternatives=tuple((test._replace(negate=not test.negate),) for test in tests)
        )
        for tests in needed.alternatives
    ]
    return not may_hold([*given, *opposites], types)


def _conflict(
    needed: Sequence[Requirement], given: Sequence[Requirement], types: Types
) -> Conflict | None:
    # Two names of events are another rule's.
    pairs = [
        (one, other)
        for one in needed
        for other in given
        if not _names_event(one) and never_meet(one, other)
    ]
    if pairs:
        return pairs[0]
    return find_smallest_conflict(
        [one for one in (*needed, *given) if not _names_event(one)], types
    )


def _names_event(requirement: Requirement) -> bool:
    return any(test.left == "event" for tests in requirement.alternatives for test in tests)
