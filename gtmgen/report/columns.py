"""Text for a terminal of 80 columns: wrapped at blanks, and long words cut in their middle."""

from __future__ import annotations

import textwrap
from typing import Final

from gtmgen.report.paint import Paint
from gtmgen.text import printable

WIDTH: Final = 80


def wrap(text: str, indent: str = "", hang: str = "    ") -> list[str]:
    """The lines of a sentence; a word that has no room even on a line of its own is cut."""
    most = WIDTH - max(len(indent), len(hang))
    words = " ".join(cut_middle(word, most) for word in printable(text).split(" "))
    return textwrap.wrap(
        words, WIDTH, initial_indent=indent, subsequent_indent=hang,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def wrap_after(mark: str, text: str, paint: Paint, style: str) -> list[str]:
    """The lines of a sentence after a mark, such as ``error[price]``, in its style."""
    first, *rest = wrap(f"{mark} {text}")
    return [paint(style, mark) + first.removeprefix(mark), *rest]


def cut_middle(text: str, most: int) -> str:
    """A name with both of its ends: what tells long ones apart stands at either."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"
