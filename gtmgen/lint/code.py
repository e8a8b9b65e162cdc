"""Calls of one object's methods in Custom HTML, without running anything.

No parser of JavaScript: tokens are enough to tell code from comments and texts, and calls with
their arguments from what only looks like one. What cannot be told is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gtmgen.lint.code_tokens import (
    CodeToken,
    match_brackets,
    split_at_commas,
    split_tokens,
    unquote,
)

SCRIPT = re.compile(
    r"<!--.*?(?:-->|\Z)|<script\b([^<>]{0,2000})>(.*?)(?:</script\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_END = re.compile(r"</script\s*>\Z", re.IGNORECASE)
OTHER_LANGUAGE = re.compile(
    r"""\btype\s*=\s*["']?(?!text/javascript|application/javascript|text/gtmscript|module)[a-z]""",
    re.IGNORECASE,
)
# No event is sent with more; code that somebody made to be slow to read is.
_MOST_TOKENS, _MOST_LEVELS, _LONGEST_CHAIN = 1000, 8, 50
_CONDITIONAL = frozenset(("if", "for", "while", "switch", "catch"))


class Text(NamedTuple):
    """A text that the code spells out; GTM's references in it are as they stand."""

    value: str


class Code(NamedTuple):
    """Anything else, as its source."""

    source: str


class Mapped(NamedTuple):
    """An object literal; ``whole`` unless it has parts that have no name here."""

    items: Mapping[str, Value]
    whole: bool


Value = Text | Code | Mapped


class CodeCall(NamedTuple):
    """``object.method(arguments)``; ``on`` are the calls in front of it, in a chain."""

    method: str
    arguments: tuple[Value, ...]
    on: tuple[CodeCall, ...] = ()


def scripts(html: str) -> list[str]:
    """The code of the script elements that run; the whole text where there is no element."""
    if "<" not in html:
        return [html]
    codes = []
    for match in SCRIPT.finditer(html):
        attributes, code = match.group(1), match.group(2)
        if code and not OTHER_LANGUAGE.search(attributes or ""):
            codes.append(code)
    return codes


def calls(code: str, name: str) -> list[CodeCall]:
    """The calls of methods of the object with this name, in their order."""
    tokens = split_tokens(code)
    ends = match_brackets(tokens)
    matching: list[CodeCall] = []
    inside: list[int] = []  # the ends of the calls that a place is in
    for index, token in enumerate(tokens):
        if token.kind == "name" and token.text == name and _is_object(tokens, index):
            inside = [end for end in inside if end > index]
            if len(inside) < _MOST_LEVELS:
                chain, end = read_chain(code, tokens, ends, index + 1)
                matching.extend(chain)
                inside.append(end)
    return matching


def arguments_of(
    code: str, function: str, *, only_at_once: bool = False
) -> Iterator[tuple[Value, ...]]:
    """The arguments of each call of the global function with this name, or of ``object.method``.

    With ``only_at_once``, calls in functions that something else may call later are left out, and
    those that may not be made.
    """
    tokens = split_tokens(code)
    called = [*function.replace(".", " . ").split(), "("]
    ends: Mapping[int, int] | None = None
    left_out: frozenset[int] = frozenset()
    for index in range(len(tokens) - len(called) + 1):
        if tokens[index].text != called[0] or tokens[index].kind != "name":
            continue
        is_called = [one.text for one in tokens[index : index + len(called)]] == called
        if is_called and _is_object(tokens, index):
            if ends is None:
                ends = match_brackets(tokens)
                left_out = _find_uncertain(tokens, ends, called[0]) if only_at_once else left_out
            first = index + len(called)
            end = ends.get(first - 1)
            if end is not None and end - first <= _MOST_TOKENS and index not in left_out:
                inner = tokens[first:end]
                yield tuple(_read_value(code, part) for part in split_at_commas(inner) if part)


def _find_uncertain(
    tokens: Sequence[CodeToken], ends: Mapping[int, int], name: str
) -> frozenset[int]:
    """The tokens that run later, or not each time. Whether there is something with the ``name`` at
    all, which many look for before they call it, is no condition."""
    return _find_called_later(tokens, ends) | frozenset(_find_conditional(tokens, ends, name))


def _find_conditional(
    tokens: Sequence[CodeToken], ends: Mapping[int, int], name: str
) -> Iterator[int]:
    """The tokens of what stands behind a condition, to the end of its block or statement."""
    known = 0  # where what is left out ends
    is_looked_for = False  # in this statement, so far
    for index, token in enumerate(tokens):
        if token.text in (";", "{", "}"):
            is_looked_for = False
        is_looked_for |= token.text == name
        if index < known:
            continue
        start = index + 1
        if token.kind == "name" and token.text in _CONDITIONAL:
            end = ends.get(start)
            if end is None or any(one.text == name for one in tokens[start:end]):
                continue
            start = end + 1
        elif token.text == "else" or (token.text in ("?", "&", "|") and not is_looked_for):
            if token.text in ("&", "|") and tokens[index - 1].text != token.text:
                continue
        else:
            continue
        known = _find_end_of_statement(tokens, ends, start)
        yield from range(start, known)


