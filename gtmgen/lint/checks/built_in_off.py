"""References to built-in variables that are not enabled."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import KEY_OF_NAME
from gtmgen.lint.references import missing_variables
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Entities that refer to a built-in variable that is switched off."""
    for kind, entity, name in missing_variables(view):
        if name in KEY_OF_NAME:
            text = f"It refers to the built-in variable `{name}`, which is not enabled."
            yield Finding(kind, entity, text)
