"""A page trigger on history changes that cannot tell a new page from the old one."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Trigger, Variable
from gtmgen.container.values import REFERENCE, Condition
from gtmgen.lint.html import text_of
from gtmgen.lint.view import ContainerView, Finding

_PAGE = frozenset(("Page URL", "Page Path", "Page Hostname"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Triggers of type History Change whose conditions look at the present address alone.

    A condition on anything else, such as the old address or the kind of change, may well tell.
    """
    firing = {name for tag in view.tags() if not tag.paused for name in tag.firing}
    addresses = _PAGE | {
        variable.name
        for variable in view.of_kind(Kind.VARIABLE)
        if isinstance(variable, Variable) and _is_of_page(variable)
    }
    for trigger in view.of_kind(Kind.TRIGGER):
        if not isinstance(trigger, Trigger) or trigger.name not in firing:
            continue
        # Without a condition, every change is meant: some tags count what happens within a page.
        if trigger.type != "HISTORY_CHANGE" or not trigger.filter:
            continue
        if addresses >= {name for condition in trigger.filter for name in _read_by(condition)}:
            text = (
                "It fires on every change of the history while its page is open, a change of the "
                "fragment or of the history's state included, and not only when the page is "
                "entered: compare the old address with the new one."
            )
            yield Finding(Kind.TRIGGER, trigger.name, text)


def _is_of_page(variable: Variable) -> bool:
    """Whether it is a part of the page's address; with a source, it is one of another address."""
    return variable.type == "u" and not text_of(variable, "customUrlSource")


def _read_by(condition: Condition) -> Iterator[str]:
    """The variables on both sides: the old address may stand on either."""
    for parameter in condition.parameter:
        if isinstance(parameter.value, str):
            yield from REFERENCE.findall(parameter.value)
