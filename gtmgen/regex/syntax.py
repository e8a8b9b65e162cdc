"""A pattern to a tree, as JavaScript reads one without flags."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gtmgen.regex.characters import (
    CLASSES,
    LAST,
    Ranges,
    add_other_case,
    invert,
    join_ranges,
    ranges_of,
    units,
)


class Chars(NamedTuple):
    """One character out of some ranges, which are sorted and do not touch."""

    ranges: Ranges


class Edge(NamedTuple):
    """A place between characters: `^`, `$`, `b` or `B`."""

    kind: str


class Sequence(NamedTuple):
    """One part after the other."""

    parts: tuple[Node, ...]


class Either(NamedTuple):
    """Alternatives, of which the first is tried first."""

    options: tuple[Node, ...]


class Repeat(NamedTuple):
    """A part several times; without ``high`` there is no end to it."""

    part: Node
    low: int
    high: int | None
    is_lazy: bool


class Group(NamedTuple):
    """What `(...)` keeps, as the group of that number."""

    part: Node
    number: int


class Look(NamedTuple):
    """What must stand, or must not, ahead of a place or behind it."""

    part: Node
    is_ahead: bool
    negate: bool


class Back(NamedTuple):
    """The text of a group once more; a named one, whose number is not looked up, has 0."""

    number: int


Node = Chars | Edge | Sequence | Either | Repeat | Group | Look | Back


class UnreadableError(ValueError):
    """No pattern of JavaScript, or one that is too large to be looked at."""


ANY = Chars(((0, LAST),))
_DOT = Chars(invert(ranges_of("\n\r\u2028\u2029")))
_CONTROL = {"n": 10, "r": 13, "t": 9, "v": 11, "f": 12}
_REPEAT = re.compile(r"(?:([*+?])|\{([0-9]+)(?:(,)([0-9]*))?\})(\??)")
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")
_OPEN = re.compile(r"\((?:\?(:|=|!|<=|<!|<[A-Za-z_$][\w$]*>))?")
_NO_GROUP = re.compile(r"(?s)\\.|\[(?:\\.|[^\]\\])*+\]")
_KEPT = re.compile(r"\((?!\?)|\(\?<(?![=!])")
_OCTAL = re.compile("[0-3][0-7]{0,2}|[4-7][0-7]?")
_NUMBER = re.compile(r"[1-9][0-9]*")
_DEEPEST = 100  # Python's own stack has an end


@lru_cache(maxsize=1024)
def parse(pattern: str, ignore_case: bool = False) -> Node:
    """The tree of a pattern. Raises :class:`UnreadableError` where there is none."""
    parser = _Parser(pattern, ignore_case)
    node = parser.either(0)
    if parser.at < len(pattern):
        raise UnreadableError(f"`)` at {parser.at} closes nothing")
    return node


def literal(text: str) -> Node:
    """The text itself."""
    return Sequence(tuple(Chars(((code, code),)) for code in units(text)))


class _Parser:
    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self._text = pattern
        self._ignore_case = ignore_case
        self._groups = 0
        self._all_groups = len(_KEPT.findall(_NO_GROUP.sub("", pattern)))
        self.at = 0

    def either(self, depth: int) -> Node:
        """Alternatives, up to the end or a `)`."""
        if depth > _DEEPEST:
            raise UnreadableError("groups are too deep")
        options = [self._sequence(depth)]
        while self._takes("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            parts += self._repeated(self._atom(depth))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, atom: Node) -> tuple[Node, ...]:
        match = _REPEAT.match(self._text, self.at)
        if match is None:
            # A literal of several code units is one character of the pattern.
            return atom.parts if isinstance(atom, Sequence) and atom.parts else (atom,)
        if isinstance(atom, Edge) or (isinstance(atom, Look) and not atom.is_ahead):
            raise UnreadableError("nothing to repeat")
        self.at = match.end()
        sign, low, comma, high, lazy = match.groups()
        if sign:
            least, most = int(sign == "+"), 1 if sign == "?" else None
        else:
            least = int(low)
            most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise UnreadableError("the repeat ends before it begins")
        before: tuple[Node, ...] = ()
        if isinstance(atom, Sequence) and atom.parts:
            before, atom = atom.parts[:-1], atom.parts[-1]
        return (*before, Repeat(atom, least, most, bool(lazy)))

    def _atom(self, depth: int) -> Node:
        char = self._text[self.at]
        if char == "(":
            return self._group(depth)
        self.at += 1
        if char == "\\":
            return self._escape()
        if char == "[":
            return self._class()
        if char in "^$":
            return Edge(char)
        if char == ".":
            return _DOT
        if char in "*+?" or (char == "{" and _REPEAT.match(self._text, self.at - 1)):
            raise UnreadableError("nothing to repeat")
        return self._chars(ranges_of(char)) if ord(char) <= LAST else literal(char)

    def _group(self, depth: int) -> Node:
        match = _OPEN.match(self._text, self.at)
        assert match is not None  # there is a `(`
        self.at = match.end()
        kind = match.group(1)
        if kind is None and self._takes("?"):
            raise UnreadableError("a group of an unknown kind")
        is_kept = kind is None or (kind[0] == "<" and kind[1] not in "=!")
        self._groups += is_kept
        number = self._groups
        part = self.either(depth + 1)
        if not self._takes(")"):
            raise UnreadableError("a group is not closed")
        if is_kept:
            return Group(part, number)
        if kind == ":":
            # Not the sequence itself: a repeat is about all of it.
            return Either((part,))
        return Look(part, is_ahead=kind[0] != "<", negate=kind[-1] == "!")

    def _escape(self) -> Node:
        if self.at >= len(self._text):
            raise UnreadableError("a `\\` ends it")
        char = self._text[self.at]
        if char in "bB":
            self.at += 1
            return Edge(char)
        number = _NUMBER.match(self._text, self.at)
        if number is not None and int(number.group()) <= self._all_groups:
            self.at = number.end()
            return Back(int(number.group()))
        if char == "k" and self._text.startswith("<", self.at + 1):
            end = self._text.find(">", self.at)
            if end > 0:
                self.at = end + 1
                return Back(0)
        ranges = self._escaped()
        return self._chars(ranges)

    def _escaped(self) -> Ranges:
        """What a `\\` stands before, in a class and outside."""
        if self.at >= len(self._text):
            raise UnreadableError("a `\\` ends it")
        char = self._text[self.at]
        match = _HEX.match(self._text, self.at)
        if match is not None:
            self.at = match.end()
            code = int(match.group(1) or match.group(2), 16)
            return ((code, code),)
        octal = _OCTAL.match(self._text, self.at)
        if octal is not None:
            self.at = octal.end()
            code = int(octal.group(), 8)
            return ((code, code),)
        self.at += 1
        if char in CLASSES:
            return CLASSES[char]
        if char == "c" and self.at < len(self._text) and self._text[self.at].isalpha():
            self.at += 1
            code = ord(self._text[self.at - 1]) % 32
            return ((code, code),)
        code = _CONTROL.get(char, ord(char))
        if code > LAST:
            raise UnreadableError("a character of two code units is escaped")
        return ((code, code),)

    def _class(self) -> Node:
        negate = self._takes("^")
        ranges: list[tuple[int, int]] = []
        while not self._takes("]"):
            first = self._in_class()
            dash = self._text[self.at : self.at + 1] == "-"
            if dash and self._text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                second = self._in_class()
                if len(first) == len(second) == 1 and first[0][0] == first[0][1]:
                    if first[0][0] > second[0][1]:
                        raise UnreadableError("a range of characters is upside down")
                    ranges.append((first[0][0], second[0][1]))
                    continue
                ranges += [*second, (45, 45)]
            ranges += first
        joined = join_ranges(ranges)
        if self._ignore_case:
            joined = add_other_case(joined)
        return Chars(invert(joined) if negate else joined)

    def _in_class(self) -> Ranges:
        if self.at >= len(self._text):
            raise UnreadableError("a class is not closed")
        char = self._text[self.at]
        self.at += 1
        if char != "\\":
            return join_ranges((unit, unit) for unit in units(char))
        if self._takes("b"):
            return ((8, 8),)
        return self._escaped()

    def _chars(self, ranges: Ranges) -> Chars:
        return Chars(add_other_case(ranges) if self._ignore_case else ranges)

    def _takes(self, char: str) -> bool:
        found = self._text.startswith(char, self.at)
        self.at += found
        return found
