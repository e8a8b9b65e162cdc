"""What is told of second chances: events that consent held back, sent when it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.effective import (
    fires_on,
    has_late_values,
    has_second_chance,
    is_group,
    is_of_page,
    triggers_beside,
    triggers_of,
)
from gtmgen.spec.model import Event, Platform, Send, Spec

_SETTING = "while_denied"
Waiting = Sequence[tuple[Send, Platform]]


def check_second_chances(spec: Spec) -> Iterator[Problem]:
    """Where they may fail, run out, or come beside the event itself."""
    has_chances = any(one.after_consent is not None for one in spec.platforms.values())
    if spec.container.context != "web" or not has_chances:
        return
    yield from _check_groups(spec)
    for event in spec.events.values():
        waiting = list(_waiting(spec, event))
        if waiting:
            yield from _check_repeats(spec, event, waiting)
            yield from _check_banner(spec, event, waiting)


def _check_groups(spec: Spec) -> Iterator[Problem]:
    """Trigger groups on which consent is said to be known."""
    paths: dict[str, Path] = {}
    for platform in spec.platforms.values():
        if platform.after_consent == spec.consent.granted_on:
            paths.setdefault(platform.after_consent or "", ("consent", "granted_on"))
        elif platform.after_consent is not None:
            paths[platform.after_consent] = ("platforms", platform.name, "after_consent")
    for name, path in paths.items():
        if is_group(spec, name):
            yield Problem(
                "granted-on-group",
                path,
                f"`{name}` is a trigger group, and whether GTM looks at conditions of a group has "
                "not been seen: a tag's second chance is one",
                "name a trigger of the event that the banner pushes: `{event: ...}`",
                Severity.WARNING,
            )


def _check_repeats(spec: Spec, event: Event, waiting: Waiting) -> Iterator[Problem]:
    """An event that messages bring: more of them than it has second chances.

    Each of its triggers gives its tags one. What the page itself fires, it fires once.
    """
    chances = sum(map(has_late_values, triggers_of(spec, event)))
    for send, platform in waiting:
        others = triggers_beside(spec, event, platform.after_consent or "")
        is_repeated = any(one.form in ("event", "event_matches") for one in others)
        is_left = platform.holds_while_denied or _SETTING in platform.settings
        if not is_repeated or is_left or send.once == "page":
            continue
        can_hold = _SETTING in platform.pack.settings.get("properties", {})
        yield Problem(
            "few-second-chances",
            ("events", event.key, "on"),
            f"of what happens before the visitor has agreed, {platform.title} receives at most "
            f"{chances} of `{event.key}`, one for each trigger: the first ones",
            f"`{_SETTING}: hold` in `platforms.{platform.name}` loses none"
            if can_hold
            else "push what happens more often only after the banner's answer",
            Severity.NOTE,
            on_key=True,
        )


def _check_banner(spec: Spec, event: Event, waiting: Waiting) -> Iterator[Problem]:
    """An event with a second chance that fires on the banner's message by itself, too."""
    platforms = [platform for _, platform in waiting]
    for name in sorted({one.after_consent or "" for one in platforms} & spec.triggers.keys()):
        # What waits on the page goes out by itself, whatever the banner's message fires.
        holds = any(one.holds_while_denied for one in platforms if one.after_consent == name)
        more = "one more" if holds else "one more for a visitor who has agreed before"
        hint = (
            f"what a denial held back goes out on `{name}` anyway; remove it from `on`"
            if is_of_page(spec, event)
            else f"`{name}` in `on` is what sends an event that a denial held back"
        )
        if fires_on(spec, event, name):
            yield Problem(
                "fires-on-consent",
                ("events", event.key, "on"),
                f"`{event.key}` is an event of its own on `{name}`: {more}, with the values of "
                "that message",
                hint,
                Severity.NOTE,
                on_key=True,
            )


def _waiting(spec: Spec, event: Event) -> Iterator[tuple[Send, Platform]]:
    """Where an event waits for consent, and has a second chance on the trigger that reports it."""
    for send in event.send:
        platform = spec.platforms.get(send.platform)
        if platform is None or not (platform.consent if send.consent is None else send.consent):
            continue
        if has_second_chance(spec, event, platform):
            yield send, platform
