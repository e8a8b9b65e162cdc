"""Typed parameters as GTM's JSON has them, both ways round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gtmgen.container.fields import upper_snake
from gtmgen.container.names import Names, Refs
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME, Parameter

Json = dict[str, Any]

PARAMETER_KEYS = frozenset(("type", "key", "value", "list", "map", "isWeakReference"))
_CONTENT = {"LIST": "list", "MAP": "map"}
_SCALARS = (str, bool, int, float)


class OddFormError(Exception):
    """JSON of another form than GTM gives a field, so the field stays as it is."""


def is_parameter(value: Any) -> bool:
    """Whether it is a parameter of the form that GTM gives one: all else stays as it is."""
    if not isinstance(value, dict) or not value.keys() <= PARAMETER_KEYS:
        return False
    type_, key, weak = value.get("type"), value.get("key"), value.get("isWeakReference")
    if not isinstance(type_, str) or not isinstance(key, (str, type(None))):
        return False
    content = _CONTENT.get(upper_snake(type_), "value")
    for name in ("value", "list", "map"):
        if value.get(name) is not None and name != content:
            return False
    inner = value.get(content)
    if inner is None:
        right = True
    elif content == "value":
        right = isinstance(inner, _SCALARS)
    else:
        right = isinstance(inner, list) and all(map(is_parameter, inner))
    return right and (weak is None or isinstance(weak, bool))


def scalar_text(value: Any) -> str:
    """A value as GTM holds it, text; hand-made exports have numbers and booleans, too."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_parameter(item: Any, names: Names) -> Parameter:
    """One typed parameter; :class:`OddFormError` for anything else."""
    if not is_parameter(item):
        raise OddFormError
    type_, key = upper_snake(item["type"]), item.get("key")
    if type_.startswith("$"):  # our own sign for what has a name instead of an ID
        raise OddFormError
    weak = item.get("isWeakReference") is True
    if type_ in _CONTENT:
        inner = item.get(_CONTENT[type_]) or ()
        return Parameter(type_, key, read_parameters(inner, names) or None, weak)
    value = scalar_text(item.get("value"))
    if type_ == "TRIGGER_REFERENCE" and value in names.triggers:
        return Parameter(TRIGGER_NAME, key, names.triggers[value], weak)
    if type_ == "TEMPLATE" and value in names.templates:
        return Parameter(TEMPLATE_NAME, key, names.templates[value], weak)
    return Parameter(type_, key, value or None, weak)


def read_parameters(items: Any, names: Names) -> tuple[Parameter, ...]:
    """A list of them."""
    if not isinstance(items, (list, tuple)):
        raise OddFormError
    return tuple(read_parameter(item, names) for item in items)


def walk_parameter(parameter: Parameter) -> Iterator[Parameter]:
    """The parameter and all that it holds, from the outside in."""
    yield parameter
    for item in parameter.value if isinstance(parameter.value, tuple) else ():
        yield from walk_parameter(item)


def texts_in(parameters: Iterable[Parameter]) -> Iterator[str]:
    """Every value of the parameters and of all that they hold."""
    for parameter in parameters:
        for item in walk_parameter(parameter):
            if isinstance(item.value, str):
                yield item.value


def write_parameter(parameter: Parameter, refs: Refs) -> Json:
    """Inverse of :func:`read_parameter`; an empty value is left out, as GTM does."""
    type_, key, value, weak = parameter
    if type_ == TRIGGER_NAME:
        type_, value = "TRIGGER_REFERENCE", refs.trigger(str(value))
    elif type_ == TEMPLATE_NAME:
        type_, value = "TEMPLATE", refs.template(str(value))
    fields: Json = {"type": type_}
    if key is not None:
        fields["key"] = key
    if value.__class__ is str:
        fields["value"] = value
    elif value:
        name = "list" if type_ == "LIST" else "map"
        fields[name] = [write_parameter(item, refs) for item in value]  # type: ignore[arg-type]
    if weak:
        fields["isWeakReference"] = True
    return fields
