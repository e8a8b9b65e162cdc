"""Options whose value may be left out, which Typer does not know: it is written in before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gtmgen.cli.one_value import OneValueCommand

DETAILED = 10  # how many versions without a number: well inside a quota of 25 calls in 100 s
_SPECS = (".yaml", ".yml", ".json")


class VersionsCommand(OneValueCommand):
    """``--details [N]``: what follows is the number only where it is one, so that a spec may."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_value(args, "--details", str(DETAILED), _is_number))


class PushCommand(OneValueCommand):
    """``--publish [ENVIRONMENT]``: what follows is an environment unless it is a file."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_value(args, "--publish", "live", _is_environment))


def with_value(
    arguments: list[str], option: str, default: str, is_value: Callable[[str], bool]
) -> list[str]:
    """The arguments with a value after each such option that has none."""
    rewritten: list[str] = []
    for position, argument in enumerate(arguments):
        if argument == "--":
            return rewritten + arguments[position:]
        rewritten.append(argument)
        following = arguments[position + 1 : position + 2]
        if argument == option and not (following and is_value(following[0])):
            rewritten.append(default)
    return rewritten


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _is_environment(text: str) -> bool:
    return not text.startswith("-") and not text.endswith(_SPECS) and not Path(text).exists()
