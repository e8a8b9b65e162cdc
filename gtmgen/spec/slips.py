"""Lines of an environment that stand too far left, below a key that is left with nothing.

They are then names of environments, or keys in the wrong part of one, and each is wrong in a way of
its own, in another environment than the one that has lost them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import yaml
from msgspec import Struct

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.errors import SpecError
from gtmgen.source.nodes import pairs, section
from gtmgen.source.open import Source, open_with
from gtmgen.source.yaml_text import is_null, node_span
from gtmgen.text import plural

_STEP = 2
_MOST_MOVES = 12
"""Moves that are tried: each costs two readings of the whole spec."""
_MOST_BLOCKS = 4
"""Neighbouring keys that may have slipped together."""

FindProblems = Callable[[Source, str | None], list[Diagnostic]]
"""What is wrong with the shape of a spec in one environment."""


class _Slip(Struct, frozen=True):
    """Lines of a file, which count from 1, and how far they are to be moved."""

    span: Span
    lines: range
    spaces: int
    wanted: int
    key: str
    environment: str
    """The one that the lines belong to."""
    text: str
    """The whole file after the move."""

    def explain(self) -> Diagnostic:
        """What is wrong with the lines, and what to do."""
        found = self.span.col - 1
        first, last = self.lines[0], self.lines[-1]
        where = f"line {first}" if first == last else f"lines {first} to {last}"
        return Diagnostic(
            self.span,
            "indentation",
            Severity.ERROR,
            f"`{self.key}` is indented by {plural(found, 'space')} instead of {self.wanted}",
            f"put {plural(self.spaces, 'more space')} at the beginning of {where}",
        )


def find_slip(
    source: Source, env: str | None, find_problems: FindProblems
) -> list[Diagnostic] | None:
    """What is wrong with the spec, beginning with the lines whose move explains some of it."""
    best, least = None, None
    for slip in islice(_slips(source), _MOST_MOVES):
        # In its environment, in the one that its key is now taken for, and in none.
        names = [None, slip.environment, slip.key]
        before = sum(_counts(source, names, find_problems))
        if not before:
            continue
        try:
            moved = open_with(source, slip.span.file, slip.text)
        except SpecError:
            continue
        after = sum(_counts(moved, names, find_problems))
        if after < before and (least is None or after < least):
            best, least = (slip, moved), after
    if best is None:
        return None
    slip, moved = best
    # Lines are moved as a whole: the places of what is wrong beside it are the same.
    name = env if env in moved.environments else None
    return [slip.explain(), *find_problems(moved, name)]


def _counts(
    source: Source, names: Sequence[str | None], find_problems: FindProblems
) -> Iterator[int]:
    """How much is wrong in each environment; one that is not there counts as the spec itself."""
    known: Mapping[str | None, str] = {name: name for name in source.environments}
    counts: dict[str | None, int] = {}
    for name in map(known.get, names):
        if name not in counts:
            counts[name] = len(find_problems(source, name))
        yield counts[name]


def _slips(source: Source) -> Iterator[_Slip]:
    """Of the keys with nothing behind them, those with lines below that are no deeper."""
    for name, environment in pairs(section(source.root, "environments")):
        for key in _empty_keys(name, environment):
            place = node_span(key)
            lines = source.folder.texts[place.file].split("\n")
            yield from _moves(name.value, place, lines)


def _empty_keys(key: yaml.ScalarNode, value: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if is_null(value) and not value.value:
        yield key
    elif not (isinstance(value, yaml.MappingNode) and value.flow_style):
        for inner, below in pairs(value):
            yield from _empty_keys(inner, below)


def _moves(environment: str, empty: Span, lines: Sequence[str]) -> Iterator[_Slip]:
    blocks = _blocks_below(lines, empty.line)
    if not blocks:
        return
    first = blocks[0][0]
    line = lines[first - 1]
    column = _indentation(line)
    wanted = empty.col - 1 + _STEP
    key, colon, _ = line.strip().partition(":")
    # At the beginning of a line stands a section: it is for others to say where that belongs.
    if not colon or not 0 < column < wanted:
        return
    span = Span(empty.file, first, column + 1, len(key))
    ends = {first + 1: None} | {block.stop: None for block in blocks[:_MOST_BLOCKS]}
    for end in ends:
        moved = range(first, end)
        text = "\n".join(
            " " * (wanted - column) + line if number in moved and line.strip() else line
            for number, line in enumerate(lines, start=1)
        )
        yield _Slip(span, moved, wanted - column, wanted, key, environment, text)


def _blocks_below(lines: Sequence[str], above: int) -> list[range]:
    """The keys behind a line that stand in one column, each with the lines that belong to it."""
    content = [
        (number, _indentation(line))
        for number, line in enumerate(lines[above:], start=above + 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not content:
        return []
    column = content[0][1]
    blocks: list[range] = []
    for number, indentation in content:
        if indentation < column:
            break
        if indentation == column:
            blocks.append(range(number, number + 1))
        else:
            blocks[-1] = range(blocks[-1].start, number + 1)
    return blocks


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
