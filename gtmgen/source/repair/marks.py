"""A colon, a space behind it, a dash, a bracket or a quote that is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gtmgen.source.repair.lines import (
    ENTRY,
    KEY,
    MOST_LINES,
    Repair,
    count_spaces,
    is_content,
    is_item,
    lines_around,
    nearest_lines,
)
from gtmgen.text import clip, plural

_NO_BLANK = re.compile(KEY + r":(?! )(\S.*)")
_NO_COLON = re.compile(KEY + r"(?: *[=;] *| +)(\S.*)")
_KEY_ALONE = re.compile(KEY + r" *[=;]?")
_COMMENT = re.compile(r"(?<!\s)\s+#.*")  # from a first blank only: a line may have 100,000
_END = re.compile(r"(?<!\s)(?=\s+#|\s*$)")
_COMMA = re.compile(r"[\]}\"'](,)\s*(?:#.*)?$")
_CLOSERS = {"{": "}", "[": "]"}


# -- colons and dashes -----------------------------------------------------------------


def add_colons(lines: Sequence[str], at: int) -> Iterator[Repair]:
    match = ENTRY.fullmatch(lines[at - 1])
    if match is None:
        return
    before, entry = match.group(1) + match.group(2), match.group(3)
    column = len(before) + 1
    no_blank, no_colon = _NO_BLANK.fullmatch(entry), _NO_COLON.fullmatch(entry)
    alone = _KEY_ALONE.fullmatch(_COMMENT.sub("", entry))
    if no_blank is not None:
        key, rest = no_blank.groups()
        message = f"a space is missing after the colon of `{key}`"
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


def remove_commas(lines: Sequence[str], at: int) -> Iterator[Repair]:
    """The comma behind a value in brackets or quotes, as JSON has it."""
    line = lines[at - 1]
    match = _COMMA.search(line)
    if match is not None:
        text = line[: match.start(1)] + line[match.end(1) :]
        message = "a line does not end with a comma outside of brackets"
        hint = f"remove the `,` at the end of line {at}"
        yield Repair(at, text, "yaml-syntax", match.start(1) + 1, message, hint)


def add_dashes(lines: Sequence[str], at: int) -> Iterator[Repair]:
    line = lines[at - 1]
    content = line.lstrip(" ")
    spaces = len(line) - len(content)
    if content.startswith("-") and not content.startswith(("- ", "---")) and content != "-":
        text = f"{' ' * spaces}- {content[1:]}"
        message = "a space is missing after the `-` of a list item"
        hint = f"write `{clip(text.strip())}`"
        yield Repair(at, text, "yaml-syntax", spaces + 1, message, hint)
    elif not content.startswith("-") and _may_be_item(lines, at):
        columns = dict.fromkeys(
            (spaces, *(count_spaces(one) for one in lines_around(lines, at) if is_item(one)))
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
    match = re.match(r" *" + KEY + r":(?: +(\S)|$)", line)
    if match is None:
        return True
    column = count_spaces(line)
    follows = any(
        count_spaces(one) == (column if is_item(one) else column + 2)
        for one in nearest_lines(lines, at, 1)
    )
    if match.group(2) is None or not follows:
        return False
    above, below = lines[: at - 1][::-1], lines[at:]
    if any(_is_item_of_block(block, column) for block in (above, below)):
        return True
    header = next((one for one in above if is_content(one) and count_spaces(one) < column), "")
    return any(
        one.strip() == header.strip() and is_item(next(filter(is_content, lines[number:]), ""))
        for number, one in enumerate(lines, start=1)
        if header
    )


def _is_item_of_block(block: Sequence[str], column: int) -> bool:
    """Whether an item comes in a column before the block of that column ends."""
    for line in filter(is_content, block):
        if count_spaces(line) < column:
            return False
        if count_spaces(line) == column and is_item(line):
            return True
    return False


def _below(column: int) -> str:
    return f"with {plural(column, 'space')} before it"


# -- brackets and quotes ---------------------------------------------------------------


def close_open(lines: Sequence[str], opened: int) -> Iterator[Repair]:
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
        text = _END.sub(closers, line, count=1)
        message = f"`{line[stack[-1]]}` is not closed"
        hint = f"put `{closers}` at the end of the line"
        yield Repair(opened, text, "yaml-syntax", stack[-1] + 1, message, hint)


def open_lines(lines: Sequence[str], before: Sequence[int]) -> list[int]:
    """The nearest lines above that leave a quote or a bracket open."""
    return [at for at in before[:MOST_LINES] if _left_open(lines[at - 1]) != (None, [])][:2]


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
