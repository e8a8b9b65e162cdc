"""What an entity refers to, and where: listed by :func:`references`, rewritten by
:func:`map_references`.

GTM refers by ID to triggers (in lists and in parameters) and folders, by a type ``cvt_...`` to
what a custom template makes, and by name to tags and, inside any text, to variables. Which field
means what stands here alone; everything else in a body is data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gtmgen.container.entities import Kind
from gtmgen.container.values import REFERENCE

TRIGGER_LISTS = frozenset(
    ("firingTriggerId", "blockingTriggerId", "enablingTriggerId", "disablingTriggerId")
)
"""Fields of an entity that hold IDs of triggers; their order means nothing."""
TRIGGER_FIELDS = TRIGGER_LISTS | {"customEvaluationTriggerId"}
"""The same at any depth: the last is in the boundary of a zone."""
TYPE_FIELDS = frozenset(("whitelistedTypeId",))
"""Fields that hold types of tags and variables, some of which a custom template makes."""
CUSTOM_TYPE = "cvt_"
"""How the type of what a custom template makes begins."""

_KIND_OF_FIELD = {
    "parentFolderId": Kind.FOLDER,
    "tagName": Kind.TAG,  # of setup and teardown tags
    **dict.fromkeys(TRIGGER_FIELDS, Kind.TRIGGER),
}
_KIND_OF_PARAMETER = {
    "triggerReference": Kind.TRIGGER,
    "TRIGGER_REFERENCE": Kind.TRIGGER,
    "tagReference": Kind.TAG,
    "TAG_REFERENCE": Kind.TAG,
}
# What stands in double braces there is text or code: GTM takes no reference from it.
_PLAIN_TEXT = frozenset(("name", "notes", "templateData"))

Path = tuple[str | int, ...]


class Reference(NamedTuple):
    """One reference: where it stands, to what, and what it says: an ID, a type, or a name."""

    path: Path
    kind: Kind
    name: str


def references(body: Any) -> Iterator[Reference]:
    """Every reference of a body, an API's or an export's, in the order of its fields."""
    return _references(body, "", ())


def _references(value: Any, key: str, path: Path) -> Iterator[Reference]:
    if isinstance(value, dict):
        kind = _KIND_OF_PARAMETER.get(str(value.get("type")))
        if kind is not None:
            yield Reference((*path, "value"), kind, str(value.get("value", "")))
        for name, item in value.items():
            if name not in _PLAIN_TEXT:
                yield from _references(item, name, (*path, name))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _references(item, key, (*path, index))
    elif isinstance(value, str):
        if key in _KIND_OF_FIELD:
            yield Reference(path, _KIND_OF_FIELD[key], value)
        # In any text: `affectedTagTypes` of a transformation, for one, holds types in a parameter.
        if value.startswith(CUSTOM_TYPE):
            yield Reference(path, Kind.TEMPLATE, value)
        if "{{" in value:
            yield from (Reference(path, Kind.VARIABLE, name) for name in REFERENCE.findall(value))
    elif key in _KIND_OF_FIELD and isinstance(value, int):  # hand-made exports have numbers
        yield Reference(path, _KIND_OF_FIELD[key], str(value))


Convert = Callable[[Any], Any]


def keep(value: Any) -> Any:
    """Converts nothing."""
    return value


class Converters(NamedTuple):
    """What becomes of each reference; a ``parameter`` is JSON whose type may be a ``$`` one."""

    trigger: Convert
    type: Convert
    parameter: Convert = keep


def map_references(field: str, value: Any, convert: Converters) -> Any:
    """A field's value with each reference to a trigger or a template in it converted.

    References by name (tags, variables) stay: they are the same in every container.
    """
    if isinstance(value, dict):
        converted = convert.parameter(value) if "type" in value else value
        return {name: map_references(name, item, convert) for name, item in converted.items()}
    if not isinstance(value, (list, tuple)):
        return value
    if field in TRIGGER_FIELDS or field in TYPE_FIELDS:
        return [*map(convert.trigger if field in TRIGGER_FIELDS else convert.type, value)]
    return [map_references("", item, convert) for item in value]


def list_texts(value: Any) -> Iterator[str]:
    """Every text in nested data, whatever it is for."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from list_texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from list_texts(item)
