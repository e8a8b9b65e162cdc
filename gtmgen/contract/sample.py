"""A text that a simple pattern matches, as an example of it."""

from __future__ import annotations

import re
from functools import lru_cache

_GROUP = re.compile(r"(?<!\\)\((?:\?:)?((?:[^()\\|]|\\.)*)(?:\|(?:[^()\\]|\\.)*)?\)(?![*?{])")
_TOKEN = re.compile(r"(\\.|\[(?:[^\]\\]|\\.)+\]|[^\\])([*+?]|\{(\d+)(?:,\d*)?\})?\??", re.DOTALL)
_CLASSES = {"d": "1", "w": "a", "s": " ", "b": "", "B": "", "S": "a", "D": "a", "W": "-"}
_LONGEST = 500
_MOST = 20
_ANY = "example"


@lru_cache(maxsize=256)
def sample(pattern: str, *, ignore_case: bool = False) -> str | None:
    """The first of some guesses that the pattern matches; None where none does."""
    if len(pattern) > _LONGEST:
        return None
    try:
        expression = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError):
        return None
    guesses = (_guess(pattern), _ANY)
    return next((text for text in guesses if text and expression.search(text)), None)


def _guess(pattern: str) -> str:
    """The first alternative, each of its parts as short as it may be."""
    flat, before = pattern, ""
    while flat != before:
        flat, before = _GROUP.sub(r"\1", flat, count=_MOST), flat
    first = re.split(r"(?<!\\)\|", flat)[0]
    return "".join(_sample_part(match) for match in _TOKEN.finditer(first))


def _sample_part(match: re.Match[str]) -> str:
    token, quantifier, times = match.groups()
    if token in ("^", "$") or quantifier in ("*", "?"):
        return ""
    return _sample_character(token) * min(int(times or 1), _MOST)


def _sample_character(token: str) -> str:
    if token.startswith("\\"):
        return _CLASSES.get(token[1], token[1])
    if token.startswith("[") and len(token) > 1:
        return (
            "-"
            if token[1] == "^"
            else _sample_character(token[1:3] if token[1] == "\\" else token[1])
        )
    return "a" if token == "." else token
