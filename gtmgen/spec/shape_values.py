"""How a value that has the wrong shape is named."""

from __future__ import annotations

from typing import Any

from gtmgen.diagnostics import Path
from gtmgen.secret_names import is_secret_field

TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def describe_value(value: Any, path: Path = ()) -> str:
    """What stands there instead; of a credential only that it is a text."""
    if isinstance(value, str) and path and is_secret_field(str(path[-1])):
        return "a text"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return TYPE_WORDS["object" if isinstance(value, dict) else "array"]
    return (
        f"`{_shorten(str(value))}`"
        if not isinstance(value, str)
        else f"the text `{_shorten(value)}`"
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
