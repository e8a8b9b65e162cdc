"""Tags that send whatever comes along."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.uses import EVENT
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that take an event's name from the message, and fire on every one."""
    for tag, uses in view.sent.tags_with(lambda use: use.what == EVENT and use.name is None):
        titles = {
            use.platform.pack.title: None
            for use in uses
            if use.what == EVENT and use.name is None and view.sent.fires_on_every_event(tag)
        }
        for title in titles:
            text = (
                f"It sends every message of the data layer to {title} as an event of the same "
                "name, those that are meant for others too."
            )
            yield Finding(Kind.TAG, tag.name, text)
