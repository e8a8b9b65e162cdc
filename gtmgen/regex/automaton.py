"""A pattern's tree as an automaton without empty moves (Glushkov's): one state for each place of a
character, with the number of ways from each to the next."""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import dataclass
from itertools import pairwise

from gtmgen.regex.characters import LAST, Ranges
from gtmgen.regex.syntax import (
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    UnreadableError,
)

START, END = Chars(((LAST + 1, LAST + 1),)), Chars(((LAST + 2, LAST + 2),))
"""What stands before and after each text, where `^` and `$` are to count."""

_MOST_PLACES = 1500
_TWO = 2  # more ways are as bad

_EASY_TO_READ = tuple(
    map(ord, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/., !")
)

Ways = dict[int, int]


@dataclass
class _Part:
    """``empty`` are the ways to match nothing; ``first`` and ``last`` the places where a match can
    begin and end."""

    empty: int
    first: Ways
    last: Ways


class Automaton:
    """``chars`` of each place, and ``after`` it the next ones with the ways to them.

    With ``few``, counted repeats are cut down to a few, which leaves the loops as they are. With
    ``edges``, `^` and `$` are :data:`START` and :data:`END`; otherwise they are left out, as look
    arounds and word boundaries always are: the automaton then accepts more than the pattern.
    """

    def __init__(self, node: Node, *, few: bool = False, edges: bool = False) -> None:
        self._few, self._edges = few, edges
        self.chars: list[Ranges] = []
        self.after: list[Ways] = []
        self.is_exact = True
        part = self._add(node)
        self.first, self.last, self.is_empty = part.first, part.last, part.empty > 0

    def _add(self, node: Node) -> _Part:
        match node:
            case Chars():
                return self._place(node)
            case Edge():
                if self._edges and node.kind in "^$":
                    return self._place(START if node.kind == "^" else END)
                self.is_exact &= node.kind in "^$"
                return _Part(1, {}, {})
            case Sequence():
                whole = _Part(1, {}, {})
                for part in node.parts:
                    whole = self._follow(whole, self._add(part))
                return whole
            case Either():
                return self._either([self._add(option) for option in node.options])
            case Group():
                return self._add(node.part)
            case Repeat():
                return self._repeat(node)
            case Look():
                self.is_exact = False
                return _Part(1, {}, {})
            case Back():
                self.is_exact = False
                return self._repeat(Repeat(Chars(((0, LAST),)), 0, None, is_lazy=False))

    def _place(self, chars: Chars) -> _Part:
        place = len(self.chars)
        if place >= _MOST_PLACES:
            raise UnreadableError("the pattern is too large")
        self.chars.append(chars.ranges)
        self.after.append({})
        return _Part(0, {place: 1}, {place: 1})

    def _follow(self, one: _Part, other: _Part) -> _Part:
        self._connect(one.last, other.first)
        first = _sum(one.first, other.first, one.empty)
        last = _sum(other.last, one.last, other.empty)
        return _Part(min(_TWO, one.empty * other.empty), first, last)

    def _connect(self, last: Ways, first: Ways) -> None:
        for place, ways in last.items():
            after = self.after[place]
            for following, more in first.items():
                after[following] = min(_TWO, after.get(following, 0) + ways * more)

    def _either(self, options: Items[_Part]) -> _Part:
        whole = _Part(0, {}, {})
        for option in options:
            first, last = _sum(whole.first, option.first, 1), _sum(whole.last, option.last, 1)
            whole = _Part(min(_TWO, whole.empty + option.empty), first, last)
        return whole

    def _repeat(self, node: Repeat) -> _Part:
        low, high = node.low, node.high
        if self._few:
            more = None if high is None else min(2, high - low)
            low = min(2, low)
            high = None if more is None else low + more
        whole = _Part(1, {}, {})
        for _ in range(low):
            whole = self._follow(whole, self._add(node.part))
        if high is None:
            part = self._add(node.part)
            self._connect(part.last, part.first)
            return self._follow(whole, _Part(1, part.first, part.last))
        rest = _Part(1, {}, {})
        for _ in range(high - low):
            part = self._follow(self._add(node.part), rest)
            # A round that matches nothing does not count: there is one way to leave it out.
            rest = _Part(1, part.first, part.last)
        return self._follow(whole, rest)


def _sum(one: Ways, other: Ways, ways: int) -> Ways:
    if not ways:
        return one
    out = dict(one)
    for place, more in other.items():
        out[place] = min(_TWO, out.get(place, 0) + ways * more)
    return out


class Alphabet:
    """The characters in classes of such that no place tells apart; a set of classes is a number,
    one bit each."""

    def __init__(self, *all_chars: Items[Ranges]) -> None:
        cuts = {0, LAST + 1, LAST + 2, LAST + 3}
        for chars in all_chars:
            for ranges in chars:
                for low, high in ranges:
                    cuts.update((low, high + 1))
        self._starts = sorted(cuts)
        self._number = {start: number for number, start in enumerate(self._starts)}
        self.count = len(self._starts) - 1

    def mask(self, ranges: Ranges) -> int:
        """The classes that make up a set of characters."""
        out = 0
        for low, high in ranges:
            out |= (1 << self._number[high + 1]) - (1 << self._number[low])
        return out

    def sample(self, mask: int) -> str:
        """A character of one of the classes, preferably one that is easy to read."""
        spans = [span for number, span in enumerate(pairwise(self._starts)) if mask >> number & 1]
        for code in _EASY_TO_READ:
            if any(low <= code < high for low, high in spans):
                return chr(code)
        return chr(min(spans)[0])
