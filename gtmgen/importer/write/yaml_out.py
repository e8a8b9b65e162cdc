"""Plain data to YAML text that a person reads and gtmgen's reader gives back exactly.

A writer of our own: PyYAML's writes YAML 1.1, knows no comments, and folds or escapes what a
block would show.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gtmgen.diagnostics import Path
from gtmgen.importer.write.scalars import UnwritableError, format_block, format_key, format_scalar
from gtmgen.source.yaml_text import MAX_DEPTH

_EMPTY: Mapping[Any, Any] = MappingProxyType({})
_NOT_IN_COMMENTS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233, 65279), " ")
_NOT_IN_COMMENTS |= dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "?")


def dump(
    data: Mapping[str, Any],
    comments: Mapping[Path, str] = _EMPTY,
    width: int = 100,
    sections: int = 0,
) -> str:
    """YAML of nested dicts, lists, texts, numbers, booleans and None.

    ``comments`` stand above what their path names, ``()`` above everything; an empty line of a
    comment is an empty line. What fits into ``width`` columns and is small stands in brackets,
    unless there is a comment in it, or it lies above the ``sections``-th level. Raises
    :class:`UnwritableError`, a ``ValueError``, for what YAML cannot hold: a number that is not
    finite, half of a character, 65 levels.
    """
    writer = _Writer(width, sections * 2)
    tree = _Comments.of(comments)
    if tree is not None and tree.text is not None:
        writer.comment(tree.text, "")
    if not data:
        writer.add("{}\n")
    else:
        writer.mapping(data, 0, tree)
    return writer.text()


def format_flow(value: Any) -> str:
    """YAML of the same on one line, for a sentence: collections in brackets, at any depth."""
    return _Writer(0, 0).in_brackets(value)


class _Comments:
    """Comments by step, so that most of the data is written without a look-up of paths."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.below: dict[str | int, _Comments] = {}

    @classmethod
    def of(cls, comments: Mapping[Path, str]) -> _Comments | None:
        if not comments:
            return None
        root = cls()
        for path, text in comments.items():
            node = root
            for step in path:
                node = node.below.setdefault(step, cls())
            node.text = text
        return root


class _Writer:
    def __init__(self, width: int, open_to: int) -> None:
        self._width = width
        self._open_to = open_to
        self._parts: list[str] = []
        self._scalars: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._kept_lines = False  # after `|+` an empty line would belong to the text

    def add(self, text: str) -> None:
        self._parts.append(text)

    def text(self) -> str:
        return "".join(self._parts)

    def comment(self, text: str, pad: str) -> None:
        for line in text.split("\n"):
            clean = line.translate(_NOT_IN_COMMENTS).rstrip()
            if clean:
                self.add(f"{pad}# {clean}\n")
                self._kept_lines = False
            elif not self._kept_lines:
                self.add("\n")

    def mapping(self, data: Mapping[str, Any], column: int, comments: _Comments | None) -> None:
        """The members, each beginning at the column; the first line is already indented."""
        pad = " " * column
        below = comments.below if comments is not None else _EMPTY
        inside = column > 0 and bool(self._parts) and not self._parts[-1].endswith("\n")
        for name, value in data.items():
            above = below.get(name)
            if above is not None and above.text is not None:
                self.comment(above.text, pad)
            written = self._format_key(name)
            if written.startswith("? "):
                written = written.replace("\n:", f"\n{pad}:")
            self._kept_lines = False
            self.add(written if inside else pad + written)
            inside = False
            self._write_value(value, column, len(written), above)

    def _format_key(self, name: str) -> str:
        formatted = self._keys.get(name)
        if formatted is None:
            formatted = self._keys[name] = format_key(name)
        return formatted

    def _format_scalar(self, value: Any) -> str:
        if value.__class__ is not str:
            return format_scalar(value)
        formatted = self._scalars.get(value)
        if formatted is None:
            formatted = format_scalar(value)
            if len(value) < 200:
                self._scalars[value] = formatted
        return formatted

    def _write_items(self, data: list[Any], column: int, comments: _Comments | None) -> None:
        pad = " " * column
        below = comments.below if comments is not None else _EMPTY
        for number, value in enumerate(data):
            above = below.get(number)
            if above is not None and above.text is not None:
                self.comment(above.text, pad)
            self._kept_lines = False
            self.add(f"{pad}-")
            self._write_value(value, column, 1, above)

    def _write_value(self, value: Any, column: int, used: int, comments: _Comments | None) -> None:
        """What follows ``key:`` or ``-``, of which ``used`` columns are written, to its end."""
        if not isinstance(value, (dict, list)):
            as_block = format_block(value) if value.__class__ is str else None
            if as_block is None:
                self.add(f" {self._format_scalar(value)}\n")
            else:
                self._write_block(*as_block, column + 2)
            return
        if column // 2 >= MAX_DEPTH - 1:
            raise UnwritableError(f"more than {MAX_DEPTH} levels")
        if not value:
            self.add(" {}\n" if isinstance(value, dict) else " []\n")
            return
        if column >= self._open_to and (comments is None or not comments.below):
            flow = self._format_flow(value, self._width - column - used - 1, 0)
            if flow is not None:
                self.add(f" {flow}\n")
                return
        in_list = self._parts[-1].endswith("-") and used == 1
        if isinstance(value, dict) and in_list and not _is_comment_first(value, comments):
            self.add(" ")
            self.mapping(value, column + 2, comments)
            return
        self.add("\n")
        if isinstance(value, dict):
            self.mapping(value, column + 2, comments)
        else:
            self._write_items(value, column + 2, comments)

    def _write_block(self, header: str, text: str, column: int) -> None:
        pad = " " * column
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        self.add(f" {header}\n")
        self.add("".join([f"{pad}{line}\n" if line else "\n" for line in lines]))
        self._kept_lines = header.endswith("+")

    def in_brackets(self, value: Any) -> str:
        """A value in brackets, however long it gets."""
        if isinstance(value, dict):
            pairs = (
                f"{self._format_key(key)} {self.in_brackets(item)}" for key, item in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self.in_brackets, value))}]"
        return self._format_scalar(value)

    def _format_flow(self, value: Any, room: int, depth: int) -> str | None:
        """In brackets: scalars, or one collection of scalars; None where it does not fit."""
        if len(value) * 3 > room:
            return None
        parts = []
        is_mapping = isinstance(value, dict)
        for item in value.items() if is_mapping else value:
            name, inner = item if is_mapping else (None, item)
            if isinstance(inner, (dict, list)):
                if inner and (depth or len(value) > 1):
                    return None
                written = self._format_flow(inner, room, depth + 1)
                if written is None:
                    return None
            elif inner.__class__ is str and (len(inner) > room or "\n" in inner):
                return None
            else:
                written = self._format_scalar(inner)
            if name is not None:
                head = self._format_key(name)
                if head.startswith("?"):
                    return None
                written = f"{head} {written}"
            parts.append(written)
            room -= len(written) + 2
            if room < 0:
                return None
        text = ", ".join(parts)
        return f"{{{text}}}" if is_mapping else f"[{text}]"


def _is_comment_first(value: dict[str, Any], comments: _Comments | None) -> bool:
    """Whether a comment stands above the first member, which then cannot follow the dash."""
    if comments is None:
        return False
    first = comments.below.get(next(iter(value)))
    return first is not None and first.text is not None
