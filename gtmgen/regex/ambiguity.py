"""Patterns on which JavaScript's engine takes twice as long with each further round.

That needs a place in a loop from which the same text leads back to it in two ways (Weideman et
al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers"), and an end of
the text that does not match, so that both ways are tried. What looks so is tried out: what is told
has used up its steps on a short text.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache

from gtmgen.regex.automaton import Alphabet, Automaton
from gtmgen.regex.backtracking import TooManyStepsError, matches
from gtmgen.regex.syntax import Node, UnreadableError, parse

_REPEATED_GROUP = re.compile(r"\)[*+{]")
_ROUNDS = 30
_STEPS = 40_000
_MOST_PAIRS = 20_000
_MOST_TRIES = 6
_SUFFIXES = ("!", "\n", "", "\x00", "a", "0", "/")
Pair = tuple[int, int]


@lru_cache(maxsize=2048)
def slow_text(pattern: str, ignore_case: bool = False) -> str | None:
    """What a text looks like on which the pattern takes for ever; None where none is known."""
    if _REPEATED_GROUP.search(pattern) is None:
        return None  # a single character that is repeated has one way through it
    try:
        node = parse(pattern, ignore_case)
        return _slow_text(node)
    except (UnreadableError, RecursionError):
        return None


def _slow_text(node: Node) -> str | None:
    automaton = Automaton(node, few=True)
    alphabet = Alphabet(automaton.chars)
    masks = [alphabet.mask(ranges) for ranges in automaton.chars]
    tries = 0
    for place, loop in _ambiguous_loops(automaton, masks):
        tries += 1
        if tries > _MOST_TRIES:
            break
        before = _path(automaton, automaton.first, place)
        if before is None:
            continue
        prefix = "".join(alphabet.sample(masks[one]) for one in before)
        round_ = "".join(map(alphabet.sample, loop))
        for suffix in _SUFFIXES:
            try:
                matches(node, prefix + round_ * _ROUNDS + suffix, _STEPS)
            except TooManyStepsError:
                return f"{prefix}{round_ * 3}…{suffix.strip(chr(0)).strip()}"
    return None


def _ambiguous_loops(automaton: Automaton, masks: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Places from which one text leads back in two ways, with the characters of that text."""
    component = _components(automaton)
    for place, after in enumerate(automaton.after):
        for following, ways in after.items():
            if ways > 1 and component[place] == component[following]:
                back = _path(automaton, {following: 1}, place)
                if back is not None:
                    yield place, [masks[one] for one in back]
    for place in range(len(masks)):
        loop = _two_ways(automaton, masks, component, place)
        if loop is not None:
            yield place, loop


def _two_ways(
    automaton: Automaton, masks: list[int], component: list[int], start: int
) -> list[int] | None:
    """The characters of a text on which two different ways lead from a place back to it."""
    begin = (start, start)
    seen: dict[tuple[Pair, bool], tuple[tuple[Pair, bool], int] | None] = {(begin, False): None}
    waiting = deque([(begin, False)])
    while waiting:
        pair, parted = node = waiting.popleft()
        for one in automaton.after[pair[0]]:
            if component[one] != component[start]:
                continue
            for other in automaton.after[pair[1]]:
                both = masks[one] & masks[other]
                if not both or component[other] != component[start]:
                    continue
                # Which of the two is where does not matter.
                ends = (one, other) if one <= other else (other, one)
                following = (ends, parted or one != other)
                if following == (begin, True):
                    return _chars_to(seen, node, both)
                if following not in seen:
                    seen[following] = (node, both)
                    waiting.append(following)
        if len(seen) > _MOST_PAIRS:
            return None
    return None


def _chars_to(
    seen: dict[tuple[Pair, bool], tuple[tuple[Pair, bool], int] | None],
    node: tuple[Pair, bool],
    last: int,
) -> list[int]:
    chars = [last]
    step = seen[node]
    while step is not None:
        node, both = step
        chars.append(both)
        step = seen[node]
    return chars[::-1]


def _path(automaton: Automaton, starts: dict[int, int], end: int) -> list[int] | None:
    """The shortest way from one of the starts to a place, both included."""
    came: dict[int, int | None] = dict.fromkeys(starts)
    waiting = deque(came)
    while waiting:
        place = waiting.popleft()
        if place == end:
            way = [place]
            previous = came[place]
            while previous is not None:
                way.append(previous)
                previous = came[previous]
            return way[::-1]
        for following in automaton.after[place]:
            if following not in came:
                came[following] = place
                waiting.append(following)
    return None


def _components(automaton: Automaton) -> list[int]:
    """A number for each place; two have the same if each can be reached from the other (Tarjan)."""
    count = len(automaton.after)
    number, low, component = [-1] * count, [0] * count, [-1] * count
    stack: list[int] = []
    counter = 0
    for root in range(count):
        if number[root] >= 0:
            continue
        work = [(root, iter(automaton.after[root]))]
        number[root] = low[root] = counter
        counter += 1
        stack.append(root)
        while work:
            place, following = work[-1]
            for one in following:
                if number[one] < 0:
                    number[one] = low[one] = counter
                    counter += 1
                    stack.append(one)
                    work.append((one, iter(automaton.after[one])))
                    break
                if component[one] < 0:
                    low[place] = min(low[place], number[one])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[place])
                if low[place] == number[place]:
                    while component[place] < 0:
                        component[stack.pop()] = place
    return component
