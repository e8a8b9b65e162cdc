"""Tags that nothing can fire."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.references import sequenced
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags without a firing trigger that no other tag runs."""
    run_by_others = sequenced(view)
    for tag in view.tags():
        if tag.paused or tag.firing or has_odd_triggers(tag) or tag.name in run_by_others:
            continue
        text = "The tag has no firing trigger and no other tag runs it, so it never fires."
        yield Finding(Kind.TAG, tag.name, text)


def has_odd_triggers(tag: Tag) -> bool:
    """Whether its triggers stand in a form that could not be read."""
    return not {"firingTriggerId", "blockingTriggerId"}.isdisjoint(dict(tag.extra))
