"""Event names that a platform has replaced."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.recognise import EVENT
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Old names, each once per tag."""
    for tag, uses in view.sent.tags:
        names = {(use.platform.pack.name, use.name): use for use in uses if use.what == EVENT}
        for (_, name), use in names.items():
            pack = use.platform.pack
            if name is None or name not in pack.legacy:
                continue
            new = pack.legacy[name]
            instead = f"; its name is `{new}` now" if new else ", and nothing has taken its place"
            text = f"`{name}` is an old event name of {pack.title}{instead}."
            yield Finding(Kind.TAG, tag.name, text)
