"""Keys that stand at the wrong depth of the spec because their lines are indented wrongly.

Such a text is sound YAML that says something else, and every key in it is then wrong in a way of
its own: unknown here, missing there. What was meant is found by trying: the keys are moved to
where another indentation would put them, and if less is wrong there, that is the mistake. The
shape of the spec decides, so that no list of keys is needed here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.spec.key_moves import KeyMove, apply_move, last_places, replace_at, value_at
from gtmgen.text import plural

Check = Callable[[Data], list[Problem]]

_MOST_MOVES = 8
_MOST_KEYS = 30
_MOST_WORK = 5_000
_WORK_PER_TRIAL = 50
"""What all trials may cost, in problems: each checks the whole spec, which takes a time that grows
with what is wrong in it. Where hundreds of keys are wrong, indentation is rarely the reason."""
_NONSENSE = [[None]]
"""A value that nothing in a spec has, unless anything goes there."""
_STEP = 2


def mend_indentation(document: Document, problems: list[Problem], check: Check) -> list[Problem]:
    """One problem for each group of lines that is indented wrongly, and what else is wrong then.

    Empty where indentation explains nothing of the ``problems``.
    """
    repair = _Repair(document, problems, check)
    with suppress(_OutOfTrialsError):
        while len(repair.told) < _MOST_MOVES and repair.make_one_move():
            pass
    return [*repair.told, *repair.other_problems()] if repair.told else []


class _OutOfTrialsError(Exception):
    """Trying more would take too long."""


class _Repair:
    def __init__(self, document: Document, problems: list[Problem], check: Check) -> None:
        self._document = document
        self._check = check
        self._data = document.data
        self._problems = problems
        self._work = 0
        self._origins: dict[Path, tuple[Path, int]] = {}
        """Where in the file a moved key stands, and by how many columns it is to be moved."""
        self._closed: dict[Path, bool] = {}
        self.told: list[Problem] = []

    def other_problems(self) -> list[Problem]:
        """What is wrong beside the indentation, at its place in the file."""
        return [item._replace(path=self._origin(item.path)[0]) for item in self._problems]

    def make_one_move(self) -> bool:
        """Put the first keys right of which that can be said; false if there are none."""
        for alternatives in itertools.chain(self._indent_further(), self._indent_less()):
            best = self._best(alternatives)
            if best is not None:
                move, data, problems = best
                if self._shift(move):  # or else it follows from another move
                    self.told.append(self._explain(move))
                self._remember(move)
                self._data, self._problems = data, problems
                self._closed.clear()
                return True
        return False

    def _best(self, alternatives: Iterable[KeyMove]) -> tuple[KeyMove, Data, list[Problem]] | None:
        """The move of the fewest keys after which the least is wrong, if one improves anything."""
        best = None
        for move in alternatives:
            data = apply_move(self._data, move)
            problems = self._test(data)
            least = len(self._problems) if best is None else len(best[2])
            if len(problems) < least and self._is_sound(move, problems):
                best = move, data, problems
        return best

    def _test(self, data: Data) -> list[Problem]:
        if self._work > _MOST_WORK:
            raise _OutOfTrialsError
        problems = self._check(data)
        self._work += _WORK_PER_TRIAL + len(problems)
        return problems

    # -- what may have been meant ------------------------------------------------------

    def _indent_further(self) -> Iterator[list[KeyMove]]:
        """Keys that have a problem may belong to the key before them, or to the last one in it."""
        misfits = self._misfits()
        sources = {path[:-1] for path in misfits}
        for source in sorted(sources, key=lambda path: (-len(path), str(path))):
            mapping = value_at(self._data, source)
            keys = list(mapping)
            for start, (above, first) in enumerate(itertools.pairwise(keys), start=1):
                if (*source, first) not in misfits or not self._is_below(source, above, first):
                    continue
                run = self._neighbours(source, keys[start:], misfits)
                for target in last_places(mapping[above], (*source, above)):
                    if not self._takes_lines(target):
                        continue
                    yield [
                        KeyMove(source, tuple(run[:count]), target, is_deeper=True)
                        for count in range(1, min(len(run), _MOST_KEYS) + 1)
                    ]

    def _takes_lines(self, target: Path) -> bool:
        """Whether a line can be put below what the mapping has: not where braces close it."""
        others = value_at(self._data, target)
        if not others:
            return others is None
        return self._document.is_block(self._origin((*target, next(iter(others))))[0])

    def _indent_less(self) -> Iterator[list[KeyMove]]:
        """A key that has a problem may belong to a mapping that holds its own."""
        misfits = self._misfits()
        for path in misfits:
            source, key = path[:-1], str(path[-1])
            keys = list(value_at(self._data, source))
            run = self._neighbours(source, keys[keys.index(key) :], misfits)
            for depth in range(len(source) - 1, -1, -1):
                target, above = source[:depth], source[depth]
                others = value_at(self._data, target)
                if not isinstance(above, str) or not self._is_below(target, above, key, source):
                    continue
                going = _before_any_of(others, run)
                if going:
                    yield [KeyMove(source, going, target, is_deeper=False)]

    def _misfits(self) -> list[Path]:
        """Keys of mappings that have a problem and may be wrong where they are, in their order."""
        wrong = {
            item.path[:n]: None for item in self._problems for n in range(1, len(item.path) + 1)
        }
        direct = {item.path for item in self._problems if item.rule != "missing-key"}
        return [
            path
            for path in wrong
            if isinstance(value_at(self._data, path[:-1]), dict)
            and isinstance(path[-1], str)
            and self._document.is_block(self._origin(path)[0])
            and (path in direct or not self._is_closed(path[:-1]))
        ]

    def _is_closed(self, path: Path) -> bool:
        """Whether a mapping has a list of its keys: one that is not unknown is right there."""
        if path not in self._closed:
            data = replace_at(self._data, path, lambda value: {**value, "zzz": _NONSENSE})
            self._closed[path] = any(
                item.rule == "unknown-key" and item.path == (*path, "zzz")
                for item in self._test(data)
            )
        return self._closed[path]

    def _neighbours(self, source: Path, keys: Sequence[str], misfits: Sequence[Path]) -> list[str]:
        run = [keys[0]]
        for key in keys[1:]:
            if (*source, key) not in misfits or not self._is_below(source, run[-1], key):
                break
            run.append(key)
        return run

    def _is_below(self, source: Path, above: str, key: str, below: Path | None = None) -> bool:
        """Whether the file has both keys, in block style and one below the other."""
        upper = self._origin((*source, above))[0]
        lower = self._origin((*(source if below is None else below), key))[0]
        if not (self._document.is_block(upper) and self._document.is_block(lower)):
            return False
        first = self._document.span(upper, on_key=True)
        second = self._document.span(lower, on_key=True)
        return first.file == second.file and first.line < second.line

    # -- whether it was ----------------------------------------------------------------

    def _is_sound(self, move: KeyMove, problems: list[Problem]) -> bool:
        """Whether the keys are right where they are put, which says something only if others
        would not be."""
        moved = {(*move.target, key) for key in move.keys}
        if value_at(self._data, move.target) is None:  # an empty key waits for what is below it
            unknown = {item.path for item in problems if item.rule in ("unknown-key", "bad-key")}
            return not moved <= unknown
        if any(item.path in moved and item.rule != "missing-key" for item in problems):
            return False
        source, target = value_at(self._data, move.source), move.target
        if not self._has_problems({**dict.fromkeys(move.keys, _NONSENSE)}, target):
            return False
        if self._has_problems({"zzz": source[move.keys[0]]}, target):
            return self._explains_enough(move, problems)
        return all(isinstance(source[key], dict) and source[key] for key in move.keys)

    def _explains_enough(self, move: KeyMove, problems: list[Problem]) -> bool:
        """A single key that happens to be known somewhere further down is no evidence yet."""
        far = move.is_deeper and len(move.target) > len(move.source) + 1
        source = value_at(self._data, move.source)
        is_mapping = all(isinstance(source[key], dict) for key in move.keys)
        return not far or is_mapping or len(self._problems) - len(problems) > 1

    def _has_problems(self, entries: Data, target: Path) -> bool:
        data = replace_at(self._data, target, lambda value: {**(value or {}), **entries})
        paths = {(*target, key) for key in entries}
        return any(item.path[: len(target) + 1] in paths for item in self._test(data))

    # -- what to say -------------------------------------------------------------------

    def _explain(self, move: KeyMove) -> Problem:
        first = self._origin((*move.source, move.keys[0]))[0]
        last = self._origin((*move.source, move.keys[-1]))[0]
        lines = self._document.lines(first)[1].start, self._document.lines(last)[1].stop - 1
        shift = self._shift(move)
        verb = f"put {plural(shift, 'more space')}" if shift > 0 else _removal(-shift)
        if move.is_deeper:
            parent = self._name(move.target)
            message = f"{_keys(move.keys)} must be indented further to belong to {parent}"
        else:
            message = (
                f"{_keys(move.keys)} cannot be in {self._name(move.source)}: "
                f"{'it is' if len(move.keys) == 1 else 'they are'} indented too far"
            )
        where = f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]} to {lines[1]}"
        hint = f"{verb} at the beginning of {where}"
        return Problem("indentation", first, message, hint, on_key=True)

    def _name(self, path: Path) -> str:
        if isinstance(path[-1], int):
            return f"the item of `{path[-2]}` before it"
        return f"`{path[-1]}`"

    def _shift(self, move: KeyMove) -> int:
        """By how many columns the lines are to be moved: to those of the target's other keys."""
        begins = self._document.span(self._origin((*move.source, move.keys[0]))[0], on_key=True)
        others = value_at(self._data, move.target)
        if others:
            wanted = self._column((*move.target, next(iter(others))))
        else:
            wanted = self._column(move.target) + _STEP
        return wanted - begins.col

    def _column(self, path: Path) -> int:
        origin, shift = self._origin(path)
        return self._document.span(origin, on_key=True).col + shift

    def _origin(self, path: Path) -> tuple[Path, int]:
        for length in range(len(path), 0, -1):
            if path[:length] in self._origins:
                origin, shift = self._origins[path[:length]]
                return (*origin, *path[length:]), shift
        return path, 0

    def _remember(self, move: KeyMove) -> None:
        shift = self._shift(move)
        moved = {
            (*move.target, key): (self._origin((*move.source, key))[0], shift) for key in move.keys
        }
        self._origins |= moved


def _before_any_of(taken: Data, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(itertools.takewhile(lambda key: key not in taken, keys))


def _keys(keys: Sequence[str]) -> str:
    if len(keys) > 2:
        return f"`{keys[0]}` to `{keys[-1]}`"
    return " and ".join(f"`{key}`" for key in keys)


def _removal(count: int) -> str:
    return f"remove {plural(count, 'space')}"
