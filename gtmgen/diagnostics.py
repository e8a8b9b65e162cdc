"""A place in a file, a problem found there, and how both read in a terminal.

Rules know nothing of lines: they report a :class:`Problem` with a path into the spec
(``("events", "purchase", "params")``), and the source layer finds the place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from gtmgen.secret_names import hide_written
from gtmgen.text import printable

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the spec to a node."""


class Severity(StrEnum):
    """How bad a problem is; only errors stop a run, and a note is no more than advice."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Span(NamedTuple):
    """A place in a file: 1-based line and column; ``width`` in characters, on that line.

    Line 0 stands for the whole: of a file, or of an address that was named on the command line.
    """

    file: str
    line: int
    col: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}" if self.line else self.file


class Origin(NamedTuple):
    """Where in the spec something comes from; the place is looked up when somebody asks."""

    path: Path
    locate: Callable[[Path], Span]

    @property
    def span(self) -> Span:
        """The key's place, or that of the nearest node above it."""
        return self.locate(self.path)

    def __str__(self) -> str:
        return str(self.span)


class Problem(NamedTuple):
    """What a rule found; ``on_key`` points at the key rather than at its value.

    ``fix`` is YAML that is surely meant instead of the value, where there is such a thing.
    """

    rule: str
    path: Path
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR
    on_key: bool = False
    fix: str | None = None


class Diagnostic(NamedTuple):
    """A problem with its place.

    ``path`` is where in the spec it lies, as in :class:`Problem`; empty where the text is no spec
    yet, or what is wrong is no part of one. ``fix`` is YAML for the text at the place.
    """

    span: Span
    rule: str
    severity: Severity
    message: str
    hint: str | None = None
    path: Path = ()
    fix: str | None = None

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """By place, then by rule, so that the order never depends on the checks' order."""
        return (self.span.file, self.span.line, self.span.col, self.rule, self.message)


def drop_repeated(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics that read differently, each once, in the order of their first.

    The path does not count: two nodes that share a place, as an alias and its anchor do, would tell
    the reader the same thing twice.
    """
    first: dict[Diagnostic, Diagnostic] = {}
    for diagnostic in diagnostics:
        first.setdefault(diagnostic._replace(path=()), diagnostic)
    return list(first.values())


ReadLine = Callable[[str, int], str | None]
"""Gives line n (1-based) of a file, without its line break, or None."""

_MAX_LINE = 160
_MAX_MESSAGE = 400


def render(diagnostics: Iterable[Diagnostic], read_line: ReadLine) -> str:
    """All problems as text: ``file:line:col: error[rule]: message``, the line and a caret."""
    return "\n\n".join(_render_one(diagnostic, read_line) for diagnostic in diagnostics)


def _render_one(diagnostic: Diagnostic, read_line: ReadLine) -> str:
    span = diagnostic.span
    message = _one_line(diagnostic.message)
    parts = [f"{printable(str(span))}: {diagnostic.severity}[{diagnostic.rule}]: {message}"]
    line = read_line(span.file, span.line)
    if line is not None and line.strip():
        parts.extend(_excerpt(line, span))
    if diagnostic.hint:
        parts.append(f"hint: {_one_line(diagnostic.hint)}")
    return "\n".join(parts)


def excerpt(span: Span, read_line: ReadLine) -> list[str]:
    """The line of a place and a caret below it; nothing where the line cannot be read."""
    line = read_line(span.file, span.line)
    return _excerpt(line, span) if line is not None and line.strip() else []


def _one_line(text: str) -> str:
    """Messages quote the spec, which may hold anything: escape sequences, books."""
    text = printable(text)
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 3] + "..."


def _excerpt(line: str, span: Span) -> list[str]:
    start = max(0, span.col - 1 - _MAX_LINE // 2) if len(line) > _MAX_LINE else 0
    excerpt = hide_written(line)[start : start + _MAX_LINE]
    begin = span.col - 1 - start
    indent = _columns(printable(excerpt[:begin]))
    marked = _columns(printable(excerpt[: begin + span.width])) - indent
    gutter = f"{span.line:>5} | "
    caret = " " * (len(gutter) - 2) + "| " + " " * indent + "^" * max(1, marked)
    return [gutter + printable(excerpt), caret]


def _columns(text: str) -> int:
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
