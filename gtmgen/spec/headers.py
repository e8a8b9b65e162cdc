"""A key with nothing below it, because its own line is indented too far: what belongs to it stands
beside it, or in whatever it has slipped into."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from gtmgen.text import plural

_HEADER = re.compile(r"( +)((?:- +)?[A-Za-z_][\w.-]*): *(?:#.*)?")
_MOST = 5
"""Empty keys that are looked at: each costs a reading of the whole spec."""


class Outdent(NamedTuple):
    """A header's line, which counts from 1, and where it has to begin."""

    file: str
    line: int
    column: int
    text: str
    message: str
    hint: str


def find_outdent_of_header(
    files: Mapping[str, Sequence[str]],
    count_problems: Callable[[str, str], int | None],
    most: int,
    *,
    only_to_top: bool = False,
) -> Outdent | None:
    """The header after whose move the fewest problems are left, and fewer than ``most``.

    ``files`` have their lines; what is wrong once a file has another text, ``count_problems`` says.
    With ``only_to_top``, the header becomes a section of the spec.
    """
    best, least = None, most
    headers = (
        header
        for file, lines in files.items()
        for header in _empty_headers(file, lines)
        if not only_to_top or not header.text.startswith(" ")
    )
    for header in islice(headers, _MOST):
        count = count_problems(header.file, replace_line(files[header.file], header))
        if count is not None and count < least:
            best, least = header, count
    return best


def replace_line(lines: Sequence[str], header: Outdent) -> str:
    """The file's text with the header where it has to begin."""
    return "\n".join([*lines[: header.line - 1], header.text, *lines[header.line :]])


def _empty_headers(file: str, lines: Sequence[str]) -> Iterator[Outdent]:
    content = [
        number
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    for number, below in pairwise(content):
        match = _HEADER.fullmatch(lines[number - 1].rstrip())
        if match is None:
            continue
        spaces = len(match[1])
        next_ = lines[below - 1]
        column = len(next_) - len(next_.lstrip(" "))
        is_item = next_.lstrip(" ").startswith("- ")
        if column > spaces or (is_item and column == spaces):
            continue
        for wanted in (column - 2, column) if is_item else (column - 2,):
            if wanted >= 0:
                key = match[2].removeprefix("-").strip()
                message = f"`{key}` is indented by {plural(spaces, 'space')} instead of {wanted}"
                hint = (
                    f"remove {plural(spaces - wanted, 'space')} at the beginning of line {number}"
                )
                text = " " * wanted + lines[number - 1].lstrip(" ")
                yield Outdent(file, number, spaces + 1, text, message, hint)
