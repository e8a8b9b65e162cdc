"""Exceptions that can never block, or always do: a blocking trigger blocks only on the very event
that would fire the tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.effective import all_triggers, is_group
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.model import Event, Platform, Spec, TriggerSpec

Moments = frozenset[str] | None
"""The dataLayer events on which something can fire; None when that is open."""

# Initialization and All Pages, on which the tags fire that load a platform.
_OF_A_LOAD = frozenset(("gtm.init", "gtm.js"))


def check_exceptions(spec: Spec) -> Iterator[Problem]:
    """Warnings about each ``except``: of events, page views, triggers, and platforms."""
    for event in spec.events.values():
        if event.narrowing.except_:
            yield from _check_event(spec, event, ("events", event.key), f"`{event.key}`")
    for trigger in all_triggers(spec):
        if not trigger.narrowing.except_:
            continue
        blocked = f"`{trigger.key}`" if trigger.key else "its trigger"
        moments = _moments(spec, trigger)
        yield from _check_never(spec, trigger.narrowing.except_, moments, trigger.path, blocked)
    for platform in spec.platforms.values():
        path: Path = ("platforms", platform.name)
        if platform.page_view is not None:
            blocked = f"the page view of `{platform.name}`"
            yield from _check_event(spec, platform.page_view, (*path, "page_view"), blocked)
        if platform.narrowing.except_:
            moments = _moments_of_platform(spec, platform)
            names = platform.narrowing.except_
            yield from _check_never(spec, names, moments, path, f"`{platform.name}`")


def _check_event(spec: Spec, event: Event, path: Path, blocked: str) -> Iterator[Problem]:
    for index, name in enumerate(event.narrowing.except_):
        if name in event.on:
            message = f"`{name}` blocks the tags of {blocked} whenever it fires them"
            hint = "name another trigger, or remove it"
            yield _warning("except-always", (*path, "except", index), message, hint)
    moments = _moments_of(spec, event.on)
    yield from _check_never(spec, event.narrowing.except_, moments, path, blocked)


def _check_never(
    spec: Spec, except_: Iterable[str], fires: Moments, path: Path, blocked: str
) -> Iterator[Problem]:
    """The exceptions that wait for none of the events on which the ``blocked`` can fire."""
    for index, name in enumerate(except_):
        blocks = _moments(spec, name)
        if fires is None or blocks is None or blocks & fires:
            continue
        message = f"`{name}` can never block {blocked}: they wait for different events"
        hint = (
            "a blocking trigger must have the same form as the trigger it blocks, or "
            '`event_matches: ".*"`'
        )
        if any(moment.startswith("group ") for moment in blocks):
            message = (
                f"`{name}` can never block {blocked}: a trigger group blocks only its own event"
            )
            hint = "name triggers of the form that fires, with conditions that tell when to block"
        yield _warning("except-never", (*path, "except", index), message, hint)


def _moments_of_platform(spec: Spec, platform: Platform) -> Moments:
    """Of its events and its page view; what loads it fires on a load."""
    fires = _OF_A_LOAD
    events = [
        event
        for event in spec.events.values()
        if any(send.platform == platform.name for send in event.send)
    ]
    if platform.page_view is not None:
        events.append(platform.page_view)
    for event in events:
        moments = _moments_of(spec, event.on)
        if moments is None:
            return None
        fires |= moments
    return fires | {"gtm.historyChange"} if spec.site.is_spa else fires


def _moments_of(spec: Spec, on: tuple[str | TriggerSpec, ...]) -> Moments:
    fires: frozenset[str] = frozenset()
    for item in on:
        moments = _moments(spec, item)
        if moments is None:
            return None
        fires |= moments
    return fires


def _moments(spec: Spec, item: str | TriggerSpec) -> Moments:
    """Of one trigger. Every group has an event of its own, though GTM calls all of them alike."""
    if isinstance(item, str) and is_group(spec, item):
        return frozenset((f"group {item}",))
    trigger = spec.triggers.get(item) if isinstance(item, str) else item
    if trigger is None:
        return None
    if trigger.form == "group":
        return frozenset((f"group {trigger.path}",))
    return FORMS[trigger.form].events(trigger, spec.site.is_spa)


def _warning(rule: str, path: Path, message: str, hint: str) -> Problem:
    return Problem(rule, path, message, hint, Severity.WARNING, on_key=True)
