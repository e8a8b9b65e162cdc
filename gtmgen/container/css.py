"""CSS selectors, as far as the compiler must look into them."""

from __future__ import annotations

import re

_TOKEN = r"""(?s)\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()\[\],]"""


def selectors(css: str) -> list[str]:
    """The parts of a selector list, split at the commas that stand on the top level."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(_TOKEN, css):
        token = match.group()
        if token in "([":
            depth += 1
        elif token in ")]":
            depth -= 1
        elif token == "," and depth <= 0:
            parts.append(css[start : match.start()].strip())
            start = match.end()
    parts.append(css[start:].strip())
    return [part for part in parts if part]


def with_descendants(css: str) -> str:
    """The elements and all within them.

    GTM's click trigger gives the innermost element that was hit: the icon in a button, not the
    button.
    """
    parts = selectors(css)
    return ", ".join([*parts, *(f"{part} *" for part in parts)])


def without_descendants(css: str) -> str | None:
    """Inverse of `with_descendants`; None where the selector is not of that form."""
    parts = selectors(css)
    elements = ", ".join(parts[: len(parts) // 2])
    return elements if elements and with_descendants(elements) == css else None
