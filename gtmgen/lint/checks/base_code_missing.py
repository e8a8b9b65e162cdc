"""Templates whose base code nobody loads."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.uses import EVENT, LOAD, PackFile
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Templates whose base code nobody loads."""
    for platform in view.sent.platforms():
        yield from _check(view, platform)


def _check(view: ContainerView, platform: PackFile) -> Iterator[Finding]:
    if view.sent.of(platform, LOAD):
        return
    for tag, use in view.sent.of(platform, EVENT):
        if use.needs_base_code:
            title = platform.pack.title
            text = (
                f"Its template needs {title}'s base code, which no tag here loads: unless the site "
                "does, nothing is sent."
            )
            yield Finding(Kind.TAG, tag.name, text)