def _find_end_of_statement(tokens: Sequence[CodeToken], ends: Mapping[int, int], index: int) -> int:
    """Where a block ends, or what stands in none: at its semicolon, or where something closes."""
    if index < len(tokens) and tokens[index].text == "{":
        return ends.get(index, len(tokens))
    while index < len(tokens) and tokens[index].text not in (";", "}", ")", "]"):
        index = ends.get(index, index) + 1
    return index


def _find_called_later(tokens: Sequence[CodeToken], ends: Mapping[int, int]) -> frozenset[int]:
    """The tokens in the bodies of functions that are not called where they stand."""
    indices: set[int] = set()
    brackets = {end: start for start, end in ends.items()}
    for start, end in sorted(ends.items()):
        if start in indices or tokens[start].text != "{" or not _is_body(tokens, brackets, start):
            continue
        behind = "".join(token.text for token in tokens[end + 1 : end + 3])
        if not behind.startswith(("(", ")(", ").", ".call", ".apply")):
            indices.update(range(start, end))
    return frozenset(indices)


def _is_body(tokens: Sequence[CodeToken], brackets: Mapping[int, int], start: int) -> bool:
    """Whether a brace stands behind ``function name(...)`` or ``=>``; ``brackets`` are those that
    open, by those that close."""
    before = [token.text for token in tokens[max(0, start - 2) : start]]
    if before == ["=", ">"]:
        return True
    opening = brackets.get(start - 1, 0)
    return "function" in (token.text for token in tokens[max(0, opening - 2) : opening])


def is_whole(html: str) -> bool:
    """Whether it has scripts, and the last one ends: what stands in none is text on the page."""
    found = [match for match in SCRIPT.finditer(html) if match.group(2) is not None]
    return bool(found) and _END.search(found[-1].group()) is not None


def _is_object(tokens: Sequence[CodeToken], index: int) -> bool:
    """Whether a name is the object's own, and not a member of another one."""
    if index == 0 or tokens[index - 1].text != ".":
        return True
    return index >= 2 and tokens[index - 2].text in ("window", "self", "top", "parent")


def read_chain(
    code: str, tokens: Sequence[CodeToken], ends: Mapping[int, int], index: int
) -> tuple[list[CodeCall], int]:
    """``.a(...).b(...)`` from the first dot on, and where it ends.

    The calls before one in a chain are its ``on``.
    """
    chain: list[CodeCall] = []
    while index + 2 < len(tokens) and len(chain) < _LONGEST_CHAIN:
        dot, method, bracket = tokens[index : index + 3]
        end = ends.get(index + 2)
        if dot.text != "." or method.kind != "name" or bracket.text != "(" or end is None:
            break
        arguments: tuple[Value, ...] = (Code("..."),)
        if end - index - 3 <= _MOST_TOKENS:
            inner = tokens[index + 3 : end]
            arguments = tuple(_read_value(code, part) for part in split_at_commas(inner) if part)
        chain.append(CodeCall(method.text, arguments, tuple(chain)))
        index = end + 1
    return chain, index


def _read_value(code: str, tokens: Sequence[CodeToken], depth: int = 0) -> Value:
    first = tokens[0]
    if len(tokens) == 1 and first.kind == "text" and not _is_computed(first.text):
        return Text(unquote(first.text))
    if (
        first.text == "{"
        and depth < _MOST_LEVELS
        and match_brackets(tokens).get(0) == len(tokens) - 1
    ):
        return _read_mapped(code, tokens[1:-1], depth + 1)
    return Code(code[first.start : tokens[-1].end].strip())


def _read_mapped(code: str, tokens: Sequence[CodeToken], depth: int) -> Mapped:
    items: dict[str, Value] = {}
    whole = True
    for part in split_at_commas(tokens):
        if len(part) >= 3 and part[1].text == ":" and part[0].kind in ("name", "text", "number"):
            key = part[0].text
            items[unquote(key) if part[0].kind == "text" else key] = _read_value(
                code, part[2:], depth
            )
        elif len(part) == 1 and part[0].kind == "name":
            items[part[0].text] = Code(part[0].text)
        elif part:
            whole = False
    return Mapped(items, whole)


def _is_computed(text: str) -> bool:
    return text.startswith("`") and "${" in text
