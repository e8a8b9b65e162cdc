"""Triggers that no tag, group or zone names, and variables that no text refers to."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.references import used_triggers
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Triggers that no tag, group or zone names, and variables that no text refers to."""
    used = used_triggers(view)
    for trigger in view.of_kind(Kind.TRIGGER):
        if trigger.name not in used:
            text = "No tag, trigger group or zone uses the trigger."
            yield Finding(Kind.TRIGGER, trigger.name, text)
    named = _list_named(view)
    for variable in view.of_kind(Kind.VARIABLE):
        if variable.name not in named:
            text = "Nothing in the container refers to the variable."
            yield Finding(Kind.VARIABLE, variable.name, text)


def _list_named(view: ContainerView) -> set[str]:
    """What is referred to by something else: that a variable names itself is no use of it."""
    return set().union(
        *(
            view.referred(item) - {item.name} if kind is Kind.VARIABLE else view.referred(item)
            for kind, items in view.entities.items()
            for item in items
        )
    )
