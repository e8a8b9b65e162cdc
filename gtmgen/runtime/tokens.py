"""Splits sandboxed JavaScript into tokens.

Knows more than the sandbox does (regular expressions, template literals, `?.`), so that the parser
can name the feature that it refuses instead of stumbling over its characters.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from gtmgen.runtime.problems import TemplateError, TemplateProblem

Kind = Literal["name", "number", "string", "template", "regex", "punctuator", "end"]


def words(text: str) -> tuple[str, ...]:
    """A list written as text: one entry between spaces."""
    return tuple(text.split())


_PUNCTUATORS = words(
    ">>>= ... === !== >>> <<= >>= **= &&= ||= ??= => == != <= >= && || ?? ?. ++ -- += -= *= /= "
    "%= &= |= ^= ** << >> { } ( ) [ ] ; , < > + - * / % & | ^ ! ~ ? : = . # @"
)
# One expression with a group for each kind: the engine chooses faster than a loop does.
_TOKEN = re.compile(
    r"(?P<space>[\s\ufeff]+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<name>[^\W\d][\w$]*|\$[\w$]*)"
    r"|(?P<number>0[xX][\da-fA-F_]+n?|(?:\d[\w]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?)"
    r"|(?P<string>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<template>`(?:[^`\\]|\\.)*`)",
    re.DOTALL,
)
_PUNCTUATOR = re.compile("|".join(map(re.escape, _PUNCTUATORS)))
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_BEFORE_OPERAND = frozenset(
    {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new"}
)


class SourceToken(Struct, frozen=True):
    """One token; `after_newline` matters where a semicolon may be left out."""

    kind: Kind
    text: str
    line: int
    column: int
    after_newline: bool


def tokenize(source: str) -> list[SourceToken]:
    """All tokens, the last one of kind `end`. Raises TemplateError at an unreadable character."""
    tokens: list[SourceToken] = []
    position, line, line_start, newline = 0, 1, 0, False
    while position < len(source):
        kind, text = _next(source, position, tokens[-1] if tokens else None)
        if not text:
            message = f"Unexpected character `{source[position]}`."
            raise TemplateError([TemplateProblem(line, position - line_start + 1, message)])
        if kind == "space":
            newline = newline or "\n" in text
        else:
            tokens.append(SourceToken(kind, text, line, position - line_start + 1, newline))  # type: ignore[arg-type]
            newline = False
        position += len(text)
        if breaks := text.count("\n"):
            line += breaks
            line_start = position - len(text) + text.rindex("\n") + 1
    tokens.append(SourceToken("end", "", line, position - line_start + 1, True))
    return tokens


def _next(source: str, position: int, previous: SourceToken | None) -> tuple[str, str]:
    if match := _TOKEN.match(source, position):
        return str(match.lastgroup), match.group()
    regex = _REGEX.match(source, position) if _operand_expected(previous) else None
    if regex:
        return "regex", regex.group()
    if source.startswith("?.", position) and source[position + 2 : position + 3].isdigit():
        return "punctuator", "?"
    punctuator = _PUNCTUATOR.match(source, position)
    return "punctuator", punctuator.group() if punctuator else ""


def _operand_expected(previous: SourceToken | None) -> bool:
    if previous is None:
        return True
    if previous.kind == "name":
        return previous.text in _BEFORE_OPERAND
    return previous.kind == "punctuator" and previous.text not in (")", "]", "}", "++", "--")
