"""Tags that each of their own triggers blocks."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags whose firing triggers are all among their blocking triggers."""
    for tag in view.tags():
        if not tag.paused and tag.firing and set(tag.firing) <= set(tag.blocking):
            text = "Each of the tag's firing triggers blocks it as well, so it never fires."
            yield Finding(Kind.TAG, tag.name, text)
