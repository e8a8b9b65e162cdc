"""Texts that several tests let through at once, found in the product of their automata."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gtmgen.regex.automaton import END, START, Alphabet, Automaton
from gtmgen.regex.characters import LAST
from gtmgen.regex.syntax import ANY, Chars, Either, Node, Repeat, literal
from gtmgen.regex.syntax import Sequence as InOrder

_MOST_STATES = 5000
_ANYTHING = Repeat(ANY, 0, None, is_lazy=False)
# A pattern's `^` and `$` match what stands around the text; the rest of it may be there or not.
_ALL_AROUND = Repeat(Chars(((0, LAST + 2),)), 0, None, is_lazy=False)


class Language(NamedTuple):
    """The texts that a test lets through: those between start and end of its pattern, or, with
    ``negate``, all others."""

    node: Node
    negate: bool = False


def equals(values: Iterable[str]) -> Node:
    """One of the texts."""
    return InOrder((START, _one_of(values), END))


def starts_with(values: Iterable[str]) -> Node:
    """What begins with one of the texts."""
    return InOrder((START, _one_of(values), _ANYTHING, END))


def ends_with(values: Iterable[str]) -> Node:
    """What ends with one of the texts."""
    return InOrder((START, _ANYTHING, _one_of(values), END))


def contains(values: Iterable[str]) -> Node:
    """What holds one of the texts."""
    return InOrder((START, _ANYTHING, _one_of(values), _ANYTHING, END))


def matches(nodes: Iterable[Node]) -> Node:
    """What one of the patterns matches, anywhere in it."""
    return InOrder((_ALL_AROUND, Either(tuple(nodes)), _ALL_AROUND))


def _one_of(values: Iterable[str]) -> Node:
    return Either(tuple(map(literal, values)))


_TEXT = InOrder((START, _ANYTHING, END))


def may_meet(languages: Sequence[Language]) -> bool:
    """Whether some text is in all of them; in doubt it is.

    Raises :class:`~gtmgen.regex.syntax.UnreadableError` for patterns that are too large.
    """
    machines = [_Machine(_TEXT, negate=False)]
    for language in languages:
        machine = _Machine(language.node, language.negate)
        # Look arounds are left out of it, so that it lets through more; its opposite, fewer.
        if machine.automaton.is_exact or not language.negate:
            machines.append(machine)
    alphabet = Alphabet(*[machine.automaton.chars for machine in machines])
    for machine in machines:
        machine.masks = [alphabet.mask(ranges) for ranges in machine.automaton.chars]
    classes = [1 << number for number in range(alphabet.count)]
    start = tuple(machine.start for machine in machines)
    seen = {start}
    waiting = deque(seen)
    while waiting:
        states = waiting.popleft()
        for class_ in classes:
            following = []
            for machine, state in zip(machines, states, strict=True):
                next_ = machine.step(state, class_)
                if not next_ and not machine.negate:
                    break
                following.append(next_)
            else:
                both = tuple(following)
                if both not in seen:
                    if all(map(_Machine.accepts, machines, both)):
                        return True
                    seen.add(both)
                    waiting.append(both)
        if len(seen) > _MOST_STATES:
            return True
    return False


class _Machine:
    """An automaton that is in several states at once; before the first character, in one of its
    own."""

    def __init__(self, node: Node, negate: bool) -> None:
        self.automaton = Automaton(node, edges=True)
        self.negate = negate
        self.masks: list[int] = []
        self.start = frozenset((-1,))
        self._steps: dict[tuple[frozenset[int], int], frozenset[int]] = {}

    def step(self, states: frozenset[int], class_: int) -> frozenset[int]:
        key = (states, class_)
        known = self._steps.get(key)
        if known is None:
            automaton = self.automaton
            known = self._steps[key] = frozenset(
                following
                for state in states
                for following in (automaton.after[state] if state >= 0 else automaton.first)
                if self.masks[following] & class_
            )
        return known

    def accepts(self, states: frozenset[int]) -> bool:
        return bool(self.automaton.last.keys() & states) is not self.negate
