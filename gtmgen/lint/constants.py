"""Values that a container spells out in a constant variable."""

from __future__ import annotations

from gtmgen.container.entities import Kind, Variable
from gtmgen.container.values import REFERENCE
from gtmgen.lint.html import text_of
from gtmgen.lint.view import ContainerView


def constant_of(view: ContainerView, text: str) -> str:
    """The value of a constant variable that a text refers to; any other text as it is."""
    reference = REFERENCE.fullmatch(text)
    for item in view.of_kind(Kind.VARIABLE) if reference else ():
        if isinstance(item, Variable) and item.name == text[2:-2] and item.type == "c":
            return text_of(item, "value")
    return text
