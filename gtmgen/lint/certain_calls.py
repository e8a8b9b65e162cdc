"""Calls that a script makes for certain: statements of its own, or of a function that is called
where it stands, as base code is one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gtmgen.lint.code import read_chain
from gtmgen.lint.code_tokens import BEFORE_FUNCTION, CodeToken, match_brackets, split_tokens

_LEAVING = ("return", "throw")
"""What keeps the statements behind it from being run."""
_DECIDING = ("if", "else", "for", "while", "switch", "case", "&", "|", "?", ">")
"""What stands in a statement in front of that which may not be run, or not now."""


def leave_out_calls(
    code: str, tokens: Sequence[CodeToken], name: str, methods: Collection[str]
) -> Sequence[CodeToken]:
    """The tokens without the calls of these methods of an object that are made for certain."""
    script = _Script(code, tokens)
    left_out: set[int] = set()
    known = 0  # where the last call ends; what stands in its arguments is no statement
    for index in script.list_certain():
        token = tokens[index]
        if index < known or token.kind != "name" or token.text != name:
            continue
        chain, known = read_chain(code, tokens, script.ends, index + 1)
        is_of_window = [one.text for one in tokens[max(0, index - 2) : index]] == ["window", "."]
        start = index - 2 if is_of_window else index
        if chain and chain[-1].method in methods and script.is_statement(start, known):
            left_out.update(range(start, known))
    return [token for index, token in enumerate(tokens) if index not in left_out]


def are_certain(code: str, name: str, methods: Collection[str]) -> bool:
    """Whether nothing decides if the calls of these methods of an object are made."""
    tokens = split_tokens(code)
    script = _Script(code, tokens)
    certain = frozenset(script.list_certain())
    for index, token in enumerate(tokens):
        if token.kind != "name" or token.text != name:
            continue
        chain, _ = read_chain(code, tokens, script.ends, index + 1)
        is_called = any(call.method in methods for call in chain)
        if is_called and (index not in certain or script.is_conditional(index)):
            return False
    return True


class _Script:
    def __init__(self, code: str, tokens: Sequence[CodeToken]) -> None:
        self._code = code
        self._tokens = tokens
        self.ends = match_brackets(tokens)
        self._openings = {end: start for start, end in self.ends.items()}
        self._decided: dict[int, bool] = {}

    def list_certain(self) -> Sequence[int]:
        """The places that no block is around, or that of a function which is called at once; and
        nothing leaves it before."""
        places = []
        around: list[int] = []
        has_left = {-1: False}
        for index, token in enumerate(self._tokens):
            if index in self.ends:
                around.append(index)
                has_left[index] = False
            elif around and self.ends[around[-1]] == index:
                around.pop()
            body = around[-1] if around else -1
            has_left[body] |= token.text in _LEAVING
            if not has_left[body] and (body == -1 or self._is_called_at_once(around)):
                places.append(index)
        return places

    def is_statement(self, start: int, end: int) -> bool:
        """Whether the tokens are one by themselves, with semicolons or on lines of their own."""
        begins = self._begins(start)
        behind = self._tokens[end] if end < len(self._tokens) else None
        if behind is None or behind.text in (";", "}"):
            return begins
        # A name cannot go on with a call, so that a new line begins a new statement.
        return begins and behind.kind == "name" and self._has_break(end)

    def is_conditional(self, index: int) -> bool:
        """Whether something in front, in the same statement, decides if it is run."""
        asked, is_decided = index, False
        while not is_decided and not self._begins(index):
            index = self._openings.get(index - 1, index - 1)
            # Code that somebody made to be slow to read has all of its calls in one statement.
            is_decided = self._text(index) in _DECIDING or self._decided.get(index, False)
            if index in self._decided:
                break
        self._decided[asked] = is_decided
        return is_decided

    def _begins(self, index: int) -> bool:
        """Whether a statement begins there."""
        return self._text(index - 1) in ("", ";", "{", "}") or (
            self._has_break(index) and self._ends_call(index - 1)
        )

    def _has_break(self, index: int) -> bool:
        return "\n" in self._code[self._tokens[index - 1].end : self._tokens[index].start]

    def _ends_call(self, index: int) -> bool:
        """Whether a bracket closes ``object.method(...)``, and not a condition."""
        return self._text(self._openings.get(index, 0) - 2) == "."

    def _is_called_at_once(self, around: Sequence[int]) -> bool:
        """Whether the brackets around a place are those of ``!function (...) {...}(...)`` or
        ``(function (...) {...})(...)``, as a statement."""
        body = around[-1]
        arguments = self._openings.get(body - 1)
        if len(around) > 2 or self._text(body) != "{" or arguments is None:
            return False
        function = arguments - 1 if self._text(arguments - 1) == "function" else arguments - 2
        behind = self.ends[body] + 1
        if self._text(function) != "function":
            return False
        if len(around) == 2:
            if around[0] != function - 1 or self._text(around[0]) != "(":
                return False
            behind += self.ends[around[0]] == behind  # (function () {...})()
        elif self._text(function - 1) not in BEFORE_FUNCTION:
            return False
        return self._text(behind) == "(" and self._begins(function - 1)

    def _text(self, index: int) -> str:
        return self._tokens[index].text if 0 <= index < len(self._tokens) else ""
