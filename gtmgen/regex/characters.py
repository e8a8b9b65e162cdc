"""Sets of characters, as ranges of code units: classes, what is left, and either case."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

LAST = 0xFFFF
"""Without the flag `u`, which GTM does not set, JavaScript compares UTF-16 code units."""

Ranges = tuple[tuple[int, int], ...]


def join_ranges(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sorted, and those that touch or overlap as one."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return tuple(out)


def invert(ranges: Ranges) -> Ranges:
    """All characters that are in none of them."""
    out, start = [], 0
    for low, high in ranges:
        if low > start:
            out.append((start, low - 1))
        start = high + 1
    return (*out, (start, LAST)) if start <= LAST else tuple(out)


def ranges_of(text: str) -> Ranges:
    """The characters of a text."""
    return join_ranges((ord(char), ord(char)) for char in text)


_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE = join_ranges(
    ((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
     (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))
)  # fmt: skip
CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
CLASSES |= {name.upper(): invert(ranges) for name, ranges in CLASSES.items()}


def units(text: str) -> Iterable[int]:
    """The code units of a text: two for a character beyond 16 bits."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return (raw[at] | raw[at + 1] << 8 for at in range(0, len(raw), 2))


def add_other_case(ranges: Ranges) -> Ranges:
    """With the characters that are the same ones but for their case."""
    other = list(ranges)
    alike = _characters_alike()
    for low, high in ranges:
        if high - low > 2000:  # all letters are in it already, or as good as
            continue
        for code in range(low, high + 1):
            other += [(one, one) for one in alike.get(_capital(code), ())]
    return join_ranges(other)


@lru_cache(maxsize=1)
def _characters_alike() -> dict[int, list[int]]:
    """Characters by what they have in common; those that have nothing with others are left out."""
    alike: dict[int, list[int]] = {}
    for code in range(LAST + 1):
        alike.setdefault(_capital(code), []).append(code)
    return {common: codes for common, codes in alike.items() if len(codes) > 1}


def _capital(code: int) -> int:
    """What the flag `i` compares (ECMA-262, Canonicalize): no letter of several characters, and no
    ASCII one for another, as `S` would be for the long s."""
    capital = chr(code).upper()
    if len(capital) > 1 or ord(capital) > LAST or (code > 127 and ord(capital) < 128):
        return code
    return ord(capital)
