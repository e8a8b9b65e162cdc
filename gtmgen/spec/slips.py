"""Lines of an environment that stand too far left, below a key that is left with nothing; or that
key, which stands too far right.

They are then names of environments, or keys in the wrong part of one, and each is wrong in a way of
its own, in another environment than the one that has lost them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import yaml
from msgspec import Struct

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.errors import SpecError
from gtmgen.source.nodes import pairs, section
from gtmgen.source.open import Source, open_with
from gtmgen.source.repair.lines import count_spaces, is_content
from gtmgen.source.yaml_text import is_null, node_span, split_lines
from gtmgen.text import plural

_STEP = 2
_MOST_MOVES = 15
"""Moves that are tried: each costs two readings of the whole spec."""
_MOST_BLOCKS = 4
"""Neighbouring keys that may have slipped together."""

_MOST_SLIPS = 5
"""Moves that are told at once."""

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
        verb = f"put {plural(self.spaces, 'more space')}"
        if self.spaces < 0:
            verb = f"remove {plural(-self.spaces, 'space')}"
        return Diagnostic(
            self.span,
            "indentation",
            Severity.ERROR,
            f"`{self.key}` is indented by {plural(found, 'space')} instead of {self.wanted}",
            f"{verb} at the beginning of {where}",
        )


def find_slip(
    source: Source,
    env: str | None,
    find_problems: FindProblems,
    about_keys: Collection[str],
    wrong: Sequence[Span] = (),
) -> list[Diagnostic] | None:
    """What is wrong with the spec, beginning with the lines whose moves explain some of it.

    With places that are ``wrong`` in the environment, those are moved, and else what stands below
    keys that are left with nothing. ``about_keys`` are the rules that tell of such lines.
    """
    slips: list[_Slip] = []
    while len(slips) < _MOST_SLIPS:
        if wrong:
            found = _find_best(
                source, _slips_at(source, str(env), wrong), find_problems, is_at=True
            )
        else:  # the same lines, whichever environment is looked at
            if "slip" not in source.found:
                source.found["slip"] = _find_best(source, _slips(source), find_problems)
            found = source.found["slip"]
        # How far a line is to go is told as it stands in the file, not after another move.
        if found is None or any({*found[0].lines} & {*slip.lines} for slip in slips):
            break
        slip, source = found
        slips.append(slip)
        env = env if env in source.environments else None
        wrong = ()
        if not source.has_empty_environments:
            problems = find_problems(source, env)
            wrong = [item.span for item in problems if item.rule in about_keys]
            if env is None or not wrong:
                break
    if not slips:
        return None
    # Lines are moved as a whole: the places of what is wrong beside them are the same.
    return [*(slip.explain() for slip in slips), *find_problems(source, env)]


def _find_best(
    source: Source, slips: Iterable[_Slip], find_problems: FindProblems, *, is_at: bool = False
) -> tuple[_Slip, Source] | None:
    """The move after which the least is wrong, and the spec after it; with ``is_at``, nothing is
    wrong with the lines themselves then."""
    best, least = None, None
    known: dict[str | None, int] = {}
    for slip in islice(slips, _MOST_MOVES):
        try:
            moved = open_with(source, slip.span.file, slip.text)
        except SpecError:
            continue
        # In its environment, in those that a key is taken for, and in none.
        taken = {*source.environments} ^ {*moved.environments}
        names = [None, slip.environment, *sorted(taken)]
        before = sum(_counts(source, names, find_problems, known))
        if not before:
            continue
        # A key that nobody knows further left has all that is wrong below it told as one.
        if (is_at or slip.spaces < 0) and _is_wrong_there(slip, moved, find_problems):
            continue
        after = sum(_counts(moved, names, find_problems, {}))
        if after < before and (least is None or after < least):
            best, least = (slip, moved), after
    return best


def _is_wrong_there(slip: _Slip, moved: Source, find_problems: FindProblems) -> bool:
    """Whether something is wrong with the lines where they are put, in any environment."""
    return any(
        problem.span.file == slip.span.file and problem.span.line in slip.lines
        for name in (None, *moved.environments)
        for problem in find_problems(moved, name)
    )


def _counts(
    source: Source,
    names: Sequence[str | None],
    find_problems: FindProblems,
    known: dict[str | None, int],
) -> Iterator[int]:
    """How much is wrong in each environment; one that is not there counts as the spec itself.

    ``known`` are those that have been counted.
    """
    there: Mapping[str | None, str] = {name: name for name in source.environments}
    for name in map(there.get, names):
        if name not in known:
            known[name] = len(find_problems(source, name))
        yield known[name]


def _slips(source: Source) -> Iterator[_Slip]:
    """Of the keys with nothing behind them, those with lines below that are no deeper."""
    for name, environment in pairs(section(source.root, "environments")):
        for key in _empty_keys(name, environment):
            place = node_span(key)
            lines = split_lines(source.folder.texts[place.file])
            yield from _moves(name.value, place, lines)


def _slips_at(source: Source, environment: str, wrong: Sequence[Span]) -> Iterator[_Slip]:
    """Lines of an environment that may belong to anything that is open above them."""
    listed = section(source.root, "environments")
    if listed is None:
        return
    begin, end = node_span(listed), listed.end_mark
    for span in dict.fromkeys(wrong):
        is_inside = span.file == begin.file and begin.line <= span.line <= (end.line if end else 0)
        lines = split_lines(source.folder.texts[span.file]) if is_inside else []
        blocks = _blocks_below(lines, span.line - 1) if lines else []
        key, colon, _ = lines[span.line - 1].strip().partition(":") if lines else ("", "", "")
        if not colon or count_spaces(lines[span.line - 1]) != span.col - 1:
            continue
        for wanted in _open_columns(lines, span.line):
            ends = dict.fromkeys((span.line + 1, *(block.stop for block in blocks[:2])))
            for stop in ends:
                moved = range(span.line, stop)
                text = _shifted(lines, moved, wanted - span.col + 1)
                if text is not None:
                    place = Span(span.file, span.line, span.col, len(key))
                    spaces = wanted - span.col + 1
                    yield _Slip(place, moved, spaces, wanted, key, environment, text)


def _open_columns(lines: Sequence[str], number: int) -> Iterator[int]:
    """Where the keys begin that are open above a line, and its own column does not."""
    own = count_spaces(lines[number - 1])
    least = None
    for line in lines[number - 2 :: -1] if number > 1 else ():
        column = count_spaces(line)
        if not is_content(line):
            continue
        if column == 0:
            return
        if least is None or column < least:
            least = column
            if column != own:
                yield column


def _shifted(lines: Sequence[str], moved: range, by: int) -> str | None:
    """The text with some lines moved; None where one of them cannot go as far to the left."""
    if any(count_spaces(lines[at - 1]) + by < 0 for at in moved if lines[at - 1].strip()):
        return None
    return "\n".join(
        (" " * by + line if by > 0 else line[-by:]) if number in moved and line.strip() else line
        for number, line in enumerate(lines, start=1)
    )


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
    column = count_spaces(line)
    wanted = empty.col - 1 + _STEP
    key, colon, _ = line.strip().partition(":")
    # At the beginning of a line stands a section: it is for others to say where that belongs.
    if not colon or not 0 < column < wanted:
        return
    yield from _move_of_header(environment, empty, column - _STEP, lines)
    span = Span(empty.file, first, column + 1, len(key))
    # A key that is in its place, behind those that have slipped, is taken for one below them.
    inner = (at for at in blocks[0] if at > first and count_spaces(lines[at - 1]) == wanted)
    stops = (first + 1, *(block.stop for block in blocks[:_MOST_BLOCKS]))
    ends = dict.fromkeys((*stops, *islice(inner, _MOST_BLOCKS)))
    for end in ends:
        moved = range(first, end)
        text = _shifted(lines, moved, wanted - column)
        if text is not None:
            yield _Slip(span, moved, wanted - column, wanted, key, environment, text)


def _move_of_header(
    environment: str, empty: Span, wanted: int, lines: Sequence[str]
) -> Iterator[_Slip]:
    """To where the lines below it are its own; at the beginning of a line, it would be a section,
    which is for others to say."""
    found = empty.col - 1
    line = lines[empty.line - 1]
    if 0 < wanted < found and line[:found].strip() == "":
        text = "\n".join([*lines[: empty.line - 1], line[found - wanted :], *lines[empty.line :]])
        key = line.strip().partition(":")[0]
        at = range(empty.line, empty.line + 1)
        yield _Slip(empty, at, wanted - found, wanted, key, environment, text)


def _blocks_below(lines: Sequence[str], above: int) -> list[range]:
    """The keys behind a line that stand in one column, each with the lines that belong to it."""
    content = [
        (number, count_spaces(line))
        for number, line in enumerate(lines[above:], start=above + 1)
        if is_content(line)
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
