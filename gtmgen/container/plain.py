"""Parameters as plain YAML values, exactly invertible.

The YAML type is the type in GTM: text is a TEMPLATE, ``true`` a BOOLEAN, a whole number an
INTEGER, a list a LIST, a mapping a MAP. What has no YAML type is a mapping with one key that
begins with ``$``: ``{$tag: Name}``, ``{$trigger: Name}``, ``{$template: Name}``, and
``{$parameter: {...}}`` for whatever else GTM can hold. So no key of a plain mapping begins with
``$``, and none is the ``file`` that stands for the text of a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from gtmgen.container.fields import upper_snake
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME, Parameter, boolean, integer, text

Read = Callable[[str], str]
"""Gives the text of a file that a value names."""

FILE = "file"
_WHOLE = r"0|-?[1-9][0-9]{0,17}"
_REFERENCES = {"$tag": "TAG_REFERENCE", "$trigger": TRIGGER_NAME, "$template": TEMPLATE_NAME}
_WORDS = {type_: word for word, type_ in _REFERENCES.items()}
_SPECIAL = (*_REFERENCES, "$parameter", "$parameters")
_FLAGS = frozenset(("type", "key", "value", "list", "map", "weak"))


class PlainError(Exception):
    """A value that stands for nothing in GTM; ``path`` leads to it, ``others`` are more of them."""

    def __init__(
        self,
        message: str,
        path: tuple[str | int, ...] = (),
        rule: str = "raw-value",
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.rule = rule
        self.hint = hint
        self.others: tuple[PlainError, ...] = ()

    def below(self, *path: str | int) -> PlainError:
        """The same, seen from further up."""
        return PlainError(self.message, (*path, *self.path), self.rule, self.hint)


def to_plain(parameter: Parameter) -> Any:
    """A parameter without its key as a YAML value; :func:`from_plain` is the way back."""
    value = _write_plain(parameter)
    # Short only where the way back gives the same: GTM holds forms that no YAML type stands for.
    if _sort_maps(from_plain(parameter.key, value)) == _sort_maps(parameter):
        return value
    return _write_verbatim(parameter, with_key=False)


def item_to_plain(parameter: Parameter) -> Any:
    """The same where nothing around it tells the key, which most have none of."""
    return (
        to_plain(parameter) if parameter.key is None else _write_verbatim(parameter, with_key=True)
    )


def _sort_maps(parameter: Parameter) -> Parameter:
    """Of a map, only what is in it counts."""
    if not isinstance(parameter.value, tuple):
        return parameter
    items = [_sort_maps(item) for item in parameter.value]
    if parameter.type == "MAP":
        items.sort(key=repr)
    return parameter._replace(value=tuple(items) or None)


def _write_plain(parameter: Parameter) -> Any:
    type_, _, value, weak = parameter
    if type_ in _WORDS and isinstance(value, str):
        return {_WORDS[type_]: value, **({"weak": True} if weak else {})}
    if weak:
        return _write_verbatim(parameter, with_key=False)
    if type_ == "TEMPLATE" and not isinstance(value, tuple):
        return value or ""
    # What GTM would not write itself (a BOOLEAN of `yes`, in exports made by hand) stays as it is,
    # word for word: the spec has to give it back.
    if type_ == "BOOLEAN" and value in ("true", "false"):
        return value == "true"
    if type_ == "INTEGER" and isinstance(value, str) and re.fullmatch(_WHOLE, value):
        return int(value)
    items = value or ()
    if type_ == "LIST" and isinstance(items, tuple):
        return [item_to_plain(item) for item in items]
    if type_ == "MAP" and isinstance(items, tuple):
        return mapping_to_plain(items)
    return _write_verbatim(parameter, with_key=False)


def mapping_to_plain(items: tuple[Parameter, ...]) -> Any:
    """Keyed parameters as a mapping; as a list where a key is missing or there twice."""
    mapping = {str(item.key): to_plain(item) for item in items if _is_plain_key(item.key)}
    # `{file: NAME}` alone would be read as the text of a file.
    if len(mapping) < len(items) or set(mapping) == {FILE}:
        return {"$parameters": [_write_verbatim(item, with_key=True) for item in items]}
    return mapping


def _is_plain_key(key: str | None) -> bool:
    return key is not None and not key.startswith("$")


def _write_verbatim(parameter: Parameter, *, with_key: bool) -> Any:
    type_, key, value, weak = parameter
    fields: dict[str, Any] = {"type": type_}
    if with_key and key is not None:
        fields["key"] = key
    if isinstance(value, tuple):
        name = "list" if type_ == "LIST" else "map"
        fields[name] = [_write_verbatim(item, with_key=True)["$parameter"] for item in value]
    elif value is not None:
        fields["value"] = value
    if weak:
        fields["weak"] = True
    return {"$parameter": fields}


def from_plain(key: str | None, value: Any, read: Read | None = None) -> Parameter:
    """A YAML value as a parameter. Raises :class:`PlainError`."""
    if isinstance(value, bool):
        # Before int: to Python, true is one.
        return boolean(key, value)
    if isinstance(value, int):
        return integer(key, value)
    if isinstance(value, str):
        return text(key, value)
    if value is None:
        return text(key, "")
    if isinstance(value, float):
        return text(key, repr(value))
    if isinstance(value, list):
        items = []
        for index, item in enumerate(value):
            try:
                items.append(from_plain(None, item, read))
            except PlainError as error:
                raise error.below(index) from None
        return Parameter("LIST", key, tuple(items) or None)
    if not isinstance(value, dict):
        raise PlainError("this is not a value for a parameter")
    return _read_mapping(key, value, read)


def _read_mapping(key: str | None, value: Mapping[str, Any], read: Read | None) -> Parameter:
    if value.keys() == {FILE} and read is not None:
        return text(key, file_text(value, read))
    special = [name for name in value if name.startswith("$")]
    if not special:
        return Parameter("MAP", key, mapping_from_plain(value, read) or None)
    word = special[0]
    if word in _REFERENCES and value.keys() <= {word, "weak"}:
        name = value[word]
        if not isinstance(name, str) or not name:
            raise PlainError(f"`{word}` takes a name", (word,))
        return Parameter(_REFERENCES[word], key, name, _read_weak(value, ()))
    if word == "$parameters" and len(value) == 1:
        return Parameter("MAP", key, mapping_from_plain(value, read) or None)
    if word == "$parameter" and len(value) == 1:
        parameter = _read_verbatim(value[word], (word,))
        return (
            parameter if parameter.key is not None or key is None else parameter._replace(key=key)
        )
    if word in _SPECIAL:
        other = next(name for name in value if name != word)
        raise PlainError(f"`{other}` cannot stand beside `{word}`", (other,))
    raise _describe_unknown_word(word)


def _describe_unknown_word(word: str) -> PlainError:
    allowed = ", ".join(f"`{name}`" for name in _SPECIAL)
    return PlainError(f"`{word}` is none of {allowed}", (word,))


def file_text(value: Mapping[str, Any], read: Read) -> str:
    """The text of the file in ``{file: NAME}``."""
    name = value[FILE]
    if not isinstance(name, str) or not name:
        raise PlainError(f"`{FILE}` takes a path below the spec's folder", (FILE,))
    try:
        return read(name)
    except PlainError as error:
        raise error.below(FILE) from None


def _read_weak(value: Mapping[str, Any], path: tuple[str | int, ...]) -> bool:
    weak = value.get("weak", False)
    if not isinstance(weak, bool):
        raise PlainError("`weak` takes true or false", (*path, "weak"))
    return weak


def mapping_from_plain(value: Mapping[str, Any], read: Read | None = None) -> tuple[Parameter, ...]:
    """A mapping of YAML values as keyed parameters, sorted by key: their order means nothing."""
    if value.keys() == {"$parameters"}:
        items = value["$parameters"]
        if not isinstance(items, list):
            raise PlainError("`$parameters` takes a list", ("$parameters",))
        return tuple(_read_listed(item, index) for index, item in enumerate(items))
    parameters = []
    for key in sorted(value):
        if key.startswith("$"):
            raise _describe_unknown_word(key)
        try:
            parameters.append(from_plain(key, value[key], read))
        except PlainError as error:
            raise error.below(key) from None
    return tuple(parameters)


def _read_listed(item: Any, index: int) -> Parameter:
    if not isinstance(item, dict) or item.keys() != {"$parameter"}:
        raise PlainError("each of `$parameters` is a `$parameter`", ("$parameters", index))
    return _read_verbatim(item["$parameter"], ("$parameters", index, "$parameter"))


def _read_verbatim(value: Any, path: tuple[str | int, ...]) -> Parameter:
    if not isinstance(value, dict) or "type" not in value or not value.keys() <= _FLAGS:
        raise PlainError("a `$parameter` has a type, and key, value, list, map, weak", path)
    for name in ("type", "key", "value"):
        if name in value and not isinstance(value[name], str):
            raise PlainError(f"`{name}` takes text", (*path, name))
    type_ = upper_snake(value["type"])
    is_name = type_ in (TRIGGER_NAME, TEMPLATE_NAME) and value.get("value")
    if not type_ or (type_.startswith("$") and not is_name):
        raise PlainError(f"`{type_}` is not a parameter type", (*path, "type"))
    contents = [name for name in ("value", "list", "map") if name in value]
    if len(contents) > 1 or ("map" if type_ == "LIST" else "list") in contents:
        message = f"a `{type_}` cannot have {' and '.join(f'`{name}`' for name in contents)}"
        raise PlainError(message, (*path, contents[-1]))
    content: str | tuple[Parameter, ...] | None = value.get("value")
    for inner in contents:
        if inner == "value":
            continue
        items = value[inner]
        if not isinstance(items, list):
            raise PlainError(f"`{inner}` takes a list", (*path, inner))
        content = tuple(
            _read_verbatim(item, (*path, inner, index)) for index, item in enumerate(items)
        )
    return Parameter(type_, value.get("key"), content or None, _read_weak(value, path))
