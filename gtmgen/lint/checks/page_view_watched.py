"""A page view on in-app navigation that the platform sends by itself."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.uses import EVENT, LOAD, PackFile
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """A page view on in-app navigation that the platform sends by itself."""
    for platform in view.sent.platforms():
        yield from _check(view, platform)


def _check(view: ContainerView, platform: PackFile) -> Iterator[Finding]:
    loads = [use for _, use in view.sent.of(platform, LOAD)]
    # Where no tag loads the pixel, the site's code does, with options that nobody sees here.
    if not platform.watches_history or not loads or any(use.history_off for use in loads):
        return
    for tag, use in view.sent.of(platform, EVENT):
        if use.name == platform.page_view and view.sent.fires_on(tag, "HISTORY_CHANGE"):
            title = platform.pack.title
            text = (
                f"It sends {title} a {platform.page_view} on in-app navigation, which {title}'s "
                "own code does as well unless that is switched off: each would be counted twice."
            )
            yield Finding(Kind.TAG, tag.name, text)
