"""What JavaScript's engine does with a pattern and a text, step by step.

It tries one way after the other and remembers none that has failed. The steps are counted, and
nothing goes beyond a given number of them.
"""

from __future__ import annotations

from typing import Any

from gtmgen.regex.characters import Ranges
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

_MOST_INSTRUCTIONS = 5000
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
Instruction = tuple[Any, ...]


class TooManyStepsError(Exception):
    """The engine is not done after the steps that it was given."""


def matches(node: Node, text: str, steps: int) -> bool:
    """Whether the pattern matches anywhere in the text.

    Raises :class:`TooManyStepsError`, and :class:`UnreadableError` for a pattern that is too long.
    """
    program = _Program()
    program.add(node)
    program.code.append(("end",))
    run = _Run(program, text, steps)
    return any(run.matches_at(start) for start in range(len(text) + 1))


class _Program:
    """The pattern as instructions; ``registers`` counts what groups and loops have to remember."""

    def __init__(self) -> None:
        self.code: list[Instruction] = []
        self.registers = 0
        self.groups: dict[int, int] = {}

    def add(self, node: Node) -> None:
        if len(self.code) > _MOST_INSTRUCTIONS:
            raise UnreadableError("the pattern is too long")
        match node:
            case Chars():
                self.code.append(("char", node.ranges))
            case Edge():
                self.code.append(("edge", node.kind))
            case Sequence():
                for part in node.parts:
                    self.add(part)
            case Either():
                self._either(node)
            case Repeat():
                self._repeat(node)
            case Group():
                # A repeat writes the group down several times: it is one, and holds its last text.
                if node.number not in self.groups:
                    self.groups[node.number] = self._register()
                    self._register()
                start = self.groups[node.number]
                self.code.append(("keep", start))
                self.add(node.part)
                self.code.append(("keep", start + 1))
            case Look():
                place = self._hole()
                self.add(node.part)
                self.code.append(("end",))
                self.code[place] = ("look", place + 1, len(self.code), node.is_ahead, node.negate)
            case Back():
                self.code.append(("back", node.number))

    def _either(self, node: Either) -> None:
        ends = []
        for option in node.options[:-1]:
            place = self._hole()
            self.add(option)
            ends.append(self._hole())
            self.code[place] = ("split", place + 1, len(self.code))
        self.add(node.options[-1])
        for end in ends:
            self.code[end] = ("go", len(self.code))

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.low):
            self.add(node.part)
        if node.high is None:
            register = self._register()
            place = self._round(node, register)
            self.code.append(("go", place))
            self._split(place, node)
            return
        places = [self._round(node, self._register()) for _ in range(node.high - node.low)]
        for place in places:
            self._split(place, node)

    def _round(self, node: Repeat, register: int) -> int:
        """One more round, which must not be empty."""
        place = self._hole()
        self.code.append(("keep", register))
        self.add(node.part)
        self.code.append(("moved", register))
        return place

    def _split(self, place: int, node: Repeat) -> None:
        ways = (place + 1, len(self.code))
        self.code[place] = ("split", *(ways[::-1] if node.is_lazy else ways))

    def _hole(self) -> int:
        self.code.append(())
        return len(self.code) - 1

    def _register(self) -> int:
        self.registers += 1
        return self.registers - 1


class _Run:
    def __init__(self, program: _Program, text: str, steps: int) -> None:
        self._code, self._groups, self._text = program.code, program.groups, text
        self._empty = (-1,) * program.registers
        self._steps = steps

    def matches_at(self, start: int) -> bool:
        return any(True for _ in self._ends(0, start, self._empty))

    def _ends(self, first: int, start: int, registers: tuple[int, ...]) -> Any:
        """The places where a match from a place ends, in the engine's order."""
        waiting = [(first, start, registers)]
        while waiting:
            place, at, kept = waiting.pop()
            while True:
                self._steps -= 1
                if self._steps < 0:
                    raise TooManyStepsError
                instruction = self._code[place]
                kind = instruction[0]
                place += 1
                if kind == "char":
                    if at >= len(self._text) or not _has(instruction[1], ord(self._text[at])):
                        break
                    at += 1
                elif kind == "split":
                    place = instruction[1]
                    waiting.append((instruction[2], at, kept))
                elif kind == "go":
                    place = instruction[1]
                elif kind == "keep":
                    register = instruction[1]
                    kept = (*kept[:register], at, *kept[register + 1 :])
                elif kind == "moved":
                    if kept[instruction[1]] == at:
                        break
                elif kind == "edge":
                    if not self._is_edge(instruction[1], at):
                        break
                elif kind == "look":
                    if not self._looks(instruction, at, kept):
                        break
                    place = instruction[2]
                elif kind == "back":
                    group = self._group(instruction[1], kept)
                    if not self._text.startswith(group, at):
                        break
                    at += len(group)
                else:
                    yield at
                    break

    def _looks(self, instruction: Instruction, at: int, kept: tuple[int, ...]) -> bool:
        _, first, _, is_ahead, negate = instruction
        if is_ahead:
            found = any(True for _ in self._ends(first, at, kept))
        else:
            found = any(at in self._ends(first, start, kept) for start in range(at + 1))
        return found is not negate

    def _group(self, number: int, kept: tuple[int, ...]) -> str:
        register = self._groups.get(number)
        if register is None or kept[register + 1] < kept[register]:
            return ""
        return self._text[kept[register] : kept[register + 1]]

    def _is_edge(self, kind: str, at: int) -> bool:
        if kind == "^":
            return at == 0
        if kind == "$":
            return at == len(self._text)
        before = at > 0 and self._text[at - 1] in _WORD
        after = at < len(self._text) and self._text[at] in _WORD
        return (before != after) is (kind == "b")


def _has(ranges: Ranges, code: int) -> bool:
    return any(low <= code <= high for low, high in ranges)
