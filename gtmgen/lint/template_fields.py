"""The fields that a custom template declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_PARAMETERS = re.compile(
    r"^___TEMPLATE_PARAMETERS___\n(.*?)(?=^___[A-Z_]+___$|\Z)", re.MULTILINE | re.DOTALL
)


@lru_cache(maxsize=256)
def fields_of_template(data: str) -> frozenset[str] | None:
    """The names of a template's fields; None where they cannot be read."""
    match = _PARAMETERS.search(data.replace("\r\n", "\n"))
    try:
        listed = json.loads(match.group(1)) if match else None
    except (ValueError, RecursionError):
        return None
    return frozenset(_list_names(listed)) if isinstance(listed, list) else None


def _list_names(value: Any) -> Iterator[str]:
    """Fields stand in groups, in tables, and below check boxes, choices and each other.

    Whatever has a name counts: a name too many is better than a false alarm.
    """
    if isinstance(value, list):
        for item in value:
            yield from _list_names(item)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value["name"]
        for item in value.values():
            yield from _list_names(item)
