"""The same account, loaded by two tags on every page."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.recognise import LOAD, Platform
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """The same account, loaded by two tags on every page."""
    for platform in view.sent.platforms():
        yield from _check(view, platform)


def _check(view: ContainerView, platform: Platform) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for tag, use in view.sent.of(platform, LOAD):
        # A template may well look whether it has loaded the code; a call in code does not.
        if tag.type != "html" or not view.sent.fires_on_every_page(tag):
            continue
        others = [account for account in use.accounts if first.get(account, tag.name) != tag.name]
        if others:
            text = (
                f"It loads the {platform.account} {others[0]} of {platform.pack.title} on every "
                f"page, and so does `{first[others[0]]}`."
            )
            yield Finding(Kind.TAG, tag.name, text)
        for account in use.accounts:
            first.setdefault(account, tag.name)
