"""Standard events in the wrong case, which a platform takes for events of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.uses import EVENT, Use
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Names that are a standard event's but for their case, each once per tag."""
    for tag, uses in view.sent.tags_with(_is_unknown):
        names = {(use.platform.pack.name, use.name): use for use in uses if use.what == EVENT}
        for (_, name), use in names.items():
            pack, page_view = use.platform.pack, use.platform.page_view
            if name is None or not _is_unknown(use):
                continue
            right = {event.lower(): event for event in (*pack.events, page_view)}.get(name.lower())
            if right is not None:
                text = (
                    f"{pack.title} takes `{name}` for an event of your own: the standard one is "
                    f"`{right}`."
                )
                yield Finding(Kind.TAG, tag.name, text)


def _is_unknown(use: Use) -> bool:
    pack, name = use.platform.pack, use.name
    return use.what == EVENT and not (
        name is None or name in pack.legacy or name in pack.events or name == use.platform.page_view
    )
