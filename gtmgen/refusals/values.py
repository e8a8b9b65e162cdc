"""Values of a custom template's fields that the template itself does not allow.

The API checks a template's ``valueValidators`` for literal values; one with ``{{...}}`` it takes
as it is (seen by users of the live API). Fields that others switch on or off are left alone:
nobody has said what the API does about them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from gtmgen.container.entities import Client, Tag, Template, Variable
from gtmgen.container.values import Parameter
from gtmgen.diagnostics import Path, Problem
from gtmgen.refusals.templates import first_section, info_of


class TemplateField(NamedTuple):
    """One field of a template that is always shown; ``default`` says that it has a value unasked.

    ``validators`` are those of the template: type and arguments.
    """

    name: str
    default: bool
    validators: tuple[tuple[str, tuple[Any, ...]], ...]


class TemplateRules(NamedTuple):
    """What a template says of that which is made from it: what it is, and its fields."""

    name: str
    makes: object
    fields: tuple[TemplateField, ...]


def rules_of(template: Template) -> TemplateRules:
    """The rules of a template, which is long: read once for all that is made from it."""
    return TemplateRules(template.name, info_of(template).get("type"), fields_of(template.data))


def bad_values(
    entity: Tag | Variable | Client, path: Path, template: TemplateRules
) -> Iterator[Problem]:
    """Literal values that the entity's template refuses, and empty ones that it needs."""
    given = {item.key: item for item in entity.parameter}
    for field in template.fields:
        at = (*path, "parameters", field.name)
        yield from _check(field, given.get(field.name), at, template.name)


def _check(
    field: TemplateField, value: Parameter | None, path: Path, template: str
) -> Iterator[Problem]:
    is_empty = value is None or not value.value
    text = value.value if value is not None and isinstance(value.value, str) else ""
    if "{{" in text or (value is None and field.default):
        return
    for type_, arguments in field.validators:
        if type_ == "NON_EMPTY" and is_empty:
            message = f"the template `{template}` needs a value for `{field.name}`"
            yield Problem(
                "required-parameter",
                path,
                message,
                f"give it under `parameters`: `{field.name}: ...`",
            )
        elif not is_empty and type_ in _IS_ALLOWED and not _IS_ALLOWED[type_](text, arguments):
            message = f"the template `{template}` does not allow `{text}` for `{field.name}`"
            yield Problem("template-value", path, message, _hint(type_, arguments))


def _matches(text: str, arguments: Sequence[Any]) -> bool:
    try:
        return re.search(str(arguments[0]), text) is not None
    except (re.error, IndexError):  # JavaScript's patterns are not all Python's
        return True


def _has_length(text: str, arguments: Sequence[Any]) -> bool:
    limits = [item for item in arguments if isinstance(item, int)]
    return len(limits) != 2 or limits[0] <= len(text) <= limits[1]


def _is_number(text: str, _: Sequence[Any]) -> bool:
    return re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text) is not None


_IS_ALLOWED: Mapping[str, Callable[[str, Sequence[Any]], bool]] = {
    "REGEX": _matches,
    "STRING_LENGTH": _has_length,
    "NUMBER": _is_number,
}


def _hint(type_: str, arguments: Sequence[Any]) -> str:
    if type_ == "REGEX":
        return f"it takes what matches `{arguments[0]}`"
    if type_ == "STRING_LENGTH":
        return f"it takes {arguments[0]} to {arguments[1]} characters"
    return "it takes a number"


def fields_of(text: str) -> tuple[TemplateField, ...]:
    """The fields of a .tpl text that are always shown and have validators."""
    return _read_fields(first_section(text, "TEMPLATE_PARAMETERS"))


# Projects give one template other names and owners, which change other sections of it.
@lru_cache(maxsize=64)
def _read_fields(section: str) -> tuple[TemplateField, ...]:
    try:
        items = json.loads(section)
    except (ValueError, RecursionError):
        return ()
    return tuple(_fields(items if isinstance(items, list) else []))


def _fields(items: Sequence[Any]) -> Iterator[TemplateField]:
    for item in items:
        if not isinstance(item, dict) or item.get("enablingConditions"):
            continue
        if item.get("type") == "GROUP":
            yield from _fields(item.get("subParams") or [])
        elif isinstance(item.get("name"), str) and item.get("valueValidators"):
            yield TemplateField(item["name"], "defaultValue" in item, tuple(_list_validators(item)))


def _list_validators(item: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for validator in item["valueValidators"]:
        if isinstance(validator, dict) and not validator.get("enablingConditions"):
            yield str(validator.get("type")), tuple(validator.get("args") or ())
