"""Colours of a terminal, which leave the text readable where there are none."""

from __future__ import annotations

from msgspec import Struct

_END = "\x1b[0m"
_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "bold red": "1;31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
}


class Paint(Struct, frozen=True):
    """Paints text, or leaves it as it is. The sixteen colours suit light and dark terminals."""

    is_on: bool = False

    def __call__(self, style: str, text: str) -> str:
        """The text in a style of `_CODES`; an empty style is none."""
        if not self.is_on or not style or not text:
            return text
        return f"\x1b[{_CODES[style]}m{text}{_END}"


PLAIN = Paint()
