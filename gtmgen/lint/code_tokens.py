"""JavaScript as tokens: enough to tell code from comments and texts, and where a bracket closes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

# A backslash outside of a text takes a character with it as inside: that a quote is not closed is
# seen once a line, and not again at each quote that is escaped.
_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|<!--[^\n]*)
  | (?P<text>"(?:\\.|[^"\\\n])*+"|'(?:\\.|[^'\\\n])*+'|`(?:\\.|[^`\\])*+`)
  | (?P<reference>\{\{[^{}\n]+\}\})
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<number>[0-9][\w.]*)
  | (?P<other>\\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Possessive and looked for in a piece only: hostile code has a slash at every second place.
_REGEX = re.compile(r"/(?:[^/\\\[\n]++|\\.|\[[^\]\\\n]*+(?:\\.[^\]\\\n]*+)*+\])++/[a-z]*")
_LONGEST_REGEX = 200
# What a regular expression, not a division, can stand behind.
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_REGEX = frozenset(("return", "typeof", "case", "in", "of", "void"))
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|\n|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_PAIRS.values())

BEFORE_FUNCTION = ("!", "+", "-", "~", "void")
"""What makes a function behind it an expression, which can be called at once."""


class CodeToken(NamedTuple):
    """One token; ``kind`` is text, reference, name, number or other."""

    kind: str
    text: str
    start: int
    end: int


def list_texts(code: str) -> list[str]:
    """All texts that the code spells out."""
    return [unquote(token.text) for token in split_tokens(code) if token.kind == "text"]


@lru_cache(maxsize=16)
def split_tokens(code: str) -> Sequence[CodeToken]:
    """The tokens without blanks and comments; each platform looks for its own in them."""
    return tuple(_read_tokens(code))


def _read_tokens(code: str) -> Iterator[CodeToken]:
    start, before = 0, ""
    while start < len(code):
        match = None
        if code[start] == "/" and _is_regex_allowed(before):
            match = _REGEX.match(code, start, start + _LONGEST_REGEX)
        if match is None or code.startswith(("//", "/*"), start):
            match = _TOKEN.match(code, start)
            assert match is not None  # the last alternative takes any character
            kind = str(match.lastgroup)
        else:
            kind = "other"
        start = match.end()
        if kind != "blank":
            before = match.group()
            yield CodeToken(kind, before, match.start(), start)


def _is_regex_allowed(before: str) -> bool:
    return not before or before in _BEFORE_REGEX or before in _WORDS_BEFORE_REGEX


def match_brackets(tokens: Sequence[CodeToken]) -> dict[int, int]:
    """Opening bracket -> the one that closes it."""
    open_: list[int] = []
    ends = {}
    for index, token in enumerate(tokens):
        if token.kind != "other":
            continue
        if token.text in _PAIRS:
            open_.append(index)
        elif token.text in _CLOSING:
            if open_ and _PAIRS[tokens[open_[-1]].text] == token.text:
                ends[open_.pop()] = index
            else:
                open_.clear()
    return ends


def split_at_commas(tokens: Sequence[CodeToken]) -> list[list[CodeToken]]:
    """At the commas that are in no bracket."""
    parts: list[list[CodeToken]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "other" and token.text in _PAIRS:
            depth += 1
        elif token.kind == "other" and token.text in _CLOSING:
            depth -= 1
        if token.text == "," and token.kind == "other" and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def unquote(text: str) -> str:
    """What a text says that the code spells out, quotes and escapes undone."""
    unescaped = _ESCAPE.sub(_unescape, text[1:-1])
    # Escapes are halves of a character in JavaScript; a half that is alone is none.
    return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)
