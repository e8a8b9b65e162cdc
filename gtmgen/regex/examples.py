"""A text that a pattern most likely matches, whatever stands around its parts."""

from __future__ import annotations

from gtmgen.regex.characters import Ranges
from gtmgen.regex.syntax import Chars, Either, Group, Node, Repeat, Sequence

_LIKED = tuple(map(ord, "a1/-"))
_LONGEST = 1000


def write_example(node: Node) -> str:
    """The first alternatives, and of repeats the fewest, or none of those that are too many. Look
    arounds and references to groups are left out: whoever needs to know tries whether it matches.
    """
    match node:
        case Chars():
            return chr(_choose(node.ranges))
        case Sequence():
            return "".join(map(write_example, node.parts))
        case Either():
            return write_example(node.options[0]) if node.options else ""
        case Group():
            return write_example(node.part)
        case Repeat():
            part = write_example(node.part)
            return part * node.low if len(part) * node.low <= _LONGEST else ""
        case _:
            return ""


def _choose(ranges: Ranges) -> int:
    liked = (code for code in _LIKED if any(low <= code <= high for low, high in ranges))
    return next(liked, ranges[0][0] if ranges else 0)
