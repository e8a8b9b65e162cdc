"""Each message against the contract: flawed, late, pushed twice, unknown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from gtmgen.contract.flaws import Flaw
from gtmgen.contract.model import EventContract
from gtmgen.text import did_you_mean, plural, shorten
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import RecordedMessage, VisitFinding
from gtmgen.verify.platform_calls import read_value

_TWICE_SECONDS: Final = 1.0
_OF_ORDER: Final = 2  # parts of the identity of an order


def judge_messages(view: View) -> Iterator[VisitFinding]:
    """Findings about messages, each flaw once with how many messages have it."""
    yield from _find_unknown(view)
    yield from _find_twice(view)
    flawed: dict[tuple[str, str, str], list[tuple[RecordedMessage, EventContract, Flaw]]] = {}
    for message in view.messages:
        events = view.expected.events_of(message.event)
        if not events or message.is_cut:
            continue
        for flaw in view.expected.checker.check(message.body):
            key = (message.event, flaw.rule, flaw.path)
            flawed.setdefault(key, []).append((message, events[0], flaw))
            if flaw.level == "error":
                view.explained.add(message.at.order)
    for occurrences in flawed.values():
        yield _build_flaw(view, occurrences)


def _build_flaw(
    view: View, occurrences: list[tuple[RecordedMessage, EventContract, Flaw]]
) -> VisitFinding:
    message, contract, flaw = occurrences[0]
    span = view.expected.place_of_path(contract.event, flaw.path)
    times = "" if len(occurrences) == 1 else f" ({plural(len(occurrences), 'message')})"
    later = _find_later(view, message, flaw.path) if flaw.rule == "missing" else None
    if later is not None:
        delay = later.at.seconds - message.at.seconds
        return view.finding(
            "late-value",
            f"`{message.event}` has no `{flaw.path}`: it comes {delay:.1f} s later, "
            f"in a message of its own{times}",
            span,
            message.at,
            hint="Push the event once everything that belongs to it is known.",
        )
    text = f"`{message.event}`: `{flaw.path}`: {flaw.message}{times}"
    return view.finding(flaw.rule, text, span, message.at, level=flaw.level, hint=flaw.hint)


def _find_later(view: View, message: RecordedMessage, path: str) -> RecordedMessage | None:
    """The message that brings what this one lacks, before the next one of its name."""
    for other in view.all_messages:
        if other.at.order <= message.at.order or other.at.document != message.at.document:
            continue
        if other.event == message.event:
            return None
        if not other.event and read_value(other.body, path) not in (None, ""):
            return other
    return None


def _find_twice(view: View) -> Iterator[VisitFinding]:
    """The same message again at once, or the same order again at any time; each event once."""
    latest: dict[tuple[str, ...], RecordedMessage] = {}
    again: dict[str, list[tuple[RecordedMessage, float]]] = {}
    for message in view.messages:
        events = view.expected.events_of(message.event)
        identity = _identify(view, message, events[0]) if events else None
        if identity is None:
            continue
        before = latest.get(identity)
        latest[identity] = message
        if before is None:
            continue
        delay = message.at.seconds - before.at.seconds
        if len(identity) == _OF_ORDER or delay <= _TWICE_SECONDS:
            view.explained.add(message.at.order)
            again.setdefault(message.event, []).append((message, delay))
    for name, occurrences in again.items():
        message, delay = occurrences[0]
        times = "" if len(occurrences) == 1 else f" ({plural(len(occurrences), 'message')})"
        yield view.finding(
            "pushed-twice",
            f"`{name}` was pushed again with the same values, {delay * 1000:.0f} ms later{times}",
            view.expected.events_of(name)[0].event.origin.span,
            message.at,
        )


def _identify(
    view: View, message: RecordedMessage, contract: EventContract
) -> tuple[str, ...] | None:
    """What two messages share that are one: the order's number (None without one), or else
    everything, within a step."""
    source = view.expected.spec.data.get(contract.event_id.source or "")
    if source is not None and source.source == "path":
        order = read_value(message.body, str(source.argument))
        return None if order in (None, "") else (message.event, json.dumps(order, sort_keys=True))
    moment = (str(message.at.document), str(message.at.step))
    return (message.event, *moment, json.dumps(message.body, sort_keys=True))


def _find_unknown(view: View) -> Iterator[VisitFinding]:
    """Names that neither the spec nor a trigger of the container knows."""
    expected = view.expected
    reported: set[str] = set()
    for message in view.messages:
        name = message.event
        if name in reported or expected.events_of(name) or expected.is_listened_to(name):
            continue
        reported.add(name)
        span = expected.spec.origin.span
        text = f"the page pushes {shorten(name)}, which the spec does not know"
        hint = did_you_mean(name, expected.names) or ""
        yield view.finding("unknown-event", text, span, message.at, level="warning", hint=hint)
