"""What goes wrong in silence between an event, its ID and the data that it reads."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.effective import event_name, params
from gtmgen.spec.model import DataKey, Event, Platform, Send, Spec, TriggerSpec

#: Values that two orders can share.
_NOT_UNIQUE = frozenset(("number", "currency", "items", "boolean"))
#: What product ads and value optimisation work with.
_WORTH = ("items", "value", "currency")


def check_event_data(spec: Spec) -> Iterator[Problem]:
    """Problems of event IDs, of data that belongs to another event, of parameters."""
    for event in spec.events.values():
        yield from _event_id(spec, event)
        yield from _page_data(spec, event)
        for send in event.send:
            platform = spec.platforms.get(send.platform)
            if platform is None:
                continue
            sent = params(event, send, platform, spec.site)
            yield from _reserved(event, send, platform)
            name = event_name(event, send, platform)
            yield from _worth(event, platform, name, frozenset(sent), send.origin.path)


# -- event IDs -------------------------------------------------------------------------


def _event_id(spec: Spec, event: Event) -> Iterator[Problem]:
    if event.event_id is None:
        return
    source = event.event_id.source
    data = spec.data.get(source)
    path: Path = ("events", event.key, "event_id", "from")
    if data is None:
        return
    if data.type in _NOT_UNIQUE or data.source == "sum":
        kind = "a sum" if data.source == "sum" else f"of the type {data.type}"
        yield Problem(
            "event-id-source",
            path,
            f"`{source}` is {kind}: two events with the same value would get the same ID, "
            "and the second would be dropped as a duplicate",
            "name a key that is another one for each event, such as the order's number",
        )
        return
    if not data.required:
        yield Problem(
            "event-id-optional",
            path,
            f"`{source}` is not `required`: where it is missing, the ID is a generated one, "
            "which the server cannot know",
            f"add `required: true` to `data.{source}` if every `{event.key}` has it",
            Severity.WARNING,
        )
    if _can_linger(spec, event, data):
        yield Problem(
            "event-id-lingers",
            path,
            f"`{source}` keeps its value until the site sets it again: a later `{event.key}` "
            "without one gets the same ID",
            f"add `scope: event` to `data.{source}` if it comes with the event's own message",
            Severity.WARNING,
        )


def _can_linger(spec: Spec, event: Event, data: DataKey) -> bool:
    """Whether the event can happen twice on one page load, with a value of the whole data layer."""
    if data.source != "path" or data.scope == "event":
        return False
    for trigger in _triggers(spec, event):
        if trigger.form == "lifecycle":
            continue
        if trigger.form == "page" and not spec.site.is_spa:
            continue
        return True
    return False


def _triggers(spec: Spec, event: Event) -> Iterator[TriggerSpec]:
    for item in event.on:
        trigger = spec.triggers.get(item) if isinstance(item, str) else item
        if trigger is not None:
            yield trigger


# -- data of another message -----------------------------------------------------------


def _page_data(spec: Spec, event: Event) -> Iterator[Problem]:
    """A page view has no message of its own: what an event pushes later belongs to that event."""
    forms = {trigger.form for trigger in _triggers(spec, event)}
    if not forms or not forms <= {"page", "lifecycle", "history"}:
        return
    for param, source in event.params.items():
        data = spec.data.get(source) if isinstance(source, str) else None
        if data is None or data.source != "path":
            continue
        if data.scope == "event":
            message = (
                f"`{event.key}` fires with the page, and `{source}` is read from an event's own "
                "message: only what the page pushes before GTM starts, without an event, is seen"
            )
        elif data.type == "items" or str(data.argument).split(".")[0] == "ecommerce":
            message = (
                f"`{event.key}` fires with the page: `{source}`, which a later message brings, is "
                "still that of the page before"
            )
        else:
            continue
        yield Problem(
            "page-data",
            ("events", event.key, "params", param),
            message,
            "fire on the event that brings the data, `on: {event: ...}`",
            Severity.WARNING,
            on_key=True,
        )


# -- parameters ------------------------------------------------------------------------


def _reserved(event: Event, send: Send, platform: Platform) -> Iterator[Problem]:
    """Parameters that the platform's tag fills by itself."""
    names = {
        str(row["name"])
        for blueprint in platform.pack.blueprints
        if blueprint.per == "event"
        for field in blueprint.fields
        for row in field.options.get("rows", ())
        # A row of a platform setting gives way to the event's own parameter.
        if "data" not in row
    }
    for param in names & event.params.keys():
        yield _reserved_param(platform, param, ("events", event.key, "params", param))
    for param in names & send.params.keys():
        yield _reserved_param(platform, param, (*send.origin.path, "params", param))


def _reserved_param(platform: Platform, param: str, path: Path) -> Problem:
    return Problem(
        "reserved-param",
        path,
        f"`{param}` is filled by the tag itself for {platform.pack.title}",
        "say where the event's ID comes from with `event_id`, or give the parameter another name",
        on_key=True,
    )


def _worth(
    event: Event, platform: Platform, name: str | None, sent: frozenset[str], path: Path
) -> Iterator[Problem]:
    known = platform.pack.events.get(name or "")
    if known is None or not {"items", "value"} <= set(known.recommends):
        return
    missing = [param for param in _WORTH if param in known.recommends and param not in sent]
    if not missing:
        return
    words = ", ".join(f"`{param}`" for param in missing)
    yield Problem(
        "recommended-param",
        path,
        f"{platform.pack.title} recommends {words} for `{name}`, and `{event.key}` does not give "
        f"{'it' if len(missing) == 1 else 'them'}",
        "without them product ads and value optimisation have nothing to work with; add them "
        "under `params`",
        Severity.WARNING,
    )
