"""Tests of a value in a scenario: equality, or a mapping such as `{type: number, gt: 0}`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

MISSING: Final = object()
"""A value that is not there, as GTM's undefined."""

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    ),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def is_number(value: Any) -> bool:
    return _TYPES["number"](value)


def _digest(text: str) -> str:
    from hashlib import sha256  # validate checks such tests, and runs none

    return sha256(text.encode()).hexdigest()


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, operand: same(value, operand),
    "not": lambda value, operand: value is not MISSING and not differences(value, operand, ""),
    "type": lambda value, operand: _TYPES[operand](value),
    "matches": lambda value, operand: isinstance(value, str) and bool(re.search(operand, value)),
    "gt": lambda value, operand: is_number(value) and value > operand,
    "gte": lambda value, operand: is_number(value) and value >= operand,
    "lt": lambda value, operand: is_number(value) and value < operand,
    "lte": lambda value, operand: is_number(value) and value <= operand,
    "one_of": lambda value, operand: any(same(value, one) for one in operand),
    "length": lambda value, operand: isinstance(value, list | str) and len(value) == operand,
    "present": lambda value, operand: (value is not MISSING) is operand,
    "absent": lambda value, operand: (value is MISSING) is operand,
    "sha256": lambda value, operand: value == _digest(str(operand)),
}
_OPERANDS: Mapping[str, tuple[type, ...]] = {
    "matches": (str,),
    "gt": (int, float),
    "gte": (int, float),
    "lt": (int, float),
    "lte": (int, float),
    "one_of": (list,),
    "length": (int,),
    "present": (bool,),
    "absent": (bool,),
}


def is_matcher(value: Any) -> bool:
    """Whether a mapping is a test of a value rather than the value itself."""
    return isinstance(value, dict) and bool(value) and all(key in _TESTS for key in value)


def matcher_problem(value: Any) -> str | None:
    """What is wrong with a test of a value."""
    if not is_matcher(value):
        return None
    for name, operand in value.items():
        if name == "type" and not (isinstance(operand, str) and operand in _TYPES):
            return f"`type` is one of {', '.join(_TYPES)}, not `{operand}`"
        types = _OPERANDS.get(name)
        is_flag = isinstance(operand, bool)  # which Python counts among the numbers
        if types and (not isinstance(operand, types) or is_flag != (types == (bool,))):
            return f"`{name}` cannot be `{operand}`"
        if name == "matches":
            try:
                re.compile(operand)
            except (re.error, OverflowError, RecursionError) as error:
                return f"`{operand}` is not a valid regular expression: {error}"
    return None


def same(value: Any, expected: Any) -> bool:
    """Equality with types: 1 equals 1.0, and neither equals true or "1"."""
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(
            same(value[k], expected[k]) for k in expected
        )
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(same, value, expected))
    return bool(value == expected)


def differences(value: Any, expected: Any, at: str) -> list[str]:
    """Where a value departs from what is wanted, one sentence each; `at` is its name.

    Of a mapping only the keys that are wanted count, of a list every entry.
    """
    if is_matcher(expected):
        failed = {
            name: operand for name, operand in expected.items() if not _holds(value, name, operand)
        }
        return [f"{at} is {shown(value)}, expected {_words(failed)}"] if failed else []
    if isinstance(expected, dict) and isinstance(value, dict):
        texts = []
        for key, inner in expected.items():
            texts += differences(value.get(key, MISSING), inner, f"{at}.{key}" if at else str(key))
        return texts
    if isinstance(expected, list) and isinstance(value, list):
        if len(expected) != len(value):
            return [f"{at} has {len(value)} entries, expected {len(expected)}: {shown(value)}"]
        texts = []
        for index, (one, other) in enumerate(zip(value, expected, strict=True)):
            texts += differences(one, other, f"{at}[{index}]")
        return texts
    return [] if same(value, expected) else [f"{at} is {shown(value)}, expected {shown(expected)}"]


def _holds(value: Any, name: str, operand: Any) -> bool:
    if name == "not":
        return bool(differences(value, operand, ""))
    if value is MISSING and name not in ("present", "absent"):
        return False
    return _TESTS[name](value, operand)


_WORDS = {
    "equals": "exactly",
    "type": "a",
    "matches": "a text that matches",
    "gt": "more than",
    "gte": "at least",
    "lt": "less than",
    "lte": "at most",
    "one_of": "one of",
    "length": "a length of",
    "present": "a value",
    "absent": "none",
    "sha256": "the SHA-256 of",
}


def _words(tests: Mapping[str, Any]) -> str:
    parts = []
    for name, operand in tests.items():
        word = _WORDS.get(name, name)
        if name in ("present", "absent"):
            parts.append(word if operand else f"not {word}")
        elif name == "type":
            parts.append(f"{word} {operand}")
        else:
            parts.append(f"{word} {shown(operand)}")
    return " and ".join(parts)


def shown(value: Any) -> str:
    """A value as a failure quotes it."""
    if value is MISSING:
        return "missing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:197]}..."
