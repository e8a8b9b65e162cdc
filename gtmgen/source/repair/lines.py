"""Lines of a text, and one of them written otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

AROUND = 5
MOST_LINES = 40
KEY = r"([A-Za-z_][\w.-]*)"
ENTRY = re.compile(r"( *)((?:- +)*)(.*)")


class Repair(NamedTuple):
    """One line written otherwise, and what to say about it; line and column count from 1."""

    line: int
    text: str
    rule: str
    column: int
    message: str
    hint: str


def lines_above(lines: Sequence[str], number: int) -> list[int]:
    """The lines with something on them, from the one of the error upwards."""
    return [at for at in range(min(number, len(lines)), 0, -1) if is_content(lines[at - 1])]


def is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def nearest_lines(lines: Sequence[str], at: int, step: int) -> Iterator[str]:
    at += step
    while 0 < at <= len(lines):
        if is_content(lines[at - 1]):
            yield lines[at - 1]
            return
        at += step


def lines_around(lines: Sequence[str], at: int) -> list[str]:
    """The lines with something on them around one, its own among them."""
    above = [line for line in reversed(lines[:at]) if is_content(line)][: AROUND + 1]
    return above + [line for line in lines[at:] if is_content(line)][:AROUND]


def columns_of(line: str) -> tuple[int, ...]:
    """Where the line begins, and where its first key does if it is a list's item."""
    match = ENTRY.fullmatch(line)
    if match is None or not match.group(2):
        return (count_spaces(line),)
    return count_spaces(line), len(match.group(1) + match.group(2))


def count_spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def is_item(line: str) -> bool:
    return line.lstrip(" ").startswith("- ")
