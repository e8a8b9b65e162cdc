"""Scripts that no browser runs, since they cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import KIND_OF, Variable
from gtmgen.lint.html import own_scripts
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Custom HTML and Custom JavaScript with a syntax error; the first one of each."""
    from gtmgen.runtime.javascript import find_syntax_error  # most verbs need no interpreter

    told: set[tuple[type, str]] = set()
    for entity, code, first_line in own_scripts(view):
        if not code.strip():
            continue
        # A variable's code is a function, which GTM puts where a value may stand.
        error = find_syntax_error(f"_ = {code}" if isinstance(entity, Variable) else code)
        if error is None or (type(entity), entity.name) in told:
            continue
        told.add((type(entity), entity.name))
        at = "" if error.line is None else f" on line {first_line + error.line - 1}"
        text = f"Its code has a syntax error{at} ({error.message}), so it does not run."
        yield Finding(KIND_OF[type(entity)], entity.name, text)
