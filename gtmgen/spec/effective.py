"""What the spec says in effect: names filled in, overrides and the site's defaults applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gtmgen.spec.model import (
    NOTHING,
    Const,
    Event,
    ParamSource,
    Platform,
    Send,
    Spec,
    TriggerSpec,
)
from gtmgen.spec.site_model import Site


def event_name(event: Event, send: Send, platform: Platform) -> str | None:
    """The platform's event name: as the spec says, else the platform's own for the key."""
    if send.event is not None:
        return send.event
    own = platform.pack.event_for(event.key)
    if own is None and platform.pack.custom_events is not None:
        return event.key
    return own


def params(event: Event, send: Send, platform: Platform, site: Site) -> Mapping[str, ParamSource]:
    """Canonical parameters and their sources, in the order of their names.

    The site's currency completes a value that has none of its own: TikTok and GA4 both want
    the currency beside the value.
    """
    merged: Mapping[str, ParamSource] = event.params
    if send.params:
        # `null` in a `send` takes a parameter of the event out for that platform alone.
        both = {**event.params, **send.params}
        merged = {name: source for name, source in sorted(both.items()) if source is not None}
    if (
        "value" in merged
        and "currency" not in merged
        and site.currency
        and takes(platform, "currency")
    ):
        return dict(sorted({**merged, "currency": Const(site.currency)}.items()))
    return merged


def takes(platform: Platform, param: str) -> bool:
    """Whether the platform has a place for a canonical parameter."""
    return platform.pack.passes_unknown_params or param in platform.pack.params


def all_triggers(spec: Spec) -> Iterator[TriggerSpec]:
    """Every trigger of the spec: the named ones, and those that stand inline."""
    yield from spec.triggers.values()
    pages = [one.page_view for one in spec.platforms.values() if one.page_view is not None]
    listed = [
        *(event.on for event in (*spec.events.values(), *pages)),
        *(tag.on for tag in spec.raw_tags.values()),
    ]
    for on in listed:
        yield from (item for item in on if isinstance(item, TriggerSpec))


def triggers_of(spec: Spec, event: Event) -> list[TriggerSpec]:
    """The spec's own triggers of an event, named and inline."""
    triggers: list[TriggerSpec] = []
    for item in event.on:
        trigger = spec.triggers.get(item) if isinstance(item, str) else item
        if trigger is not None:
            triggers.append(trigger)
    return triggers


def is_of_page(spec: Spec, event: Event) -> bool:
    """Whether the page itself fires it, so that it can still be sent while the page is shown.

    What the site names as its page view is of the page, whatever message tells of it.
    """
    return _is_of_page(spec, event, triggers_of(spec, event))


def _is_of_page(spec: Spec, event: Event, triggers: Sequence[TriggerSpec]) -> bool:
    for trigger in triggers:
        if trigger.form in ("page", "lifecycle"):
            return True
    return any(platform.page_view is event for platform in spec.platforms.values())


def fires_on(spec: Spec, event: Event, name: str) -> bool:
    """Whether a named trigger is among an event's own, by its name or by what it fires on."""
    return name in event.on or _fires_on(spec, triggers_of(spec, event), name)


def _fires_on(spec: Spec, triggers: Sequence[TriggerSpec], name: str) -> bool:
    named = spec.triggers.get(name)
    return named is not None and any(is_same_trigger(one, named) for one in triggers)


def has_second_chance(spec: Spec, event: Event, platform: Platform) -> bool:
    """Whether what consent held back is sent on the trigger that reports it.

    That is so for events of the page, and for those that fire on that trigger, too.
    """
    name = platform.after_consent
    if name is None:
        return False
    triggers = triggers_of(spec, event)  # asked for each tag several times: listed once
    if _is_of_page(spec, event, triggers):
        return True
    if name not in event.on and not _fires_on(spec, triggers, name):
        return False
    return any(map(has_late_values, _triggers_beside(spec, triggers, name)))


def triggers_beside(spec: Spec, event: Event, name: str) -> list[TriggerSpec]:
    """The spec's own triggers of an event that do not fire on what the named one fires on."""
    return _triggers_beside(spec, triggers_of(spec, event), name)


def _triggers_beside(spec: Spec, triggers: Sequence[TriggerSpec], name: str) -> list[TriggerSpec]:
    named = spec.triggers.get(name)
    return [one for one in triggers if named is None or not is_same_trigger(one, named)]


def has_late_values(on: TriggerSpec) -> bool:
    """Whether an event can be sent late: it is the page's, or a message has its values.

    What a click or a form has set is another one's by then.
    """
    return on.form in ("page", "lifecycle", "event", "event_matches")


def is_same_trigger(one: TriggerSpec, other: TriggerSpec) -> bool:
    """Whether two triggers fire on the same events, whatever they are called."""
    return (
        one.form == other.form
        and one.argument == other.argument
        and one.options == other.options
        and one.narrowing == other.narrowing
    )


def is_group(spec: Spec, name: str) -> bool:
    """Whether a named trigger waits for others; GTM gives each group an event of its own."""
    raw = spec.raw_triggers.get(name)
    if raw is not None:
        return bool(raw.data.get("type") == "TRIGGER_GROUP")
    return name in spec.triggers and spec.triggers[name].form == "group"


def told_event(granted_on: str) -> str:
    """The event that tells of consent which has come behind the banner's message."""
    return f"gtmgen.{granted_on}"


def told_events(spec: Spec) -> list[str]:
    """Those that the container may push; of a group's event GTM alone tells."""
    names = {
        one.after_consent
        for one in spec.platforms.values()
        if one.after_consent and not one.holds_while_denied
    }
    return [told_event(name) for name in sorted(names) if not is_group(spec, name)]


def trigger_of(spec: Spec, item: str | TriggerSpec) -> TriggerSpec:
    """What an ``on`` names or holds; one in GTM's own words has the form ``raw`` and its name."""
    if not isinstance(item, str):
        return item
    raw = spec.raw_triggers.get(item)
    if raw is None:
        return spec.triggers[item]
    return TriggerSpec("raw", raw.name, {}, NOTHING, raw.origin, raw.origin.path, key=item)
