"""One event that two tags send to the same account at the same moment."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.recognise import EVENT, Platform, Use
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that share a trigger, an event's name and an account; page views have their own rule."""
    for platform in view.sent.platforms():
        first: dict[str, list[tuple[Tag, Use]]] = {}
        for tag, use in view.sent.of(platform, EVENT):
            if use.name is None or use.name == platform.page_view:
                continue
            earlier = first.setdefault(use.name, [])
            other = next((tag_ for tag_, use_ in earlier if _meet(tag, use, tag_, use_)), None)
            if other is not None:
                yield Finding(Kind.TAG, tag.name, _text(platform, use, other))
            earlier.append((tag, use))


def _meet(tag: Tag, use: Use, other: Tag, other_use: Use) -> bool:
    if tag.name == other.name or tag.blocking or other.blocking:
        return False
    same_account = bool({*use.accounts} & {*other_use.accounts})
    return same_account and not {*tag.firing}.isdisjoint(other.firing)


def _text(platform: Platform, use: Use, other: Tag) -> str:
    same_id = use.event_id is not None
    return (
        f"It sends `{use.name}` to {platform.pack.title} on a trigger on which `{other.name}` "
        "sends it, too, to the same account: "
        f"{'unless both have the same event ID, ' if same_id else ''}it is counted twice."
    )
