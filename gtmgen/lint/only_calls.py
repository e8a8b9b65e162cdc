"""Whether Custom HTML is calls of one object's methods, and nothing else.

Around them may stand what only keeps code from failing where the object is not there: a condition
that asks for it, a `try` whose `catch` is empty, a function that is called where it stands.
"""

from __future__ import annotations

from collections.abc import Collection

from gtmgen.lint.code import OTHER_LANGUAGE, SCRIPT, is_whole, read_chain
from gtmgen.lint.code_tokens import BEFORE_FUNCTION, match_brackets, split_tokens, unquote

_MOST_LEVELS = 8
"""Nobody nests calls deeper; code that somebody made to be slow to read does."""


def has_only_calls(html: str, name: str, methods: Collection[str]) -> bool:
    """``methods`` are those of the object that a condition may ask for."""
    if not is_whole(html):
        return False
    for match in SCRIPT.finditer(html):
        attributes, code = match.group(1), match.group(2)
        if code is None:  # a comment
            continue
        is_for_others = code.strip() and OTHER_LANGUAGE.search(attributes)
        if is_for_others or "src" in attributes or not _Statements(code, name, methods).are_calls():
            return False
    return not SCRIPT.sub("", html).strip()


class _Statements:
    """Statements of a script; each ``_read...`` gives the place behind what it has read, or None
    where something else stands."""

    def __init__(self, code: str, name: str, methods: Collection[str]) -> None:
        self._code = code
        self._name = name
        self._methods = methods
        self._tokens = split_tokens(code)
        self._ends = match_brackets(self._tokens)

    def are_calls(self) -> bool:
        return self._has_only_calls(0, len(self._tokens), _MOST_LEVELS)

    def _has_only_calls(self, start: int, end: int, levels: int) -> bool:
        index: int | None = start
        while index is not None and index < end:
            index = self._read_statement(index, levels)
            # Without a semicolon, a bracket behind a call calls what that has returned.
            if index is not None and self._texts(index - 1, 2) == [")", "("]:
                return False
        return index is not None

    def _read_statement(self, start: int, levels: int) -> int | None:
        if not levels:
            return None
        text = self._text(start)
        if text == ";":
            return start + 1
        if text == "{":
            return self._read_block(start, levels)
        if text == "if":
            end = self._ends.get(start + 1)
            if end is None or not self._asks_for_object(start + 2, end):
                return None
            return self._read_statement(end + 1, levels - 1)
        if text == "try":
            return self._read_try(start + 1, levels)
        return self._read_called_function(start, levels) or self._read_calls(start)

    def _read_block(self, start: int, levels: int) -> int | None:
        end = self._ends.get(start) if self._text(start) == "{" else None
        if end is None or not self._has_only_calls(start + 1, end, levels - 1):
            return None
        return end + 1

    def _read_try(self, start: int, levels: int) -> int | None:
        index = self._read_block(start, levels)
        if index is None or self._text(index) != "catch":
            return None
        index += 1
        if self._text(index) == "(":
            index = self._ends.get(index, index) + 1
        return index + 2 if self._texts(index, 2) == ["{", "}"] else None

    def _read_called_function(self, start: int, levels: int) -> int | None:
        """``(function() {...})()`` and the other ways to write it."""
        if self._text(start) in BEFORE_FUNCTION:
            index = self._read_function(start + 1, levels)
            return None if index is None else self._read_no_arguments(index)
        if self._text(start) != "(":
            return None
        index = self._read_function(start + 1, levels)
        if index is None:
            return None
        if self._ends.get(start) == index:
            return self._read_no_arguments(index + 1)
        index = self._read_no_arguments(index)
        return index + 1 if index is not None and self._ends.get(start) == index else None

    def _read_function(self, start: int, levels: int) -> int | None:
        """A function without parameters, whose body is calls."""
        if self._text(start) == "function":
            is_named = start + 1 < len(self._tokens) and self._tokens[start + 1].kind == "name"
            index = self._read_no_arguments(start + 1 + is_named)
        else:
            index = self._read_no_arguments(start)
            index = index + 2 if index is not None and self._texts(index, 2) == ["=", ">"] else None
        return None if index is None else self._read_block(index, levels)

    def _read_no_arguments(self, start: int) -> int | None:
        return start + 2 if self._texts(start, 2) == ["(", ")"] else None

    def _read_calls(self, start: int) -> int | None:
        """``object.method(...)``, perhaps behind ``object &&``."""
        index = start
        while index < len(self._tokens) and self._text(index) not in ("(", ";"):
            if self._texts(index, 2) == ["&", "&"]:
                if not self._asks_for_object(start, index):
                    return None
                start = index + 2
            index += 1
        start += 2 if self._texts(start, 2) == ["window", "."] else 0
        if self._text(start) != self._name:
            return None
        chain, end = read_chain(self._code, self._tokens, self._ends, start + 1)
        return end if chain else None

    def _asks_for_object(self, start: int, end: int) -> bool:
        """Whether a condition asks for the object or its methods, and for nothing else."""
        index = start
        while index < end:
            if self._texts(index, 2) == ["&", "&"]:
                if not self._asks_once(start, index):
                    return False
                start = index = index + 2
            else:
                index += 1
        return self._asks_once(start, end)

    def _asks_once(self, start: int, end: int) -> bool:
        texts = self._texts(start, end - start)
        sides = "".join(text if text in "=!" else " " for text in texts).split()
        if not sides:
            return self._is_object(texts)
        at = next(place for place, text in enumerate(texts) if text in "=!")
        left, right = texts[:at], texts[at + len(sides[0]) :]
        if left[:1] != ["typeof"]:
            left, right = right, left
        if len(sides) != 1 or left[:1] != ["typeof"] or len(right) != 1:
            return False
        type_ = unquote(right[0])
        is_there = sides[0] in ("!=", "!==") and type_ == "undefined"
        is_function = sides[0] in ("==", "===") and type_ == "function"
        if is_function and left[-1] not in self._methods:
            return False
        return (is_there or is_function) and self._is_object(left[1:])

    def _is_object(self, texts: list[str]) -> bool:
        path = texts[2:] if texts[:2] == ["window", "."] else texts
        if len(path) == 3 and path[1] == ".":
            return path[0] == self._name and path[2] in self._methods
        return path == [self._name]

    def _text(self, index: int) -> str:
        return self._tokens[index].text if index < len(self._tokens) else ""

    def _texts(self, start: int, count: int) -> list[str]:
        return [token.text for token in self._tokens[start : start + count]]
