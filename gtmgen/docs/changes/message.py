"""What has changed in what the site pushes and in what the backend sends."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.contract.model import Json
from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.model import Documentation
from gtmgen.meaning.model import Fact, Risk
from gtmgen.meaning.phrases import Phrase, mark_code
from gtmgen.meaning.sides import Sides
from gtmgen.meaning.subject import Subject


def compare_messages(sides: Sides, before: Documentation, after: Documentation) -> Iterator[Fact]:
    """Of the events that are on both sides."""
    old = {event.key: event for event in before.events}
    was = {new: key for key, new in sides.renames.events.items()}
    moved = _list_moved_paths(sides)
    for event in after.events:
        earlier = old.get(was.get(event.key, event.key))
        if earlier is not None:
            subject = Subject("event", event.key, event.title)
            yield from _compare_message(subject, earlier, event, moved)
            yield from _compare_payloads(subject, earlier, event)


def _list_moved_paths(sides: Sides) -> frozenset[str]:
    """Places in messages that a data key's own fact tells of, once for all events."""
    moved_paths = set()
    for key, old in sides.before.spec.data.items():
        new = sides.after.spec.data.get(sides.renames.data.get(key, key))
        if new is not None and (old.source, old.argument) != (new.source, new.argument):
            moved_paths |= {str(item.argument) for item in (old, new) if item.source == "path"}
    return frozenset(moved_paths)


def _compare_message(
    subject: Subject, old: EventDoc, new: EventDoc, moved: frozenset[str]
) -> Iterator[Fact]:
    """The places in the site's message; ``moved`` are those that a data key's fact tells of."""
    if old.message is None or new.message is None:  # another occasion, which is told with it
        return
    before, after = list_places(old.message.schema), list_places(new.message.schema)
    both = [path for path in after if path in before]
    for about, paths in (
        ("message_new", [path for path in after if path not in before]),
        ("message_gone", [path for path in before if path not in after]),
        ("message_required", [path for path in both if after[path] and not before[path]]),
        ("message_optional", [path for path in both if before[path] and not after[path]]),
    ):
        shown = tuple(f"`{path}`" for path in paths if path not in moved)
        if shown:
            listed = ", ".join(shown).replace("`", "")
            is_gone = about == "message_gone"
            yield subject.fact(
                "new" if about == "message_new" else "gone" if is_gone else "changed",
                about,
                ("developers", "qa"),
                before=listed if is_gone else "",
                after="" if is_gone else listed,
                values={"paths": shown},
            )


def list_places(schema: Json, prefix: str = "") -> dict[str, bool]:
    """The values of a message, ``ecommerce.value`` -> whether it must be there."""
    required_paths: dict[str, bool] = {}
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        if inner.get("type") == "object" and "properties" in inner:
            required_paths.update(list_places(inner, f"{path}."))
        elif path != "event":
            required_paths[path] = name in required
    return required_paths


def _compare_payloads(subject: Subject, old: EventDoc, new: EventDoc) -> Iterator[Fact]:
    """The payloads of platforms that got the event before, too."""
    before = {item.platform: item for item in old.deliveries}
    for sent in new.deliveries:
        earlier = before.get(sent.platform)
        if earlier is None or (earlier.server is None and sent.server is None):
            continue
        about = {"platform": sent.title}
        if earlier.server is None:
            yield subject.fact("new", "server_new", ("backend",), values=about)
        elif sent.server is None:
            yield subject.fact(
                "gone", "server_gone", ("backend",), Risk.DEDUPLICATION, values=about
            )
        else:
            yield from subject.text(
                "server_url", earlier.server.url, sent.server.url, ("backend",), values=about
            )
            was, is_now = list_leaves(earlier.server.payload), list_leaves(sent.server.payload)
            yield from _compare_payload(subject, was, is_now, sent.title)


def _compare_payload(
    subject: Subject, was: tuple[str, ...], now: tuple[str, ...], platform: str
) -> Iterator[Fact]:
    """The places that a payload has gained and lost."""
    come, removed = [path for path in now if path not in was], [x for x in was if x not in now]
    values: dict[str, Phrase]
    if come:
        values = {"platform": platform, "paths": tuple(map(mark_code, come))}
        yield subject.fact("new", "payload_new", ("backend",), after=", ".join(come), values=values)
    if removed:
        values = {"platform": platform, "paths": tuple(map(mark_code, removed))}
        yield subject.fact(
            "gone", "payload_gone", ("backend",), before=", ".join(removed), values=values
        )


def list_leaves(value: Json, path: str = "") -> tuple[str, ...]:
    """The places of a payload that hold values; all items of a list are one place."""
    if isinstance(value, dict):
        paths = [leaf for key, item in value.items() for leaf in list_leaves(item, f"{path}.{key}")]
    elif isinstance(value, list):
        paths = [leaf for item in value for leaf in list_leaves(item, path)]
    else:
        paths = [path.lstrip(".")]
    return tuple(dict.fromkeys(paths))
