"""What is told of second chances: events that consent held back, sent when it comes."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.effective import (
    has_late_values,
    is_group,
    is_of_page,
    is_same_trigger,
    triggers_of,
)
from gtmgen.spec.model import Event, Platform, Send, Spec

_SETTING = "while_denied"


def check_second_chances(spec: Spec) -> Iterator[Problem]:
    """Where they may fail, run out, or come beside the event itself."""
    if spec.container.context != "web":
        return
    yield from _check_groups(spec)
    for event in spec.events.values():
        if is_of_page(spec, event):
            yield from _check_repeats(spec, event)
            yield from _check_banner(spec, event)


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


def _check_repeats(spec: Spec, event: Event) -> Iterator[Problem]:
    """An event of the page that messages bring, too: more of them than it has second chances.

    Each of its triggers gives its tags one. What the page itself fires, it fires once.
    """
    triggers = triggers_of(spec, event)
    chances = sum(has_late_values(one) for one in triggers)
    for send, platform in _waiting(spec, event):
        banner = spec.triggers.get(platform.after_consent or "")
        is_repeated = any(
            one.form in ("event", "event_matches") and not (banner and is_same_trigger(one, banner))
            for one in triggers
        )
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
            else "what is pushed more often belongs after the banner's answer",
            Severity.NOTE,
            on_key=True,
        )


def _check_banner(spec: Spec, event: Event) -> Iterator[Problem]:
    """An event of the page that fires on the banner's message by itself, too."""
    banners = {platform.after_consent or "" for _, platform in _waiting(spec, event)}
    for name in sorted(banners & spec.triggers.keys()):
        banner = spec.triggers[name]
        if any(is_same_trigger(one, banner) for one in triggers_of(spec, event)):
            yield Problem(
                "fires-on-consent",
                ("events", event.key, "on"),
                f"`{event.key}` is an event of its own on `{name}` for a visitor who has agreed "
                "before: one more, with the values of that message",
                f"what a denial held back goes out on `{name}` anyway; remove it from `on`",
                Severity.NOTE,
                on_key=True,
            )


def _waiting(spec: Spec, event: Event) -> Iterator[tuple[Send, Platform]]:
    """Where an event waits for consent that a trigger reports."""
    for send in event.send:
        platform = spec.platforms.get(send.platform)
        if platform is None or platform.after_consent is None:
            continue
        if platform.consent if send.consent is None else send.consent:
            yield send, platform
