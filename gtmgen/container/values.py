"""What the fields of an entity hold: typed parameters, conditions, and text with references."""

from __future__ import annotations

import re
from typing import NamedTuple


class Parameter(NamedTuple):
    """One typed parameter; ``value`` is text, or the items of a LIST or MAP.

    An empty value is None: GTM leaves ``value``, ``list`` or ``map`` out then. ``weak`` is
    ``isWeakReference``, which transformations use. Where an entity is ``raw``, two more types
    stand for what has an ID in GTM: :data:`TRIGGER_NAME` and :data:`TEMPLATE_NAME`.
    """

    type: str
    key: str | None = None
    value: str | tuple[Parameter, ...] | None = None
    weak: bool = False


TRIGGER_NAME = "$TRIGGER"
"""The type of a TRIGGER_REFERENCE whose value is a name instead of an ID."""
TEMPLATE_NAME = "$TEMPLATE"
"""The type of a TEMPLATE that holds the type of what a custom template makes, by its name."""


class Condition(NamedTuple):
    """One filter of a trigger; ``parameter`` holds arg0, arg1 and, when true, the flags."""

    type: str
    parameter: tuple[Parameter, ...]


# A tenth of compiling a spec was to make parameters. The class itself goes through two functions
# more for the same tuple; those below, which make nearly all of them, go without.
_new = tuple.__new__


def text(key: str | None, value: str) -> Parameter:
    """A TEMPLATE parameter; empty text has no value."""
    return _new(Parameter, ("TEMPLATE", key, value or None, False))


def boolean(key: str | None, value: bool) -> Parameter:
    """A BOOLEAN parameter: "true" or "false"."""
    return _new(Parameter, ("BOOLEAN", key, "true" if value else "false", False))


def integer(key: str | None, value: int) -> Parameter:
    """An INTEGER parameter."""
    return Parameter("INTEGER", key, str(value))


def rows(key: str, columns: tuple[str, ...], values: list[tuple[str, ...]]) -> Parameter:
    """A LIST of MAP parameter: the rows of a table, all cells TEMPLATE."""
    items = [
        Parameter("MAP", None, tuple([text(*cell) for cell in zip(columns, row, strict=True)]))
        for row in values
    ]
    return Parameter("LIST", key, tuple(items) or None)


def condition(
    type_: str, left: str, right: str, *, negate: bool = False, ignore_case: bool = False
) -> Condition:
    """A filter: ``left`` and ``right`` are GTM template strings."""
    parameter: tuple[Parameter, ...] = (text("arg0", left), text("arg1", right))
    if ignore_case:
        parameter += (boolean("ignore_case", True),)
    if negate:
        parameter += (boolean("negate", True),)
    return _new(Condition, (type_, parameter))


REFERENCE = re.compile(r"\{\{([^{}]+)\}\}")
"""A reference to a variable, by its name, inside a template string."""


def reference(name: str) -> str:
    """The template string that stands for a variable."""
    return "{{" + name + "}}"


def literal(value: str, brace: str) -> str:
    """Text as a GTM template string that yields exactly this text.

    GTM has no escape for ``{{``. A brace that another one follows is written as a reference
    to ``brace``, a constant variable that holds one brace: no reference forms by accident.
    """
    if "{{" not in value:
        return value
    stand_in = reference(brace)
    return "".join(
        stand_in if char == "{" and value[index + 1 : index + 2] == "{" else char
        for index, char in enumerate(value)
    )
