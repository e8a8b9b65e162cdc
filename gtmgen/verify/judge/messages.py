"""Each message against the contract: flawed, late, pushed twice, unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gtmgen.contract.flaws import Flaw
from gtmgen.contract.model import EventContract
from gtmgen.text import did_you_mean, plural, shorten
from gtmgen.verify.judge.view import View
from gtmgen.verify.known import read_value
from gtmgen.verify.model import RecordedMessage, VisitFinding

_TWICE_SECONDS: Final = 1.0


def judge_messages(view: View) -> Iterator[VisitFinding]:
    """Findings about messages, each flaw once with how many messages have it."""
    yield from _find_unknown(view)
    yield from _find_twice(view)
    flawed: dict[tuple[str, str, str], list[tuple[RecordedMessage, EventContract, Flaw]]] = {}
    for message in view.messages:
        events = view.known.events_of(message.event)
        if not events or message.is_cut:
            continue
        for flaw in view.known.checker.check(message.body):
            key = (message.event, flaw.rule, flaw.path)
            flawed.setdefault(key, []).append((message, events[0], flaw))
            if flaw.level == "error":
                view.explained.add(message.at.order)
    for seen in flawed.values():
        yield _build_flaw(view, seen)


def _build_flaw(
    view: View, seen: list[tuple[RecordedMessage, EventContract, Flaw]]
) -> VisitFinding:
    message, contract, flaw = seen[0]
    span = view.known.place_of_path(contract.event, flaw.path)
    times = "" if len(seen) == 1 else f" ({plural(len(seen), 'message')})"
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
    told = f"`{message.event}`: `{flaw.path}`: {flaw.message}{times}"
    return view.finding(flaw.rule, told, span, message.at, level=flaw.level, hint=flaw.hint)


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
    """The same message again at once, or the same order again at any time."""
    seen: list[RecordedMessage] = []
    for message in view.messages:
        events = view.known.events_of(message.event)
        if not events:
            continue
        first = next((one for one in reversed(seen) if _is_again(view, one, message)), None)
        seen.append(message)
        if first is None:
            continue
        view.explained.add(message.at.order)
        delay = (message.at.seconds - first.at.seconds) * 1000
        yield view.finding(
            "pushed-twice",
            f"`{message.event}` was pushed again with the same values, {delay:.0f} ms later",
            events[0].event.origin.span,
            message.at,
        )


def _is_again(view: View, first: RecordedMessage, second: RecordedMessage) -> bool:
    if first.event != second.event:
        return False
    contract = view.known.events_of(first.event)[0]
    source = view.known.spec.data.get(contract.event_id.source or "")
    if source is not None and source.source == "path":
        given = read_value(first.body, str(source.argument))
        return given not in (None, "") and given == read_value(second.body, str(source.argument))
    near = second.at.seconds - first.at.seconds <= _TWICE_SECONDS
    same_page = (first.at.document, first.at.step) == (second.at.document, second.at.step)
    return near and same_page and first.body == second.body


def _find_unknown(view: View) -> Iterator[VisitFinding]:
    """Names that neither the spec nor a trigger of the container knows."""
    known = view.known
    told: set[str] = set()
    for message in view.messages:
        name = message.event
        if name in told or known.events_of(name) or known.is_listened_to(name):
            continue
        told.add(name)
        span = known.spec.origin.span
        text = f"the page pushes {shorten(name)}, which the spec does not know"
        hint = did_you_mean(name, known.names) or ""
        yield view.finding("unknown-event", text, span, message.at, level="warning", hint=hint)
