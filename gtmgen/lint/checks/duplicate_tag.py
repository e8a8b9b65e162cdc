"""Tags that differ in their names only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gtmgen.container.canonical import canonical
from gtmgen.container.entities import Kind, Tag
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
    equal = [
        (tag, other) for group in _group_by_triggers(view) for tag, other in _pair_equal(group)
    ]
    reported = _list_told(view) if equal else frozenset()
    for tag, other in equal:
        if tag.name not in reported:
            text = (
                f"It does what `{other.name}` does, on the same triggers: everything happens twice."
            )
            yield Finding(Kind.TAG, tag.name, text)


def _group_by_triggers(view: ContainerView) -> Iterator[list[Tag]]:
    """Tags that may be equal, by what is quickly compared: most share no trigger with another."""
    groups: dict[tuple[object, ...], list[Tag]] = {}
    for tag in view.tags():
        if tag.firing and not tag.paused:
            groups.setdefault((tag.type, frozenset(tag.firing)), []).append(tag)
    for group in groups.values():
        by_texts: dict[frozenset[str], list[Tag]] = {}
        for tag in group if len(group) > 1 else ():
            by_texts.setdefault(view.mentions(tag).meaning, []).append(tag)
        yield from (tags for tags in by_texts.values() if len(tags) > 1)


def _pair_equal(tags: Iterable[Tag]) -> Iterator[tuple[Tag, Tag]]:
    first: dict[str, Tag] = {}
    for tag in tags:
        meaning = repr(
            sorted((key, value) for key, value in canonical(tag).items() if key not in _NO_MEANING)
        )
        other = first.setdefault(meaning, tag)
        if other is not tag:
            yield tag, other


def _list_told(view: ContainerView) -> frozenset[str]:
    rules = (conversion_counted_twice, event_sent_twice, loaded_twice, page_view_twice)
    return frozenset(finding.name for rule in rules for finding in rule.check(view))
