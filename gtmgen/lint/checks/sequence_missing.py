"""Setup and cleanup tags that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.view import ContainerView, Finding

_WORDS = {"setupTag": "before", "teardownTag": "after"}


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that run another one, which is not there."""
    names = {tag.name for tag in view.of_kind(Kind.TAG)}
    for tag in view.of_kind(Kind.TAG):
        extra = dict(tag.extra)
        for field, word in _WORDS.items():
            for item in extra.get(field) or ():
                name = item.get("tagName") if isinstance(item, dict) else None
                if isinstance(name, str) and name not in names:
                    text = f"It runs the tag `{name}` {word} itself, which does not exist."
                    yield Finding(Kind.TAG, tag.name, text)
