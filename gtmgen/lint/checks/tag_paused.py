"""Tags that are paused."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that are paused."""
    for tag in view.tags():
        if tag.paused:
            yield Finding(Kind.TAG, tag.name, "The tag is paused, so it never fires.")
