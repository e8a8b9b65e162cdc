"""Cells that hold text and nothing but text, in a workbook and in CSV."""

from __future__ import annotations

import re

from gtmgen.docs.markdown.text import UNPRINTABLE
from gtmgen.docs.words import Words

CELL_LENGTH = 32_767
"""What a cell of Excel holds, in UTF-16 units."""

_FORMULA = re.compile(r"\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r]")
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_SIGNED_NUMBER = re.compile(r"[+-]\d[\d .,]*\Z")


def defuse(value: str) -> str:
    """Text that a spreadsheet would read as a formula, behind an apostrophe.

    Such text begins with ``= + - @``, also after blanks or as a full-width character, or with a
    tab or a carriage return. The apostrophe is part of the text, so that it also survives a
    workbook that is saved as CSV.
    """
    return f"'{value}" if _FORMULA.match(value) else value


def make_cell(value: str, words: Words) -> str:
    """A workbook's cell: without what XML cannot hold, and cut with a note where it is too long.

    A signed number stays as it is: it is text here, and computes nothing as a formula either.
    """
    if not value:
        return value
    value = value if _SIGNED_NUMBER.match(value) else defuse(value)
    value = UNPRINTABLE.sub("\ufffd", _LINE_ENDS.sub("\n", value))
    if len(value) * 2 <= CELL_LENGTH or _count_units(value) <= CELL_LENGTH:
        return value
    kept = value
    note = ""
    while _count_units(kept) + _count_units(note) > CELL_LENGTH:
        # Half of what is too much at a time at least: characters have one or two units.
        kept = kept[: -max(1, (_count_units(kept) + _count_units(note) - CELL_LENGTH) // 2)]
        note = words("sheet.cut", count=len(value) - len(kept))
    return kept + note


def _count_units(value: str) -> int:
    return len(value) + sum(character > "\uffff" for character in value)
