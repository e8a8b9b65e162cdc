"""Calls of one object's methods in Custom HTML, without running anything.

No parser of JavaScript: tokens are enough to tell code from comments and texts, and calls with
their arguments from what only looks like one. What cannot be told is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

SCRIPT = re.compile(
    r"<!--.*?(?:-->|\Z)|<script\b([^<>]{0,2000})>(.*?)(?:</script\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_OTHER_LANGUAGE = re.compile(
    r"""\btype\s*=\s*["']?(?!text/javascript|application/javascript|text/gtmscript|module)[a-z]""",
    re.IGNORECASE,
)
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
# No event is sent with more; code that somebody made to be slow to read is.
_MOST_TOKENS, _MOST_LEVELS, _LONGEST_CHAIN = 1000, 8, 50


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


class CodeToken(NamedTuple):
    """One token; ``kind`` is text, reference, name, number or other."""

    kind: str
    text: str
    start: int
    end: int


def scripts(html: str) -> list[str]:
    """The code of the script elements that run; the whole text where there is no element."""
    if "<" not in html:
        return [html]
    codes = []
    for match in SCRIPT.finditer(html):
        attributes, code = match.group(1), match.group(2)
        if code and not _OTHER_LANGUAGE.search(attributes or ""):
            codes.append(code)
    return codes


def calls(code: str, name: str) -> list[CodeCall]:
    """The calls of methods of the object with this name, in their order."""
    tokens = tokenised(code)
    ends = _ends(tokens)
    matching: list[CodeCall] = []
    inside: list[int] = []  # the ends of the calls that a place is in
    for index, token in enumerate(tokens):
        if token.kind == "name" and token.text == name and _is_object(tokens, index):
            inside = [end for end in inside if end > index]
            if len(inside) < _MOST_LEVELS:
                chain, end = _chain(code, tokens, ends, index + 1)
                matching.extend(chain)
                inside.append(end)
    return matching


def arguments_of(
    code: str, function: str, *, only_at_once: bool = False
) -> Iterator[tuple[Value, ...]]:
    """The arguments of each call of the global function with this name.

    With ``only_at_once``, calls in functions that something else may call later are left out.
    """
    tokens = tokenised(code)
    ends: Mapping[int, int] | None = None
    later: frozenset[int] = frozenset()
    for index in range(len(tokens) - 1):
        is_called = tokens[index].text == function and tokens[index + 1].text == "("
        if is_called and tokens[index].kind == "name" and _is_object(tokens, index):
            if ends is None:
                ends = _ends(tokens)
                later = _called_later(tokens, ends) if only_at_once else later
            end = ends.get(index + 1)
            if end is not None and end - index - 2 <= _MOST_TOKENS and index not in later:
                inner = tokens[index + 2 : end]
                yield tuple(_value(code, part) for part in _split(inner) if part)


def _called_later(tokens: Sequence[CodeToken], ends: Mapping[int, int]) -> frozenset[int]:
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


def has_only_calls(html: str, name: str) -> bool:
    """Whether Custom HTML is calls of methods of the object with this name, and nothing else."""
    if "<" not in html:
        return _is_calls(html, name)
    for match in SCRIPT.finditer(html):
        attributes, code = match.group(1), match.group(2)
        if code is None:  # a comment
            continue
        is_for_others = code.strip() and _OTHER_LANGUAGE.search(attributes)
        if is_for_others or "src" in attributes or not _is_calls(code, name):
            return False
    return not SCRIPT.sub("", html).strip()


def _is_calls(code: str, name: str) -> bool:
    tokens = tokenised(code)
    ends = _ends(tokens)
    index = 0
    while index < len(tokens):
        if tokens[index].text == ";":
            index += 1
            continue
        if [token.text for token in tokens[index : index + 2]] == ["window", "."]:
            index += 2
        if index == len(tokens) or tokens[index].text != name:
            return False
        chain, index = _chain(code, tokens, ends, index + 1)
        if not chain:
            return False
    return True


def texts(code: str) -> list[str]:
    """All texts that the code spells out."""
    return [quoted_text(token.text) for token in tokenised(code) if token.kind == "text"]


@lru_cache(maxsize=16)
def tokenised(code: str) -> Sequence[CodeToken]:
    """The tokens without blanks and comments; each platform looks for its own in them."""
    return tuple(_tokens(code))


def _tokens(code: str) -> Iterator[CodeToken]:
    start, before = 0, ""
    while start < len(code):
        match = None
        if code[start] == "/" and _regex_may(before):
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


def _regex_may(before: str) -> bool:
    return not before or before in _BEFORE_REGEX or before in _WORDS_BEFORE_REGEX


def _is_object(tokens: Sequence[CodeToken], index: int) -> bool:
    """Whether a name is the object's own, and not a member of another one."""
    if index == 0 or tokens[index - 1].text != ".":
        return True
    return index >= 2 and tokens[index - 2].text in ("window", "self", "top", "parent")


def _chain(
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
            arguments = tuple(_value(code, part) for part in _split(inner) if part)
        chain.append(CodeCall(method.text, arguments, tuple(chain)))
        index = end + 1
    return chain, index


def _ends(tokens: Sequence[CodeToken]) -> dict[int, int]:
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


def _split(tokens: Sequence[CodeToken]) -> list[list[CodeToken]]:
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


def _value(code: str, tokens: Sequence[CodeToken], depth: int = 0) -> Value:
    first = tokens[0]
    if len(tokens) == 1 and first.kind == "text" and not _is_computed(first.text):
        return Text(quoted_text(first.text))
    if first.text == "{" and depth < _MOST_LEVELS and _ends(tokens).get(0) == len(tokens) - 1:
        return _mapped(code, tokens[1:-1], depth + 1)
    return Code(code[first.start : tokens[-1].end].strip())


def _mapped(code: str, tokens: Sequence[CodeToken], depth: int) -> Mapped:
    items: dict[str, Value] = {}
    whole = True
    for part in _split(tokens):
        if len(part) >= 3 and part[1].text == ":" and part[0].kind in ("name", "text", "number"):
            key = part[0].text
            items[quoted_text(key) if part[0].kind == "text" else key] = _value(
                code, part[2:], depth
            )
        elif len(part) == 1 and part[0].kind == "name":
            items[part[0].text] = Code(part[0].text)
        elif part:
            whole = False
    return Mapped(items, whole)


def _is_computed(text: str) -> bool:
    return text.startswith("`") and "${" in text


def quoted_text(text: str) -> str:
    """What a text says that the code spells out, quotes and escapes undone."""
    unescaped = _ESCAPE.sub(_unescaped, text[1:-1])
    # Escapes are halves of a character in JavaScript; a half that is alone is none.
    return unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)
