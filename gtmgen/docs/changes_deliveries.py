"""What has changed between an event and its platforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gtmgen.docs.changes_model import Change, Value, Who
from gtmgen.docs.changes_parts import Subject
from gtmgen.docs.changes_renames import Renames
from gtmgen.docs.model import Delivery, EventDoc, ParamDoc

Consents = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
_ALL: tuple[Who, ...] = ("marketing", "developers", "backend", "qa")
_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")
_CHECKED: tuple[Who, ...] = ("developers", "qa")


@dataclass(frozen=True)
class Data:
    """Where values come from, as sentences say it -> paths in the data layer, on both sides.

    ``moved`` are the data keys that read another place now; that is told where the data are.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    moved: frozenset[str]


def delivery_changes(
    subject: Subject, rename: Renames, old: EventDoc, new: EventDoc, consents: Consents
) -> Iterator[Change]:
    """Platforms that are new, gone, or get the event in another way."""
    before = {item.platform: item for item in old.deliveries}
    after = {item.platform: item for item in new.deliveries}
    for platform, sent in after.items():
        earlier = before.get(platform)
        about = {"platform": sent.title}
        if earlier is None:
            yield subject.change("new", "delivery_new", _ALL, after=sent.event, values=about)
        else:
            yield from _delivery(subject, rename, earlier, sent, consents.get(platform))
    for platform, sent in before.items():
        if platform not in after:
            about = {"platform": sent.title}
            yield subject.change("gone", "delivery_gone", _ALL, before=sent.event, values=about)


def _delivery(
    subject: Subject,
    rename: Renames,
    old: Delivery,
    new: Delivery,
    of_platform: tuple[tuple[str, ...], tuple[str, ...]] | None,
) -> Iterator[Change]:
    about = {"platform": new.title}
    yield from subject.text("delivery_event", old.event, new.event, _ALL, about)
    if old.consent != new.consent and (old.consent, new.consent) != of_platform:
        yield consent_change(subject, old.consent, new.consent, about)
    yield from subject.text("once", old.once_text, new.once_text, _SEEN, about)
    if old.paused != new.paused:
        yield subject.change("changed", "paused" if new.paused else "resumed", _SEEN, values=about)
    priorities = ["" if sent.priority is None else str(sent.priority) for sent in (old, new)]
    yield from subject.field("priority", priorities[0], priorities[1], ("developers",))
    yield from subject.sentences(
        "send_condition", rename.texts(old.conditions), new.conditions, _SEEN, about
    )
    yield from subject.text("tags", ", ".join(old.tags), ", ".join(new.tags), _CHECKED, about)


def consent_change(
    subject: Subject,
    old: tuple[str, ...],
    new: tuple[str, ...],
    about: Mapping[str, str],
    name: str = "consent",
) -> Change:
    """The event, or the platform, waits for other consent."""
    return subject.change(
        "changed",
        name if new else f"{name}_gone",
        _SEEN,
        before=", ".join(old),
        after=", ".join(new),
        values={**about, "types": tuple(f"`{item}`" for item in new)},
    )


def param_changes(
    subject: Subject, rename: Renames, old: EventDoc, new: EventDoc, data: Data
) -> Iterator[Change]:
    """Parameters, each once for all platforms that get it in the same way."""
    before = {item.platform: item for item in old.deliveries}
    both = [item for item in new.deliveries if item.platform in before]
    found: dict[tuple[str, str, str], list[str]] = {}
    for sent in both:
        earlier = {param.canonical: param for param in before[sent.platform].params}
        now = {param.canonical: param for param in sent.params}
        for name in (*now, *(name for name in earlier if name not in now)):
            sides = _sides(rename, earlier.get(name), now.get(name), data)
            if sides is not None:
                found.setdefault((name, *sides), []).append(sent.title)
    for (name, was, is_now), platforms in found.items():
        values: dict[str, Value] = {"param": name, "platforms": tuple(platforms)}
        if not was:
            yield subject.change("new", "param_new", _SEEN, after=is_now, values=values)
        elif not is_now:
            yield subject.change("gone", "param_gone", _SEEN, before=was, values=values)
        else:
            about = "param"
            paths = data.before.get(was), data.after.get(is_now)
            if paths[0] and paths[1] and len(platforms) == len(both):
                about, was, is_now = "param_path", paths[0], paths[1]
            yield subject.change("changed", about, _SEEN, before=was, after=is_now, values=values)


def _sides(
    rename: Renames, old: ParamDoc | None, new: ParamDoc | None, data: Data
) -> tuple[str, str] | None:
    """Where a parameter came from and comes from; None where that is the same."""
    if old is not None and new is not None:
        same = rename.data_key(old.data) == new.data
        if same and (new.data in data.moved or old.source == new.source):
            return None
        if old.source == new.source:  # two data keys that read one place
            return None
    return ("" if old is None else old.source, "" if new is None else new.source)
