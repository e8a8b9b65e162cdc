"""What goes wrong in silence between an event, its ID and the data that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gtmgen.container.builtins import WEB_BUILT_INS
from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.effective import event_name, params, triggers_of
from gtmgen.spec.model import DataKey, Event, ParamSource, Platform, Send, Spec

#: Values that two orders can share.
_NOT_UNIQUE = frozenset(("number", "currency", "items", "boolean"))
#: What product ads and value optimisation work with.
_WORTH = ("items", "value", "currency")


def check_event_data(spec: Spec) -> Iterator[Problem]:
    """Problems of event IDs, of data that belongs to another event, of parameters."""
    filled = {
        name: platform.pack.filled_by_tags("event", "params")
        for name, platform in spec.platforms.items()
    }
    for account in spec.platforms.values():
        yield from _reserved_of_platform(account)
    for event in spec.events.values():
        yield from _event_id(spec, event)
        yield from _page_data(spec, event)
        for send in event.send:
            platform = spec.platforms.get(send.platform)
            if platform is None:
                continue
            sent = params(event, send, platform, spec.site)
            yield from _reserved(event, send, platform, filled[platform.name])
            name = event_name(event, send, platform)
            yield from _worth(event, platform, name, sent, send.origin.path)


# -- event IDs -------------------------------------------------------------------------


def _event_id(spec: Spec, event: Event) -> Iterator[Problem]:
    if event.event_id is None:
        return
    source = event.event_id.source
    data = spec.data.get(source)
    path: Path = ("events", event.key, "event_id", "from")
    if _is_shared_built_in(source, data):
        yield Problem(
            "event-id-source",
            path,
            f"`{source}` is a built-in variable, which is the same for many visitors: their events "
            "would get the same ID, and all but the first would be dropped as duplicates",
            "name a key whose value differs for each event, such as the order's number",
            Severity.WARNING,  # an address can hold the order's number
        )
        return
    if data is None:
        return
    kind = _shared_value(spec, event, data)
    if kind is not None:
        yield Problem(
            "event-id-source",
            path,
            f"`{source}` is {kind}: two events with the same value would get the same ID, "
            "and the second would be dropped as a duplicate",
            "name a key whose value differs for each event, such as the order's number",
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


def _shared_value(spec: Spec, event: Event, data: DataKey) -> str | None:
    """What a value is that two orders can share, or None."""
    if data.source in ("sum", "constant"):
        return "a sum" if data.source == "sum" else "the same for all events"
    if data.type in _NOT_UNIQUE:
        return f"of the type {data.type}"
    if data.type == "any":  # a key without a type can be told by where it goes
        for param, source in event.params.items():
            for send in event.send if source == data.key else ():
                platform = spec.platforms.get(send.platform)
                pack_param = platform.pack.params.get(param) if platform else None
                if pack_param and pack_param.type in _NOT_UNIQUE:
                    return f"what `{param}` is sent from"
    if data.source == "first_of":
        for key in data.argument:
            one = spec.data.get(key)
            kind = _shared_value(spec, event, one) if one and one.key != data.key else None
            if kind:
                return f"the first of several values, and `{key}` is {kind}"
    return None


def _is_shared_built_in(source: str, data: DataKey | None) -> bool:
    """Whether it is an address, an element or a setting of GTM."""
    if data is not None and data.source != "builtin":
        return False
    name = source if data is None else str(data.argument)
    return name in WEB_BUILT_INS and name != "random_number"


def _can_linger(spec: Spec, event: Event, data: DataKey) -> bool:
    """Whether the event can happen twice on one page load, with a value of the whole data layer."""
    if data.source != "path" or data.scope == "event":
        return False
    for trigger in triggers_of(spec, event):
        if trigger.form == "lifecycle":
            continue
        if trigger.form == "page" and not spec.site.is_spa:
            continue
        return True
    return False


# -- data of another message -----------------------------------------------------------


def _page_data(spec: Spec, event: Event) -> Iterator[Problem]:
    """A page view has no message of its own: what an event pushes later belongs to that event."""
    forms = {trigger.form for trigger in triggers_of(spec, event)}
    if not forms or not forms <= {"page", "lifecycle", "history"}:
        return
    path: Path = ("events", event.key, "params")
    yield from _page_params(spec, f"`{event.key}`", event.params, path)
    for send in event.send:
        yield from _page_params(spec, f"`{event.key}`", send.params, (*send.origin.path, "params"))


def _page_params(
    spec: Spec, who: str, params: Mapping[str, ParamSource | None], path: Path
) -> Iterator[Problem]:
    for param, source in params.items():
        data = _from_a_message(spec, source) if isinstance(source, str) else None
        if data is None:
            continue
        if data.scope == "event":
            app = ", or the app before it shows the page" if spec.site.is_spa else ""
            message = (
                f"{who} fires with the page, and `{data.key}` is read from an event's own message: "
                f"only what the page pushes before GTM starts{app}, without an event, is seen"
            )
        else:
            message = (
                f"{who} fires with the page: `{data.key}`, which a later message brings, is "
                "still that of the page before"
            )
        yield Problem(
            "page-data",
            (*path, param),
            message,
            "fire on the event that brings the data, `on: {event: ...}`",
            Severity.WARNING,
            on_key=True,
        )


def _from_a_message(spec: Spec, key: str) -> DataKey | None:
    """The data key that an event's message brings, of those that a value is made from."""
    visited: set[str] = set()
    waiting = [key]
    while waiting:
        name = waiting.pop()
        data = spec.data.get(name)
        if data is None or name in visited:
            continue
        visited.add(name)
        waiting.extend(data.inputs)
        of_commerce = data.type == "items" or str(data.argument).split(".")[0] == "ecommerce"
        if data.source == "path" and (data.scope == "event" or of_commerce):
            return data
    return None


