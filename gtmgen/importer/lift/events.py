"""Tags that send an event to a platform, to events of the spec.

The tag itself stays as GTM has it: it is another tag than the one a pack would make. What is
lifted is when it happens, under the name that the language has for it; tags that send the same
event on the same triggers become one event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import Kind, Tag, TriggerRef
from gtmgen.importer.lift.model import Finding, Lift, Source
from gtmgen.importer.lift.values import NotLiftedError, is_key
from gtmgen.importer.names import key_for
from gtmgen.lint.recognise import EVENT, Use, Uses

Data = dict[str, Any]
_Moment = tuple[str, frozenset[TriggerRef], frozenset[TriggerRef]]
"""The event's name in the language, and the firing and the blocking triggers."""

_LIFECYCLES = {
    BuiltInTrigger.ALL_PAGES: "page_view",
    BuiltInTrigger.INITIALIZATION: "init",
    BuiltInTrigger.CONSENT_INITIALIZATION: "consent_init",
}


def lift_events(source: Source, uses: Uses) -> Iterator[Lift | Finding]:
    """An event for each moment, and a sentence for each tag that has none."""
    moments: dict[_Moment, list[Tag]] = {}
    tags = [tag for tag in source.of_kind(Kind.TAG) if isinstance(tag, Tag)]
    for tag in sorted(tags, key=lambda tag: tag.name):
        sent = [use for use in uses.get(tag.name, ()) if use.what == EVENT]
        if sent:
            try:
                moments.setdefault(_moment(source, tag, sent), []).append(tag)
            except NotLiftedError as error:
                yield Finding("left", Kind.TAG, tag.name, str(error))
    taken: set[str] = set()
    for (name, _, _), same in moments.items():
        key = key_for(name, taken, "event")
        taken.add(key)
        yield _event(source, key, same)


def _moment(source: Source, tag: Tag, sent: list[Use]) -> _Moment:
    if any(use.name is None for use in sent):
        raise NotLiftedError("it takes the event's name from a variable")
    names = dict.fromkeys(_name(use) for use in sent)
    if len(names) > 1:
        raise NotLiftedError(f"it sends several events: {', '.join(names)}")
    if not tag.firing:
        raise NotLiftedError("it has no firing triggers")
    for ref in tag.firing:
        _on(source, ref)
    for ref in tag.blocking:
        _key(source, ref)
    if any(field in dict(tag.extra) for field in ("firingTriggerId", "blockingTriggerId")):
        raise NotLiftedError("its triggers have an odd form")
    return next(iter(names)), frozenset(tag.firing), frozenset(tag.blocking)


def _name(use: Use) -> str:
    assert use.name is not None  # those without one have been refused
    known = use.platform.canonical(use.name)
    return known or (use.name if is_key(use.name) else key_for(use.name, (), "event"))


def _event(source: Source, key: str, tags: list[Tag]) -> Lift:
    first = tags[0]
    on = [_on(source, ref) for ref in first.firing]
    keys = [source.keys[(Kind.TAG, tag.name)] for tag in tags]
    data: Data = {"title": key.replace("_", " ").capitalize(), "on": on[0] if len(on) == 1 else on}
    if first.blocking:
        data["except"] = [_key(source, ref) for ref in first.blocking]
    data["send"] = {"custom": {"tag": keys[0] if len(keys) == 1 else keys}}
    return Lift("events", key, data, fires=tuple(tag.name for tag in tags))


def _on(source: Source, ref: TriggerRef) -> str | Data:
    if isinstance(ref, BuiltInTrigger) and ref in _LIFECYCLES:
        return {"lifecycle": _LIFECYCLES[ref]}
    return _key(source, ref)


def _key(source: Source, ref: TriggerRef) -> str:
    key = source.keys.get((Kind.TRIGGER, ref)) if type(ref) is str else None
    if key is None:
        raise NotLiftedError("one of its triggers has no name that the spec could refer to")
    return key
