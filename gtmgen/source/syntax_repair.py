"""The one line behind a syntax error, found by trying: the smallest change after which the text can
be read is what was meant. libyaml names the place where it could not go on, often a line later."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import yaml

from gtmgen.text import clip, plural

Parse = Callable[[str], yaml.Node | None]

_MOST_TRIALS = 60
_MOST_CHARACTERS = 3_000_000
"""What all trials may read: a syntax error in a large file is told as libyaml tells it."""
_AROUND = 5
_MOST_LINES = 40
_ENTRY = re.compile(r"( *)((?:- +)*)(.*)")
_KEY = r"([A-Za-z_][\w.-]*)"
_NO_BLANK = re.compile(_KEY + r":(?! )(\S.*)")
_NO_COLON = re.compile(_KEY + r"(?: *= *| +)(\S.*)")
_KEY_ALONE = re.compile(_KEY + r" *=?")
_COMMENT = re.compile(r"\s+#.*")
_CLOSERS = {"{": "}", "[": "]"}


class Repair(NamedTuple):
    """One line written otherwise, and what to say about it; line and column count from 1."""

    line: int
    text: str
    rule: str
    column: int
    message: str
    hint: str


def find_repair(
    lines: Sequence[str], number: int, opened: int | None, parse: Parse
) -> Repair | None:
    """The change of one line that makes the text readable; None where there is none, or several.

    ``number`` is the line of the error, and ``opened`` that of a bracket or quote that is not
    closed. ``parse`` raises :class:`yaml.YAMLError` for what it cannot read.
    """
    trials = _Trials(lines, parse)
    before = _lines_above(lines, number)
    near = before[:3]
    groups = (
        _closings(lines, opened) if opened else (),
        (repair for at in _open_lines(lines, before) for repair in _closings(lines, at)),
        (repair for at in near for repair in _colons(lines, at)),
        (repair for at in near for repair in _dashes(lines, at)),
    )
    for repairs in groups:
        for repair in repairs:
            if trials.measure(repair) is not None:
                return repair
    measured = [
        (measure, repair)
        for repair in _indentations(lines, number, before)
        if (measure := trials.measure(repair)) is not None
    ]
    return (
        min(measured, key=lambda one: (one[0], _strangeness(lines, number, one[1])))[1]
        if measured
        else None
    )


def find_outdent(
    lines: Sequence[str], number: int, parse: Parse, *, only_items: bool
) -> Repair | None:
    """The one line that is to be moved so that the key in a line is no longer set twice, and no key
    is left without a value; of a list's items alone with ``only_items``."""
    trials = _Trials(lines, parse)
    before = _lines_above(lines, number)
    sound = [
        one
        for one in _indentations(lines, number, before)
        if (_is_item(one.text) or not only_items) and trials.measure(one) == 0
    ]
    return min(sound, key=lambda one: _strangeness(lines, number, one)) if sound else None


