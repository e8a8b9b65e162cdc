"""Event names that a platform has replaced."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.uses import EVENT, Use
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Old names, each once per tag."""
    for tag, uses in view.sent.tags_with(_may_be_old):
        names = {(use.platform.pack.name, use.name): use for use in uses if use.what == EVENT}
        for (_, name), use in names.items():
            pack = use.platform.pack
            if name is None or name not in pack.legacy:
                continue
            instead = _suggest_instead(pack.legacy[name])
            text = f"`{name}` is an old event name of {pack.title}{instead}."
            yield Finding(Kind.TAG, tag.name, text)
        for use in uses:
            yield from _find_renamed(view, tag, use)


def _may_be_old(use: Use) -> bool:
    return bool(use.renames) or use.name in use.platform.pack.legacy


def _find_renamed(view: ContainerView, tag: Tag, use: Use) -> Iterator[Finding]:
    """Names of the event data that a server's tag makes old names of."""
    pack = use.platform.pack
    for name in view.sent.events_of(tag) if use.renames else ():
        old = use.renames.get(name, "")
        if old in pack.legacy:
            text = (
                f"It sends `{name}` as `{old}`, an old event name of {pack.title}: the browser's "
                "event has to be called the same, or both may be counted"
                f"{_suggest_instead(pack.legacy[old])}."
            )
            yield Finding(Kind.TAG, tag.name, text)


def _suggest_instead(new: str | None) -> str:
    return f"; its name is `{new}` now" if new else ", and nothing has taken its place"
