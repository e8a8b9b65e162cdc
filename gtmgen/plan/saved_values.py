"""The entities of a container as plain data, and back: the values of a saved plan.

Whoever can change the file can also make its checksums, so every type is checked on the way back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import (
    BuiltIn,
    Client,
    Container,
    Folder,
    GtagConfig,
    Owner,
    Tag,
    Template,
    TemplateRef,
    Transformation,
    Trigger,
    TriggerId,
    Variable,
    Zone,
)
from gtmgen.container.values import Condition, Parameter
from gtmgen.diagnostics import Origin, Span

MAX_DEPTH = 512
"""Levels of JSON. A level of YAML, of which a spec has 64 at most, takes up to four."""
_CLASSES: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        BuiltIn, Client, Condition, Container, Folder, GtagConfig, Owner, Parameter, Tag, Template,
        TemplateRef, Transformation, Trigger, TriggerId, Variable, Zone,
    )
}  # fmt: skip


def encode(value: Any) -> Any:
    """Plain data: objects as mappings that name their class, tuples as lists.

    Fields in GTM's own words are JSON already, in which lists are lists.
    """
    if isinstance(value, Origin):
        return {"_": "Origin", **value.span._asdict()}
    if isinstance(value, BuiltInTrigger):
        return {"_": "BuiltInTrigger", "value": value.value}
    if type(value).__name__ in _CLASSES:
        names = value.__struct_fields__ if isinstance(value, Struct) else value._fields
        return {"_": type(value).__name__, **{name: encode(getattr(value, name)) for name in names}}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, list):
        return {"_": "list", "items": [encode(item) for item in value]}
    if isinstance(value, dict):
        items = [[encode(key), encode(item)] for key, item in value.items()]
        return {"_": "dict", "items": items}
    return value


def decode_container(data: Any) -> Container:
    """Inverse of :func:`encode`; raises :class:`ValueError` for anything but a whole container."""
    try:
        container = _decode(data)
    except (KeyError, TypeError) as error:  # no such class, a field too many or too few
        raise ValueError(str(error)) from None
    check_types(container, Container)
    assert isinstance(container, Container)
    return container


def check_types(value: object, annotation: Any) -> None:
    """Raise :class:`ValueError` unless the value and all that it holds are as annotated."""
    if not _is_conform(value, annotation):
        raise ValueError(f"{type(value).__name__} is not {annotation}")


def check_depth(data: Any) -> None:
    """Raise :class:`ValueError` for JSON of more than ``MAX_DEPTH`` levels."""
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [item for value in level for item in _list_children(value)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _list_children(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _decode(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_decode(item) for item in data)
    if not isinstance(data, dict):
        return data
    values = {name: _decode(item) for name, item in data.items() if name != "_"}
    kind = data["_"]
    if kind in ("list", "dict"):
        return {"list": list, "dict": dict}[kind](values["items"])
    if kind == "Origin":
        span = Span(**values)
        check_types(span, Span)
        return Origin((), lambda _: span)
    if kind == "BuiltInTrigger":
        return BuiltInTrigger(values["value"])
    return _CLASSES[kind](**values)


def _is_conform(value: Any, annotation: Any) -> bool:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Any:
        return _is_json(value)
    if origin in (Union, UnionType):
        return any(_is_conform(value, argument) for argument in arguments)
    if origin in (tuple, frozenset):
        return type(value) is origin and _is_conform_items(tuple(value), arguments)
    if origin is Mapping:
        key, item = arguments
        return isinstance(value, dict) and all(
            _is_conform(name, key) and _is_conform(inner, item) for name, inner in value.items()
        )
    cls: Any = type(value)
    # The class itself, no subclass: `True` would pass for a whole number.
    if cls is not annotation:
        return False
    if cls is Origin:  # its place was checked when it was read
        return True
    return all(_is_conform(getattr(value, name), hint) for name, hint in _list_hints(cls))


def _is_conform_items(items: tuple[Any, ...], arguments: tuple[Any, ...]) -> bool:
    if len(arguments) == 1 or arguments[1:] == (Ellipsis,):  # frozenset[X], tuple[X, ...]
        return all(_is_conform(item, arguments[0]) for item in items)
    return len(items) == len(arguments) and all(map(_is_conform, items, arguments))


def _is_json(value: Any) -> bool:
    """What stands in GTM's own words: JSON in which references are objects."""
    if isinstance(value, dict):
        return all(type(key) is str and _is_json(item) for key, item in value.items())
    if type(value) in (list, tuple):
        return all(map(_is_json, value))
    if type(value) is float:
        return math.isfinite(value)
    if type(value) in (Parameter, TemplateRef, TriggerId):
        return _is_conform(value, type(value))
    return value is None or type(value) in (str, int, bool, BuiltInTrigger)


@cache
def _list_hints(cls: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a struct, a dataclass or a named tuple; none of any other class."""
    if is_dataclass(cls) or hasattr(cls, "__struct_fields__") or hasattr(cls, "_fields"):
        return tuple(get_type_hints(cls).items())
    return ()