class _Trials:
    def __init__(self, lines: Sequence[str], parse: Parse) -> None:
        self._lines, self._parse = lines, parse
        size = sum(map(len, lines)) + len(lines)
        self._left = min(_MOST_TRIALS, _MOST_CHARACTERS // max(size, 1))

    def measure(self, repair: Repair) -> int | None:
        """How many keys have no value after a repair; None where the text cannot be read then, or
        a key is set twice."""
        if self._left <= 0:
            return None
        self._left -= 1
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


def _lines_above(lines: Sequence[str], number: int) -> list[int]:
    """The lines with something on them, from the one of the error upwards."""
    return [at for at in range(min(number, len(lines)), 0, -1) if _is_content(lines[at - 1])]


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


# -- colons and dashes -----------------------------------------------------------------


def _colons(lines: Sequence[str], at: int) -> Iterator[Repair]:
    match = _ENTRY.fullmatch(lines[at - 1])
    if match is None:
        return
    before, entry = match.group(1) + match.group(2), match.group(3)
    column = len(before) + 1
    no_blank, no_colon = _NO_BLANK.fullmatch(entry), _NO_COLON.fullmatch(entry)
    alone = _KEY_ALONE.fullmatch(_COMMENT.sub("", entry))
    if no_blank is not None:
        key, rest = no_blank.groups()
        message = f"behind the colon of `{key}` a space is missing"
        yield _as_entry(at, before, key, rest, column, message)
    elif no_colon is not None and not no_colon.group(2).startswith((":", "#")):
        key, rest = no_colon.groups()
        yield _as_entry(at, before, key, rest, column, f"`{key}` has no colon")
    elif alone is not None:
        key = alone.group(1)
        text = f"{before}{key}:"
        yield Repair(at, text, "yaml-syntax", column, f"`{key}` has no colon", f"write `{key}:`")


def _as_entry(at: int, before: str, key: str, rest: str, column: int, message: str) -> Repair:
    hint = f"write `{clip(f'{key}: {rest}')}`"
    return Repair(at, f"{before}{key}: {rest}", "yaml-syntax", column, message, hint)


def _dashes(lines: Sequence[str], at: int) -> Iterator[Repair]:
    line = lines[at - 1]
    content = line.lstrip(" ")
    spaces = len(line) - len(content)
    if content.startswith("-") and not content.startswith(("- ", "---")) and content != "-":
        text = f"{' ' * spaces}- {content[1:]}"
        message = "behind the `-` of a list's item a space is missing"
        hint = f"write `{clip(text.strip())}`"
        yield Repair(at, text, "yaml-syntax", spaces + 1, message, hint)
    elif not content.startswith("-") and _may_be_item(lines, at):
        columns = dict.fromkeys(
            (spaces, *(_spaces(one) for one in _near(lines, at) if _is_item(one)))
        )
        for column in columns:
            text = f"{' ' * column}- {content}"
            message = "this item of the list has no `- `"
            hint = f"write `{clip(text.strip())}`, {_below(column)}"
            yield Repair(at, text, "yaml-syntax", spaces + 1, message, hint)


def _may_be_item(lines: Sequence[str], at: int) -> bool:
    """Whether it is no key of a mapping; or one with a value, between items or below a key that has
    a list elsewhere."""
    line = lines[at - 1]
    match = re.match(r" *" + _KEY + r":(?: +(\S)|$)", line)
    if match is None:
        return True
    column = _spaces(line)
    follows = any(
        _spaces(one) == (column if _is_item(one) else column + 2) for one in _nearest(lines, at, 1)
    )
    if match.group(2) is None or not follows:
        return False
    above, below = lines[: at - 1][::-1], lines[at:]
    if any(_is_item_of_block(block, column) for block in (above, below)):
        return True
    header = next((one for one in above if _is_content(one) and _spaces(one) < column), "")
    return any(
        one.strip() == header.strip() and _is_item(next(filter(_is_content, lines[number:]), ""))
        for number, one in enumerate(lines, start=1)
        if header
    )


def _is_item_of_block(block: Sequence[str], column: int) -> bool:
    """Whether an item comes in a column before the block of that column ends."""
    for line in filter(_is_content, block):
        if _spaces(line) < column:
            return False
        if _spaces(line) == column and _is_item(line):
            return True
    return False


def _below(column: int) -> str:
    return f"with {plural(column, 'space')} before it"


# -- brackets and quotes ---------------------------------------------------------------


def _closings(lines: Sequence[str], opened: int) -> Iterator[Repair]:
    line = lines[opened - 1]
    quote, stack = _left_open(line)
    if quote is not None:
        end = len(_COMMENT.sub("", line))
        for place in (*(one.start() for one in re.finditer(r"[,}\]]", line[quote + 1 :])), None):
            at = end if place is None else quote + 1 + place
            text = line[:at] + line[quote] + line[at:]
            hint = f"write `{clip(text[quote : at + 1])}`"
            message = "this quote is not closed"
            yield Repair(opened, text, "yaml-syntax", quote + 1, message, hint)
    elif stack:
        closers = "".join(_CLOSERS[line[at]] for at in reversed(stack))
        text = re.sub(r"(?=\s+#|\s*$)", closers, line, count=1)
        message = f"`{line[stack[-1]]}` is not closed"
        hint = f"put `{closers}` at the end of the line"
        yield Repair(opened, text, "yaml-syntax", stack[-1] + 1, message, hint)


def _open_lines(lines: Sequence[str], before: Sequence[int]) -> list[int]:
    """The nearest lines above that leave a quote or a bracket open."""
    return [at for at in before[:_MOST_LINES] if _left_open(lines[at - 1]) != (None, [])][:2]


def _left_open(line: str) -> tuple[int | None, list[int]]:
    """Where a quote begins that a line does not close, and where such brackets stand."""
    stack: list[int] = []
    quote = None
    at = 0
    while at < len(line):
        char = line[at]
        if quote is not None:
            if char == "\\" and line[quote] == '"':
                at += 1
            elif char == line[quote]:
                quote = None
        elif char in "\"'" and line[at - 1 : at] in ("", " ", "[", "{", ","):
            quote = at
        elif char == "#" and line[at - 1 : at] in ("", " "):
            break
        elif char in _CLOSERS:
            stack.append(at)
        elif char in "]}" and stack:
            stack.pop()
        at += 1
    return quote, stack


# -- indentation -----------------------------------------------------------------------


def _indentations(lines: Sequence[str], number: int, before: Sequence[int]) -> Iterator[Repair]:
    """Lines around the error in the columns of their neighbours."""
    near = {column for line in _near(lines, number) for column in _columns(line)}
    outer = {_spaces(lines[at - 1]) for at in _last_before_outdent(lines, before)}
    columns = sorted({*near, *outer, *(column + 2 for column in near)})
    told = set()
    candidates = (
        *before[:3],
        *_last_before_outdent(lines, before),
        *_items(lines, before),
        *_empty_headers(lines, before),
    )
    for at in candidates:
        spaces = _spaces(lines[at - 1])
        for column in columns:
            if column != spaces and (at, column) not in told:
                told.add((at, column))
                yield _moved(lines, at, column)


def _last_before_outdent(lines: Sequence[str], before: Sequence[int]) -> Iterator[int]:
    """The nearest lines above that begin further to the left than all between: they open what
    the line of the error does not fit into."""
    least = _spaces(lines[before[0] - 1]) + 1000 if before else 0
    for at in before[1:]:
        spaces = _spaces(lines[at - 1])
        if spaces < least:
            least = spaces
            yield at
        if not spaces:
            return


def _items(lines: Sequence[str], before: Sequence[int]) -> Iterable[int]:
    return [at for at in before if _is_item(lines[at - 1])][:2]


def _empty_headers(lines: Sequence[str], before: Sequence[int]) -> list[int]:
    """The nearest keys without a value that nothing deeper follows."""
    return [
        at
        for at in before[1:_MOST_LINES]
        if lines[at - 1].rstrip().endswith(":")
        and all(_spaces(line) <= _spaces(lines[at - 1]) for line in _nearest(lines, at, 1))
    ][:2]


def _moved(lines: Sequence[str], at: int, column: int) -> Repair:
    line = lines[at - 1]
    spaces = _spaces(line)
    shift = column - spaces
    entry = line.strip()
    key = re.match(r"(?:- +)*" + _KEY + ":", entry)
    what = f"`{key.group(1)}`" if key else "this line"
    message = f"{what} is indented by {plural(spaces, 'space')} instead of {column}"
    move = (
        f"put {plural(shift, 'more space')}" if shift > 0 else f"remove {plural(-shift, 'space')}"
    )
    hint = f"{move} at the beginning of line {at}"
    return Repair(at, " " * column + line.lstrip(" "), "indentation", spaces + 1, message, hint)


def _strangeness(lines: Sequence[str], number: int, repair: Repair) -> tuple[int, ...]:
    """How odd the text looks after a repair: lines that are indented otherwise than most, then how
    far the line has moved."""
    start = repair.line - 1
    while start and _spaces(lines[start]):
        start -= 1
    usual = _usual_steps(lines)
    changed = [*lines[start : repair.line - 1], repair.text, *lines[repair.line :][:_AROUND]]
    odd = sum(step != usual.get(is_item, step) for is_item, step in _steps(changed))
    column = _spaces(repair.text)
    around = [*_nearest(lines, repair.line, -1), *_nearest(lines, repair.line, 1)]
    agrees = sum(column in _columns(line) for line in around)
    is_section = repair.column == 1 and repair.text.endswith(":")
    is_last = repair.line == number and column < repair.column - 1
    same = (
        sum(_key_at(line) == _key_at(repair.text) for line in lines) if _key_at(repair.text) else 0
    )
    distance = abs(column - repair.column + 1)
    return odd, is_section, -min(same, 1), -agrees, distance, is_last, -repair.line


def _key_at(line: str) -> str | None:
    """The line up to its first colon: a key with its indentation, and with the dash before it."""
    key, colon, _ = line.partition(":")
    return key if colon else None


def _usual_steps(lines: Sequence[str]) -> dict[bool, int]:
    """By how much keys, and by how much items, are indented in most places."""
    counted = Counter(_steps(lines))
    return {
        is_item: max((count, step) for (kind, step), count in counted.items() if kind is is_item)[1]
        for is_item in {kind for kind, _ in counted}
    }


def _steps(lines: Sequence[str]) -> Iterator[tuple[bool, int]]:
    """For each line that is deeper than one above: whether it is an item, and by how much."""
    above: list[tuple[int, bool]] = []
    for line in filter(_is_content, lines):
        is_item = _is_item(line)
        column = _spaces(line)
        # An item may stand in the column of the key that it belongs to.
        while above and (
            above[-1][0] > column or (above[-1][0] == column and not (is_item and not above[-1][1]))
        ):
            above.pop()
        if above:
            yield is_item, column - above[-1][0]
        above.append((column, is_item))
        if is_item:
            above.append((_columns(line)[-1], False))


def _nearest(lines: Sequence[str], at: int, step: int) -> Iterator[str]:
    at += step
    while 0 < at <= len(lines):
        if _is_content(lines[at - 1]):
            yield lines[at - 1]
            return
        at += step


def _near(lines: Sequence[str], at: int) -> list[str]:
    """The lines with something on them around one, its own among them."""
    above = [line for line in reversed(lines[:at]) if _is_content(line)][: _AROUND + 1]
    return above + [line for line in lines[at:] if _is_content(line)][:_AROUND]


def _columns(line: str) -> tuple[int, ...]:
    """Where the line begins, and where its first key does if it is a list's item."""
    match = _ENTRY.fullmatch(line)
    if match is None or not match.group(2):
        return (_spaces(line),)
    return _spaces(line), len(match.group(1) + match.group(2))


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_item(line: str) -> bool:
    return line.lstrip(" ").startswith("- ")
