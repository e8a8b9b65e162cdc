"""One event that two tags send to the same account at the same moment."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.uses import EVENT, PackFile, Use
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that share a trigger, an event's name and an account; page views have their own rule."""
    meaning_of = view.sent.meaning_of
    for platform in view.sent.platforms():
        sends: dict[tuple[object, object], list[tuple[Tag, Use]]] = {}
        for tag, use in view.sent.of(platform, EVENT):
            # An exception may be what keeps two tags apart: nothing is said unless it is certain.
            if use.name in (None, platform.page_view) or tag.blocking:
                continue
            for account in use.accounts:
                sends.setdefault((use.name, account), []).append((tag, use))
        reported: set[str] = set()
        for group in sends.values():
            if len(group) == 1:
                continue
            first: dict[object, Tag] = {}
            for tag, use in group:
                other = None
                for one in tag.firing:
                    earlier = first.setdefault(meaning_of(one), tag)
                    if other is None and earlier is not tag and earlier.name != tag.name:
                        other = earlier
                if other is not None and tag.name not in reported:
                    reported.add(tag.name)
                    yield Finding(Kind.TAG, tag.name, _write_text(platform, use, other))


def _write_text(platform: PackFile, use: Use, other: Tag) -> str:
    same_id = use.event_id is not None
    return (
        f"It sends `{use.name}` to {platform.pack.title} on a trigger on which `{other.name}` "
        "sends it, too, to the same account: "
        f"{'unless both have the same event ID, ' if same_id else ''}it is counted twice."
    )
