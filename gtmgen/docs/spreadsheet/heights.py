"""Rows as high as their wrapped text: Excel fits those without a height, LibreOffice does not.

Tried with LibreOffice 7.4: it shows each row of such a file as one line, texts upon each other.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

_LINE = 15.0  # points, of the default font
_HIGHEST = 409.0  # what Excel takes


class FittedSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose heights are those of the text, and not somebody's wish.

    Excel fits such a row again when a tester writes into a cell; with ``customHeight``, which
    xlsxwriter gives to every height, it would not.
    """

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        if tag == "row":
            attributes = [pair for pair in attributes if pair[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


def estimate_height(cells: list[tuple[str, int]]) -> float:
    """The height of a row in points, by its texts and the widths of their columns."""
    lines = max((_count_lines(text, width) for text, width in cells), default=1)
    return min(lines * _LINE, _HIGHEST)


def _count_lines(text: str, width: int) -> int:
    # A width counts digits; a text of letters has a fifth more on a line, less where it breaks.
    room = width * 11 // 10
    if len(text) <= room and "\n" not in text:
        return 1
    return sum(max(-(-len(line) // room), 1) for line in text.split("\n"))
