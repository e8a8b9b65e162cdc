"""What a denial loses on the first page of a visit, and where what waits for consent ends up."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Problem, Severity
from gtmgen.spec.effective import has_second_chance, is_of_page, triggers_beside
from gtmgen.spec.model import Event, Platform, Send, Spec
from gtmgen.text import listing

_SETTING = "while_denied"


def check_denied(spec: Spec) -> Iterator[Problem]:
    """Platforms whose events of a landing page are over before consent, or change their address.

    GTM looks at consent when a tag would fire and does not come back to it. A platform that says
    ``while_denied: drop`` in its own words has chosen that.
    """
    if spec.container.context != "web":
        return
    default = spec.consent.default or {}
    for platform in spec.platforms.values():
        if platform.holds_while_denied and spec.site.is_spa:
            yield _other_address(platform)
        is_denied = platform.after_consent is not None or "denied" in default.values()
        if _SETTING in platform.settings or not is_denied:
            continue
        lost = [event for event in spec.events.values() if _is_lost(spec, platform, event)]
        can_hold = _SETTING in platform.pack.settings.get("properties", {})
        if not can_hold:  # what a message brings is over: only the page can be waited for
            lost = [event for event in lost if is_of_page(spec, event)]
        is_view_lost = _is_page_view_lost(spec, platform)
        if lost or is_view_lost:
            yield _problem(spec, platform, lost, can_hold=can_hold, is_view_lost=is_view_lost)


def _is_lost(spec: Spec, platform: Platform, event: Event) -> bool:
    """Whether the page can fire it before the visitor has chosen, and nothing fires it again."""
    if not any(
        send.platform == platform.name and _waits(spec, platform, send) for send in event.send
    ):
        return False
    triggers = triggers_beside(spec, event, platform.after_consent or "")
    if not any(trigger.form in ("page", "lifecycle", "event") for trigger in triggers):
        return False
    return not has_second_chance(spec, event, platform)


def _is_page_view_lost(spec: Spec, platform: Platform) -> bool:
    """Whether nobody sends the first page's view once the visitor has agreed."""
    default = spec.consent.default or {}
    is_owned = platform.setting("page_view") not in (None, "off")
    is_denied = any(default.get(name) == "denied" for name in platform.consent)
    return is_owned and is_denied and platform.after_consent is None


def _waits(spec: Spec, platform: Platform, send: Send) -> bool:
    """Whether the spec says that consent is denied when the tag would fire.

    It does so by the default of a type, or by naming the trigger on which consent comes. What a
    page's own default is (`default: site`) is not known here.
    """
    default = spec.consent.default or {}
    types = platform.consent if send.consent is None else send.consent
    state = "unknown" if platform.after_consent is None else "denied"
    return any(default.get(name, state) == "denied" for name in types)


def _problem(
    spec: Spec, platform: Platform, lost: list[Event], *, can_hold: bool, is_view_lost: bool
) -> Problem:
    names = [*(["page_view"] if is_view_lost else []), *(event.key for event in lost)]
    is_one = len(names) == 1
    hints = []
    if can_hold:
        hints.append(
            f"`{_SETTING}: hold` in `platforms.{platform.name}` sends the event once consent is "
            f"given, `{_SETTING}: drop` accepts that it is lost"
        )
    of_page = is_view_lost or any(is_of_page(spec, event) for event in lost)
    if not platform.after_consent and of_page:
        hints.append(
            "`consent: {granted_on: ...}` names the trigger on which events of the page itself "
            "are sent late"
        )
    return Problem(
        "lost-before-consent",
        ("platforms", platform.name, "consent"),
        f"on the first page of a visit, {listing(names)} can happen "
        f"before the visitor has agreed, and {platform.title} never receives "
        f"{'it' if is_one else 'them'}",
        "; ".join(hints),
        Severity.WARNING,
    )


def _other_address(platform: Platform) -> Problem:
    """The pixel reads the address when it sends: no tag can give it another one."""
    return Problem(
        "held-address",
        ("platforms", platform.name, _SETTING),
        f"an event that waits for consent while an app goes on to another page reaches "
        f"{platform.title} under that page's address",
        f"where reports by address matter, `{_SETTING}: drop` with "
        "`consent: {granted_on: ...}` sends only what belongs to the page that is shown",
        Severity.NOTE,
    )
