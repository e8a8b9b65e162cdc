"""What a plan has to say about variables that a spec refers to and nothing has."""

from __future__ import annotations

from gtmgen.cli.output import talk
from gtmgen.container.entities import Container
from gtmgen.errors import GuardError
from gtmgen.lint.dangling import dangling_variables
from gtmgen.plan.model import Plan
from gtmgen.text import indent_list

_WHY = "GTM reads such a reference as empty, and makes no version of a workspace that has one"


def warn_of_dangling(container: Container, plan: Plan, *, quiet: bool) -> None:
    """GTM takes the reference, so a push without a version goes on."""
    lines = [*dangling_variables(container, plan)]
    if lines and not quiet:
        talk(f"warning: references to variables that do not exist:\n{indent_list(lines)}\n{_WHY}\n")


def refuse_dangling(container: Container, plan: Plan) -> None:
    """Where a version is wanted, nothing is written first that keeps it from being made."""
    lines = [*dangling_variables(container, plan)]
    if lines:
        raise GuardError(
            f"no version can be made:\n{indent_list(lines)}; nothing was written",
            hint=f"{_WHY}; add the variable, or push without `--version`",
        )
