"""Where the cells of a record stand in its text, and where a quote in it goes astray."""

from __future__ import annotations


def find_cell(text: str, delimiter: str, position: int) -> int:
    """Where the n-th cell (from 0) of a record starts."""
    offset = 0
    for _ in range(position):
        if text[offset : offset + 1] == '"':
            offset = _end_of_quoted(text, offset)
        end = text.find(delimiter, offset)
        if end < 0:
            return len(text)
        offset = end + 1
    return offset


def find_stray_quote(text: str, delimiter: str) -> tuple[int | None, int | None]:
    """Where the last quoted value opens, and what stands behind a closing quote."""
    opened: int | None = None
    offset, at_start = 0, True
    while offset < len(text):
        if text[offset] != '"' or not at_start:
            at_start = text[offset] == delimiter
            offset += 1
            continue
        opened = offset
        offset = _end_of_quoted(text, offset)
        if offset < len(text) and text[offset] not in f"{delimiter}\r\n":
            return opened, offset
        at_start = False
    return opened, None


def _end_of_quoted(text: str, start: int) -> int:
    """What stands behind the quote that closes the one at ``start``."""
    offset = start + 1
    while offset < len(text):
        closing = text.find('"', offset)
        if closing < 0:
            return len(text)
        if text[closing + 1 : closing + 2] != '"':
            return closing + 1
        offset = closing + 2
    return offset
