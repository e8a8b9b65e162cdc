"""Messages of the site: values by their paths in the data layer, put in and taken out."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from gtmgen.runtime.engine import Json
from gtmgen.spec.model import DataKey


def make_message(values: Iterable[tuple[str, Any]]) -> Json:
    """A message with these values at these paths."""
    message: Json = {}
    for path, value in values:
        put(message, path, value)
    return message


def in_site_words(key: DataKey, value: Any) -> Any:
    """An example as the site pushes it: the inverse of ``fields``."""
    value = copy.deepcopy(value)
    for item in value if key.type == "items" and isinstance(value, list) else ():
        for to, path in key.fields.items() if isinstance(item, dict) else ():
            if to in item:
                put(item, path, item.pop(to))
    return value


def put(target: Json, path: str, value: Any) -> None:
    """Set a value by a data layer path; what stands in the way is replaced."""
    *parents, last = path.split(".")
    for step in parents:
        inner = target.get(step)
        if not isinstance(inner, dict):
            inner = target[step] = {}
        target = inner
    target[last] = value


def take_out(target: Json, path: str) -> None:
    """Remove a value by a data layer path, and the objects that are empty then."""
    first, _, further = path.partition(".")
    if not further:
        target.pop(first, None)
    elif isinstance(target.get(first), dict):
        take_out(target[first], further)
        if not target[first]:
            del target[first]
