"""References to variables that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import KEY_OF_NAME
from gtmgen.lint.references import missing_variables
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Entities that refer to a name that nothing has."""
    for kind, entity, name in missing_variables(view):
        if name not in KEY_OF_NAME:
            text = f"It refers to the variable `{name}`, which does not exist."
            yield Finding(kind, entity, text)
