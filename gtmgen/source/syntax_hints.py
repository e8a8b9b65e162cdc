"""Hints for texts that are not YAML: what was probably meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from gtmgen.diagnostics import Span
from gtmgen.text import plural

_COMPARISON = re.compile(r"(>=?)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_OPERATORS = {">": "gt", ">=": "gte"}  # YAML takes `<` for text
_KEY = re.compile(r"((?: |- )*)([A-Za-z_][\w.-]*)")
_DASH = re.compile(r" *- ")
_NO_BLANK_ITEM = re.compile(r" *-[^\s-]")
_ITEM = re.compile(r"( *)(- +)([A-Za-z_][\w.-]*)")
_KEY_WITHOUT_COLON = re.compile(r" *(?:- )?([A-Za-z_][\w.-]*)(?: *[=;] *| +)[\[{]")
_OPEN_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*(?![\w}])")
_VARIABLE = re.compile(r"\$\{[^{}\s]*\}")

_ALIAS_SIGN = re.compile(r"(?:^|[\s\[{,])([*&])[^\s\[\]{},]*$")
_BLOCK_SIGN = re.compile(r"[:-] ([|>])\s*$")
# Possessive: a line may have 100,000 quotes.
_APOSTROPHE = re.compile(r"(?:[:\[{,-] )'([^'\"]++'[a-z]{1,2}\b[^'\"]*+)'")

IS_SURE = re.compile(
    "YAML allows no tab|a comparison|put quotes around a va|a variable|a file holds|an alias|"
    "an item of a list|a quote ends at"
)
"""Hints that name the mistake itself; with others, libyaml may have stumbled over what follows."""


class _Column(NamedTuple):
    """How far the keys of a mapping are indented, and the last of them."""

    spaces: int
    key: str
    line: int


def _indentation_hint(lines: list[str], number: int, indent: int) -> str:
    """For a key that no mapping has in its column: the nearest columns that one has."""
    shallower, deeper = _columns_around(lines[: number - 1], indent)
    choices = [
        f"by {plural(column, 'space')}, as `{key}` in line {line}"
        for column, key, line in (deeper, shallower)
        if line and column != indent
    ]
    begin = (
        "keys of one mapping begin in the same column: this one is indented by "
        f"{plural(indent, 'space')}"
    )
    return f"{begin}; indent it {', or '.join(choices)}" if choices else begin


def _columns_around(lines: list[str], indent: int) -> tuple[_Column, _Column]:
    """Of the mappings that are open below the lines, those whose keys begin next to a column."""
    deeper = none = _Column(-1, "", 0)
    for number in range(len(lines), 0, -1):
        match = _KEY.match(lines[number - 1])
        if match is None:
            continue
        column = _Column(len(match.group(1)), match.group(2), number)
        if column.spaces <= indent:
            return column, deeper
        if not deeper.line or column.spaces < deeper.spaces:
            deeper = column
    return none, deeper


def _item_hint(lines: list[str], span: Span) -> str | None:
    """For a key in the column of a list's dashes, or between those and the items' keys."""
    dash = _DASH.match(lines[span.line - 1])
    for number in range(span.line - 1, 0, -1):
        item = _ITEM.match(lines[number - 1])
        if item is not None and dash is not None:
            column = len(item.group(1))
            return (
                "items of one list begin in the same column: this one is indented by "
                f"{plural(span.col - 1, 'space')}; indent it by {plural(column, 'space')}, as "
                f"the one in line {number}"
            )
        if item is not None and len(item.group(1)) <= span.col - 1:
            column = len(item.group(1)) + len(item.group(2))
            return (
                f"to belong to the list's item in line {number}, it must begin with "
                f"{plural(column, 'space')}, as `{item.group(3)}` does; a new item begins with `- `"
            )
    return None


def _colon_hint(line: str) -> str | None:
    """For `send [tiktok]`: the key before a bracket has no colon."""
    key = _KEY_WITHOUT_COLON.match(line)
    return f"a key ends with a colon: `{key.group(1)}:`" if key else None


def syntax_hint(message: str, lines: list[str], span: Span) -> str | None:
    """What to write instead, for the commonest slips behind an error of libyaml; else None."""
    line = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    if "\t" in line[: span.col]:
        return "YAML allows no tab in indentation; use spaces"
    if "cannot start any token" in message:
        comparison = _COMPARISON.match(line, span.col - 1)
        if comparison is not None:
            operator = _OPERATORS[comparison.group(1)]
            return f"a comparison is written `{{{operator}: {comparison.group(2)}}}`"
        return f"put quotes around a value that begins with `{line[span.col - 1 : span.col]}`"
    if "did not find expected alphabetic or numeric character" in message:
        sign = _ALIAS_SIGN.search(line[: span.col - 1])
        if sign is not None:
            return f"put quotes around a value that begins with `{sign.group(1)}`"
    if "did not find expected comment or line break" in message:
        block = _BLOCK_SIGN.search(line[: span.col - 1])
        if block is not None:
            return f"put quotes around a value that begins with `{block.group(1)}`"
    if "did not find expected key" in message or "expected ',' or" in message:
        apostrophe = _APOSTROPHE.search(line)
        if apostrophe is not None:
            text = f'"{apostrophe.group(1)}"'
            return f"a quote ends at the next `'`; put the text in double quotes: `{text}`"
    if "mapping values are not allowed" in message:
        own_key = _KEY.fullmatch(line[: span.col - 1])
        if own_key is not None:
            return _indentation_hint(lines, span.line, len(own_key.group(1)))
        if _NO_BLANK_ITEM.match(line):
            return "an item of a list begins with a `-` and a space"
        return _colon_hint(line) or "put quotes around a value that contains `: `"
    if "block sequence entries are not allowed" in message:
        return "write a list in brackets, `[a, b]`, or each item on a line of its own"
    if "could not find expected ':'" in message:
        return _colon_hint(line) or _colon_hint(lines[span.line - 2] if span.line > 1 else "")
    if "expected ',' or" in message and (variable := _VARIABLE.match(line, max(span.col - 2, 0))):
        return f'put quotes around a variable inside braces: `"{variable.group()}"`'
    if "expected ',' or" in message and (start := _OPEN_VARIABLE.match(line, max(span.col - 2, 0))):
        return f'a variable ends with a brace: `"{start.group()}}}"`'
    if "did not find expected key" in message:
        if _DASH.match(line):
            return _item_hint(lines, span)
        own_key = _KEY.match(line)
        if own_key is not None and len(own_key.group(1)) == span.col - 1:
            return _indentation_hint(lines, span.line, span.col - 1)
    if "did not find expected '-' indicator" in message:
        return _item_hint(lines, span)
    if "more than one document" in message:
        return "a file holds one document; remove the `---` between them"
    if "found undefined alias" in message:
        return "an alias `*name` needs an anchor `&name` before it"
    return None
