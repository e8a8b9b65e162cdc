"""Tags that differ in their names only."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.canonical import canonical
from gtmgen.container.entities import Kind
from gtmgen.lint.checks import (
    conversion_counted_twice,
    event_sent_twice,
    loaded_twice,
    page_view_twice,
)
from gtmgen.lint.view import ContainerView, Finding

_NO_MEANING = frozenset(("name", "notes", "parentFolderId"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that do the same on the same triggers; what else says so of them is not said twice."""
    first: dict[str, str] = {}
    told = _told(view)
    for tag in view.tags():
        if tag.paused or not tag.firing:
            continue
        meaning = repr(
            sorted((key, value) for key, value in canonical(tag).items() if key not in _NO_MEANING)
        )
        other = first.setdefault(meaning, tag.name)
        if other != tag.name and tag.name not in told:
            text = f"It does what `{other}` does, on the same triggers: everything happens twice."
            yield Finding(Kind.TAG, tag.name, text)


def _told(view: ContainerView) -> frozenset[str]:
    rules = (conversion_counted_twice, event_sent_twice, loaded_twice, page_view_twice)
    return frozenset(finding.name for rule in rules for finding in rule.check(view))
