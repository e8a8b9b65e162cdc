"""A proposal put into the parts of a spec, in place of its tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.importer.lift.model import Lift, SendProposal
from gtmgen.importer.names import make_key
from gtmgen.importer.read.container import Place
from gtmgen.spec.lifting import NotLiftedError

Json = dict[str, Any]
_Parts = dict[tuple[str, str], Lift]
_NOBODY = "off"
"""``page_view`` of an account that no tag sends page views for."""
_DECLARED = ("platforms", "data", "server")
_MOMENT = ("on", "except")
"""The words of an event that say when it happens."""


def apply_send(
    proposal: SendProposal, lifts: Sequence[Lift], keys: Mapping[Place, str]
) -> list[Lift]:
    """The parts of the spec with the proposal in place of its tag.

    Raises :class:`NotLiftedError` where the parts say otherwise already, as those of a proposal
    that was applied before may.
    """
    applied: _Parts = {}
    for part in proposal.parts:
        applied |= _declare(part, [*lifts, *applied.values()])
    split: list[Lift] = []
    tag = (Kind.TAG, proposal.tag)
    for lift in lifts:
        if lift.section in _DECLARED and (lift.section, lift.key) in applied:
            continue
        if proposal.tag not in lift.fires:
            applied[lift.section, lift.key] = lift
            continue
        data = _replace_tag(lift.data, keys[tag], proposal)
        fires = tuple(name for name in lift.fires if name != proposal.tag)
        replaces = (*lift.replaces, tag)
        if data["send"]:
            changed = replace(lift, data=data, fires=fires, replaces=replaces)
            applied[lift.section, lift.key] = changed
        else:
            applied["gone", lift.key] = Lift("gone", lift.key, None, replaces=replaces)
        split.append(lift)
    for lift in split if proposal.send_by_trigger else ():
        _add_events(applied, lift, proposal)
    for lift in split if proposal.also else ():
        for part in proposal.parts:
            if part.send:
                _add_named_event(applied, lift, part)
    return [*applied.values()]


def _add_named_event(applied: _Parts, split: Lift, part: SendProposal) -> None:
    """One of several events that a tag sends at one moment, under its own name."""
    moment = {name: split.data[name] for name in _MOMENT if name in split.data}
    same = _find_event(applied.values(), moment, part.event)
    if same is not None:
        data = _add_send(same.data, part.send, part)
        applied[same.section, same.key] = replace(same, data=data)
        return
    used = {key for section, key in applied if section in ("events", "gone")}
    _add_event(applied, make_key(part.event, used, "event"), moment, part.send, part)


def _add_event(
    applied: _Parts,
    key: str,
    moment: Mapping[str, Any],
    send: Mapping[str, Any],
    proposal: SendProposal,
) -> None:
    event = {"title": key.replace("_", " ").capitalize(), **moment, "send": {}}
    data = _add_send(event, send, proposal)
    applied["events", key] = Lift("events", key, data, replaces=((Kind.TAG, proposal.tag),))


def _add_events(applied: _Parts, split: Lift, proposal: SendProposal) -> None:
    """An event for each trigger of a tag that sends another one on each of them.

    One that happens at that very moment, and at no other, sends it as well.
    """
    for trigger, send in proposal.send_by_trigger.items():
        moment = {
            "on": trigger,
            **({"except": split.data["except"]} if "except" in split.data else {}),
        }
        at = _find_event(applied.values(), moment)
        if at is not None:
            data = _add_send(at.data, send, proposal)
            applied[at.section, at.key] = replace(at, data=data)
            continue
        used = {key for section, key in applied if section in ("events", "gone")}
        _add_event(applied, make_key(trigger, used, "event"), moment, send, proposal)


def _find_event(
    lifts: Iterable[Lift], moment: Mapping[str, Any], key: str | None = None
) -> Lift | None:
    """The event of a moment; with a ``key``, the one that has it."""
    for lift in lifts:
        if lift.section != "events" or key not in (None, lift.key):
            continue
        if moment == {name: value for name, value in lift.data.items() if name in _MOMENT}:
            return lift
    return None


def _declare(proposal: SendProposal, lifts: Sequence[Lift]) -> _Parts:
    """The accounts and data keys of a proposal, together with what is said of them already."""
    before = {(lift.section, lift.key): lift for lift in lifts}
    declared: _Parts = {}
    for key, settings in proposal.platforms.items():
        known = before.get(("platforms", key))
        merged = _merge_account(f"platforms.{key}", known.data if known else {}, settings)
        declared["platforms", key] = Lift("platforms", key, merged)
    for key, data in proposal.data.items():
        known = before.get(("data", key))
        if known is not None and known.data != data:
            raise NotLiftedError(f"`data.{key}` is another value already")
        declared["data", key] = Lift("data", key, data)
    if proposal.server:
        known = before.get(("server", "accounts"))
        accounts = {**(known.data if known else {})}
        for key, settings in proposal.server.items():
            path = f"server.accounts.{key}"
            accounts[key] = _merge_account(path, accounts.get(key, {}), settings)
        declared["server", "accounts"] = Lift("server", "accounts", accounts)
    return declared


def _merge_account(path: str, before: Mapping[str, Any], more: Mapping[str, Any]) -> Json:
    merged = {**before}
    for name, value in more.items():
        # A tag that only sends events says `off` for want of knowing: whoever sends the page view
        # decides.
        is_open = name == "page_view" and merged.get(name) == _NOBODY
        if name not in merged or is_open:
            merged[name] = value
        elif merged[name] != value and not (name == "page_view" and value == _NOBODY):
            raise NotLiftedError(f"`{path}.{name}` is another value already")
    return merged


def _replace_tag(event: Mapping[str, Any], key: str, proposal: SendProposal) -> Json:
    tags = event["send"]["custom"]["tag"]
    other_tags = [other for other in ([tags] if isinstance(tags, str) else tags) if other != key]
    custom = (
        {"custom": {"tag": other_tags[0] if len(other_tags) == 1 else other_tags}}
        if other_tags
        else {}
    )
    sent = {name: value for name, value in event["send"].items() if name != "custom"}
    changed = {**event, "send": {**sent, **custom}}
    if proposal.send_by_trigger or proposal.also:
        return changed
    return _add_send(changed, proposal.send, proposal)


def _add_send(event: Mapping[str, Any], send: Mapping[str, Any], proposal: SendProposal) -> Json:
    """The event with what the proposal sends, beside what is sent already."""
    sent = {name: value for name, value in event["send"].items() if name != "custom"}
    custom = {name: value for name, value in event["send"].items() if name == "custom"}
    twice = sent.keys() & send.keys()
    if twice:
        raise NotLiftedError(f"another tag sends the same event to `{min(twice)}`")
    changed = {**event, **_merge_event_id(event, proposal)}
    if not sent:
        changed.update({"params": proposal.params} if proposal.params else {})
    else:
        send = {
            name: _merge_params(options, event.get("params", {}), proposal.params)
            for name, options in send.items()
        }
    return {**changed, "send": {**sent, **send, **custom}}


def _merge_event_id(event: Mapping[str, Any], proposal: SendProposal) -> Json:
    if not proposal.event_id:
        return {}
    # An event has one ID for all platforms: that is what lets a server send it to each of them.
    if event.get("event_id", proposal.event_id) != proposal.event_id:
        raise NotLiftedError("another tag of its event sends another event ID")
    return {"event_id": proposal.event_id}


def _merge_params(options: Any, before: Mapping[str, Any], own: Mapping[str, Any]) -> Any:
    """A platform's part of an event whose parameters another platform's tag has named."""
    # `null` takes a parameter of the event away from one platform.
    params: Json = {name: None for name in before if name not in own}
    params |= {name: value for name, value in own.items() if before.get(name) != value}
    if not params:
        return options
    return {**({"event": options} if isinstance(options, str) else options), "params": params}
