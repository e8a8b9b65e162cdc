"""``gtmgen versions --details [N]``: an option whose number may be left out."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

DETAILED = 10  # how many versions without a number: well inside a quota of 25 calls in 100 s
_OPTION = "--details"


class VersionsCommand(TyperCommand):
    """Typer knows no options with an optional value: this one writes the number that is left out.

    What follows is the number only where it is one, so that the spec may follow, too.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_number(args))


def with_number(arguments: list[str]) -> list[str]:
    """The arguments with a number after each ``--details`` that has none."""
    found: list[str] = []
    for position, argument in enumerate(arguments):
        if argument == "--":
            return found + arguments[position:]
        found.append(argument)
        if argument == _OPTION and not _is_number(arguments[position + 1 : position + 2]):
            found.append(str(DETAILED))
    return found


def _is_number(following: list[str]) -> bool:
    return bool(following) and following[0].removeprefix("-").isdecimal()
