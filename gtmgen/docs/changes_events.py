"""What has changed at the events: when they fire, where they go, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gtmgen.docs.changes_deliveries import Consents, Data, delivery_changes, param_changes
from gtmgen.docs.changes_message import message_changes, server_changes
from gtmgen.docs.changes_model import NEW_EVENT, Change, Who
from gtmgen.docs.changes_parts import Subject
from gtmgen.docs.changes_renames import Renames
from gtmgen.docs.model import Documentation, EventDoc, EventIdDoc

ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")


@dataclass(frozen=True)
class Sides:
    """Both documentations, and what is called otherwise."""

    before: Documentation
    after: Documentation
    renames: Renames


def event_changes(sides: Sides) -> Iterator[Change]:
    """All of them, in the order of the events as they are now; those that are gone last."""
    old = {event.key: event for event in sides.before.events}
    was = {new: before for before, new in sides.renames.events.items()}
    shared = _Shared.of(sides)
    kept = set()
    for event in sides.after.events:
        earlier = old.get(was.get(event.key, event.key))
        subject = Subject("event", event.key, event.title)
        if earlier is None:
            yield subject.change("new", NEW_EVENT, ALL, after=event.summary)
            continue
        kept.add(earlier.key)
        if earlier.key != event.key:
            yield subject.change("changed", "key", ALL, before=earlier.key, after=event.key)
        yield from _changes(sides.renames, shared, subject, earlier, event)
    for event in sides.before.events:
        if event.key not in kept:
            subject = Subject("event", event.key, event.title)
            yield subject.change("gone", "event_gone", ALL, before=event.summary)


@dataclass(frozen=True)
class _Shared:
    """What is told elsewhere, once for all events."""

    consents: Consents
    data: Data
    paths: frozenset[str]

    @classmethod
    def of(cls, sides: Sides) -> _Shared:
        data = _data(sides)
        return cls(_platform_consents(sides), data, _moved_paths(sides, data.moved))


def _changes(
    rename: Renames, shared: _Shared, subject: Subject, old: EventDoc, new: EventDoc
) -> Iterator[Change]:
    own_title = {event.key.replace("_", " ").capitalize() for event in (old, new)}
    if not own_title >= {old.title, new.title}:  # else the title only follows the key
        yield from subject.field("title", old.title, new.title, ("marketing",))
    yield from subject.field("description", old.description, new.description, ("marketing",))
    yield from subject.field("owner", old.owner, new.owner, ("marketing",))
    yield from _firings(subject, rename, old, new)
    yield from subject.sentences("condition", rename.texts(old.conditions), new.conditions, _SEEN)
    yield from subject.sentences("exception", rename.texts(old.exceptions), new.exceptions, _SEEN)
    yield from _event_id(subject, rename, old.event_id, new.event_id)
    yield from delivery_changes(subject, rename, old, new, shared.consents)
    yield from param_changes(subject, rename, old, new, shared.data)
    yield from subject.field("tag", old.raw_tag or "", new.raw_tag or "", ("developers", "qa"))
    yield from message_changes(subject, old, new, shared.paths)
    yield from server_changes(subject, old, new)


def _firings(subject: Subject, rename: Renames, old: EventDoc, new: EventDoc) -> Iterator[Change]:
    before = tuple(rename.text(item.sentence) for item in old.firings)
    after = tuple(item.sentence for item in new.firings)
    yield from subject.sentences("firing", before, after, _SEEN)
    conditions = [
        tuple(dict.fromkeys(text for item in event.firings for text in item.conditions))
        for event in (old, new)
    ]
    yield from subject.sentences("condition", rename.texts(conditions[0]), conditions[1], _SEEN)


def _event_id(
    subject: Subject, rename: Renames, old: EventIdDoc | None, new: EventIdDoc | None
) -> Iterator[Change]:
    if old is None or new is None:  # that it is sent, or no longer, says it all
        return
    old = replace(old, source=rename.data_key(old.source))
    if (old.kind, old.source, old.prefix) == (new.kind, new.source, new.prefix):
        return
    yield subject.change(
        "changed",
        f"event_id_{new.kind}",
        ALL,
        before=_made(old),
        after=_made(new),
        values={"source": new.source or "", "example": new.example},
    )


def _made(event_id: EventIdDoc) -> str:
    """``purchase_{order_id}``, or nothing for one that the browser makes up."""
    return "" if event_id.source is None else f"{event_id.prefix}{{{event_id.source}}}"


def _platform_consents(sides: Sides) -> Consents:
    """What the platforms wait for: an event that only follows its platform is not named."""
    now = {item.key: item.consent for item in sides.after.platforms}
    return {
        item.key: (item.consent, now[item.key])
        for item in sides.before.platforms
        if item.key in now
    }


def _data(sides: Sides) -> Data:
    now = {item.key: item for item in sides.after.data}
    keys = ((sides.renames.data_key(item.key) or "", item) for item in sides.before.data)
    return Data(
        {item.source: item.path for item in sides.before.data if item.path is not None},
        {item.source: item.path for item in sides.after.data if item.path is not None},
        frozenset(key for key, item in keys if key in now and now[key].source != item.source),
    )


def _moved_paths(sides: Sides, moved: frozenset[str]) -> frozenset[str]:
    """Places in messages that belong to these: the data key says it once for all events."""
    old = (item for item in sides.before.data if sides.renames.data_key(item.key) in moved)
    new = (item for item in sides.after.data if item.key in moved)
    return frozenset(item.path for item in (*old, *new) if item.path is not None)
