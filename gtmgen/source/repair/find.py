"""The one line behind a syntax error, found by trying: the smallest change after which the text can
be read is what was meant. libyaml names the place where it could not go on, often a line later."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import yaml

from gtmgen.source.repair.indentation import indent_otherwise, measure_strangeness
from gtmgen.source.repair.lines import Repair, is_item, lines_above
from gtmgen.source.repair.marks import (
    add_colons,
    add_dashes,
    close_open,
    open_lines,
    remove_commas,
)

Parse = Callable[[str], yaml.Node | None]

_MOST_TRIALS = 60
_MOST_CHARACTERS = 3_000_000
"""What all trials may read: a syntax error in a large file is told as libyaml tells it."""


def find_repair(
    lines: Sequence[str], number: int, opened: int | None, parse: Parse
) -> Repair | None:
    """The change of one line that makes the text readable; None where there is none, or several.

    ``number`` is the line of the error, and ``opened`` that of a bracket or quote that is not
    closed. ``parse`` raises :class:`yaml.YAMLError` for what it cannot read.
    """
    trials = _Trials(lines, parse)
    before = lines_above(lines, number)
    near = before[:3]
    groups = (
        close_open(lines, opened) if opened else (),
        (repair for at in open_lines(lines, before) for repair in close_open(lines, at)),
        (repair for at in near for repair in remove_commas(lines, at)),
        (repair for at in near for repair in add_colons(lines, at)),
        (repair for at in near for repair in add_dashes(lines, at)),
    )
    for repairs in groups:
        for repair in repairs:
            if trials.measure(repair) is not None:
                return repair
            if not trials.left:  # a line of 100,000 commas has as many places for a quote
                return None
    measured = [
        (measure, repair)
        for repair in indent_otherwise(lines, number, before)
        if (measure := trials.measure(repair)) is not None
    ]
    return (
        min(measured, key=lambda one: (one[0], measure_strangeness(lines, number, one[1])))[1]
        if measured
        else None
    )


def find_outdent(
    lines: Sequence[str], number: int, parse: Parse, *, only_items: bool
) -> Repair | None:
    """The one line that is to be moved so that the key in a line is no longer set twice, and no key
    is left without a value; of a list's items alone with ``only_items``."""
    trials = _Trials(lines, parse)
    before = lines_above(lines, number)
    sound = [
        one
        for one in indent_otherwise(lines, number, before)
        if (is_item(one.text) or not only_items) and trials.measure(one) == 0
    ]
    return min(sound, key=lambda one: measure_strangeness(lines, number, one)) if sound else None


class _Trials:
    def __init__(self, lines: Sequence[str], parse: Parse) -> None:
        self._lines, self._parse = lines, parse
        size = sum(map(len, lines)) + len(lines)
        self.left = min(_MOST_TRIALS, _MOST_CHARACTERS // max(size, 1))

    def measure(self, repair: Repair) -> int | None:
        """How many keys have no value after a repair; None where the text cannot be read then, or
        a key is set twice."""
        if self.left <= 0:
            return None
        self.left -= 1
        changed = [*self._lines]
        changed[repair.line - 1] = repair.text
        try:
            node = self._parse("\n".join(changed))
        except yaml.YAMLError:
            return None
        return _count_empty(node) if isinstance(node, yaml.MappingNode) else None


def _count_empty(root: yaml.MappingNode) -> int | None:
    empty = 0
    waiting: list[yaml.Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            if len(set(keys)) < len(keys):
                return None
            for _, value in node.value:
                is_empty = isinstance(value, yaml.ScalarNode) and not value.value
                empty += is_empty and not value.style
                waiting.append(value)
    return empty