# -- parameters ------------------------------------------------------------------------


def _reserved(
    event: Event, send: Send, platform: Platform, names: frozenset[str]
) -> Iterator[Problem]:
    """Parameters of these names: the platform's tag fills them by itself."""
    for param in names & event.params.keys():
        yield _reserved_param(platform, param, ("events", event.key, "params", param))
    for param in names & send.params.keys():
        yield _reserved_param(platform, param, (*send.origin.path, "params", param))


def _reserved_of_platform(platform: Platform) -> Iterator[Problem]:
    """The same of the platform's own tags: of its page view, and of tables that settings fill."""
    path: Path = ("platforms", platform.name)
    if platform.page_view is not None:
        names = platform.pack.filled_by_tags("platform", "params")
        for param in names & platform.page_view.params.keys():
            yield _reserved_param(platform, param, (*path, "page_view", "params", param))
    for setting in platform.pack.data_settings:
        value = platform.setting(setting)
        names = platform.pack.filled_by_tags("platform", f"setting.{setting}")
        for param in names & (value.keys() if isinstance(value, dict) else set()):
            yield Problem(
                "reserved-param",
                (*path, setting, param),
                f"`{param}` is filled by the tag itself for {platform.pack.title}",
                f"take it out; the settings of `platforms.{platform.name}` say what it is",
                on_key=True,
            )


def _reserved_param(platform: Platform, param: str, path: Path) -> Problem:
    return Problem(
        "reserved-param",
        path,
        f"`{param}` is filled by the tag itself for {platform.pack.title}",
        "say where the event's ID comes from with `event_id`, or give the parameter another name",
        on_key=True,
    )


def _worth(
    event: Event, platform: Platform, name: str | None, sent: Mapping[str, ParamSource], path: Path
) -> Iterator[Problem]:
    pack_event = platform.pack.events.get(name or "")
    if pack_event is None or not pack_event.is_shopping:
        return
    missing = [param for param in _WORTH if param in pack_event.recommends and param not in sent]
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
