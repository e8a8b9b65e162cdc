"""Dataclasses out of JSON that a person wrote: wrong names and values are told by name."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Options = TypeVar("Options")


def read_options(kind: type[Options], data: Any, what: str) -> Options:
    """An instance of a dataclass of plain fields; raises ValueError naming the first flaw."""
    if not isinstance(data, dict):
        raise ValueError(f"{what} is not an object")
    hints = get_type_hints(kind)
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    for name, value in data.items():
        if name not in hints:
            names = ", ".join(field.name for field in fields)
            raise ValueError(f"{what} has no `{name}`; it has {names}")
        if not _is_fitting(hints[name], value):
            raise ValueError(f"`{name}` of {what} is {value!r}, not {describe_type(hints[name])}")
    for field in fields:
        if field.default is dataclasses.MISSING and field.name not in data:
            raise ValueError(f"{what} lacks `{field.name}`")
    return kind(**data)


def require_positive(options: Any, *names: str) -> None:
    for name in names:
        if (value := getattr(options, name)) < 1:
            raise ValueError(f"`{name}` is {value}, not 1 or more")


def _is_fitting(hint: Any, value: Any) -> bool:
    if get_origin(hint) is Literal:
        return any(value == item and type(value) is type(item) for item in get_args(hint))
    if isinstance(hint, types.UnionType):
        return any(_is_fitting(item, value) for item in get_args(hint))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is hint


def describe_type(hint: Any, show: Callable[[Any], str] = repr) -> str:
    """``'a' or 'b'``, ``a whole number or null``: what a field of this type takes."""
    if get_origin(hint) is Literal:
        return " or ".join(map(show, get_args(hint)))
    if isinstance(hint, types.UnionType):
        return " or ".join(describe_type(item, show) for item in get_args(hint))
    names = {int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(hint, "null")
