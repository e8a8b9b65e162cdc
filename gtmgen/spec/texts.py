"""Text that holds values: ``{text: "https://{{host}}/x"}``, with data keys and built-ins by key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_REFERENCE = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")


def to_text(value: Any) -> str:
    """A scalar as GTM holds it: all values are text."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def is_text(value: Any) -> bool:
    """Whether a value of the spec is such a text."""
    return isinstance(value, dict) and "text" in value


def keys_in(value: Any) -> tuple[str, ...]:
    """The keys that a text holds; none for any other value."""
    return tuple(_REFERENCE.findall(value["text"])) if is_text(value) else ()


def fill_text(value: Any, of_key: Callable[[str], str]) -> str:
    """The text with what each key stands for."""
    return _REFERENCE.sub(lambda match: of_key(match.group(1)), value["text"])


def has_loose_braces(value: Any) -> bool:
    """Whether ``{{`` stands in a text without a key."""
    return "{{" in _REFERENCE.sub("", value["text"])


def table_values(table: dict[str, Any]) -> dict[tuple[str | int, ...], Any]:
    """The values of a lookup or regex table by their paths below it, the default among them, and
    keys and patterns that hold values."""
    entries = table["map"]
    values: dict[tuple[str | int, ...], Any] = (
        {
            ("map", index, word): row[word]
            for index, row in enumerate(entries)
            for word in row
            if word == "value" or is_text(row[word])
        }
        if isinstance(entries, list)
        else {("map", key): value for key, value in entries.items()}
    )
    return {**values, ("default",): table["default"]} if "default" in table else values
