"""Lines that are indented otherwise than what they belong to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gtmgen.source.repair.lines import (
    AROUND,
    KEY,
    MOST_LINES,
    Repair,
    columns_of,
    count_spaces,
    is_content,
    is_item,
    lines_around,
    nearest_lines,
)
from gtmgen.text import plural


def indent_otherwise(lines: Sequence[str], number: int, before: Sequence[int]) -> Iterator[Repair]:
    """Lines around the error in the columns of their neighbours."""
    near = {column for line in lines_around(lines, number) for column in columns_of(line)}
    outer = {count_spaces(lines[at - 1]) for at in _last_before_outdent(lines, before)}
    columns = sorted({*near, *outer, *(column + 2 for column in near)})
    told = set()
    candidates = (
        *before[:3],
        *_last_before_outdent(lines, before),
        *_items(lines, before),
        *_empty_headers(lines, before),
    )
    for at in candidates:
        spaces = count_spaces(lines[at - 1])
        for column in columns:
            if column != spaces and (at, column) not in told:
                told.add((at, column))
                yield _moved(lines, at, column)


def _last_before_outdent(lines: Sequence[str], before: Sequence[int]) -> Iterator[int]:
    """The nearest lines above that begin further to the left than all between: they open what
    the line of the error does not fit into."""
    least = count_spaces(lines[before[0] - 1]) + 1000 if before else 0
    for at in before[1:]:
        spaces = count_spaces(lines[at - 1])
        if spaces < least:
            least = spaces
            yield at
        if not spaces:
            return


def _items(lines: Sequence[str], before: Sequence[int]) -> Iterable[int]:
    return [at for at in before if is_item(lines[at - 1])][:2]


def _empty_headers(lines: Sequence[str], before: Sequence[int]) -> list[int]:
    """The nearest keys without a value that nothing deeper follows."""
    return [
        at
        for at in before[1:MOST_LINES]
        if lines[at - 1].rstrip().endswith(":")
        and all(
            count_spaces(line) <= count_spaces(lines[at - 1])
            for line in nearest_lines(lines, at, 1)
        )
    ][:2]


def _moved(lines: Sequence[str], at: int, column: int) -> Repair:
    line = lines[at - 1]
    spaces = count_spaces(line)
    shift = column - spaces
    entry = line.strip()
    key = re.match(r"(?:- +)*" + KEY + ":", entry)
    what = f"`{key.group(1)}`" if key else "this line"
    message = f"{what} is indented by {plural(spaces, 'space')} instead of {column}"
    move = (
        f"put {plural(shift, 'more space')}" if shift > 0 else f"remove {plural(-shift, 'space')}"
    )
    hint = f"{move} at the beginning of line {at}"
    return Repair(at, " " * column + line.lstrip(" "), "indentation", spaces + 1, message, hint)


def measure_strangeness(lines: Sequence[str], number: int, repair: Repair) -> tuple[int, ...]:
    """How odd the text looks after a repair: lines that are indented otherwise than most, then how
    far the line has moved."""
    start = repair.line - 1
    while start and count_spaces(lines[start]):
        start -= 1
    usual = _usual_steps(lines)
    changed = [*lines[start : repair.line - 1], repair.text, *lines[repair.line :][:AROUND]]
    odd = sum(step != usual.get(listed, step) for listed, step in _steps(changed))
    column = count_spaces(repair.text)
    around = [*nearest_lines(lines, repair.line, -1), *nearest_lines(lines, repair.line, 1)]
    agrees = sum(column in columns_of(line) for line in around)
    is_section = repair.column == 1 and repair.text.endswith(":")
    is_last = repair.line == number and column < repair.column - 1
    key = _key_at(repair.text)
    is_known = key is not None and any(_key_at(line) == key for line in lines)
    distance = abs(column - repair.column + 1)
    # One space too many or too few is the commonest slip, whatever stands around it.
    return odd, is_section, not is_known, distance > 1, -agrees, distance, is_last, -repair.line


def _key_at(line: str) -> str | None:
    """The line up to its first colon: a key with its indentation, and with the dash before it."""
    key, colon, _ = line.partition(":")
    return key if colon else None


def _usual_steps(lines: Sequence[str]) -> dict[bool, int]:
    """By how much keys, and by how much items, are indented in most places."""
    counted = Counter(_steps(lines))
    return {
        listed: max((count, step) for (kind, step), count in counted.items() if kind is listed)[1]
        for listed in {kind for kind, _ in counted}
    }


def _steps(lines: Sequence[str]) -> Iterator[tuple[bool, int]]:
    """For each line that is deeper than one above: whether it is an item, and by how much."""
    above: list[tuple[int, bool]] = []
    for line in filter(is_content, lines):
        listed = is_item(line)
        column = count_spaces(line)
        # An item may stand in the column of the key that it belongs to.
        while above and (
            above[-1][0] > column or (above[-1][0] == column and not (listed and not above[-1][1]))
        ):
            above.pop()
        if above:
            yield listed, column - above[-1][0]
        above.append((column, listed))
        if listed:
            above.append((columns_of(line)[-1], False))
