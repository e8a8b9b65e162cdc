"""The entities of a container, with references by name instead of by ID.

A name is unique within its kind in GTM, so names are what a spec, an export and the API can
all be compared by. Enum values are the export's (``CUSTOM_EVENT``); :mod:`api_json` spells
them the API's way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.diagnostics import Origin


class Kind(Enum):
    """The kinds that gtmgen compiles, in the order in which they depend on each other."""

    FOLDER = "folder"
    TEMPLATE = "template"
    BUILT_IN_VARIABLE = "built_in_variable"
    VARIABLE = "variable"
    TRIGGER = "trigger"
    TAG = "tag"


class Parameter(NamedTuple):
    """One typed parameter; ``value`` is text, or the items of a LIST or MAP.

    An empty value is None: GTM leaves ``value``, ``list`` or ``map`` out then.
    """

    type: str
    key: str | None = None
    value: str | tuple[Parameter, ...] | None = None


class Condition(NamedTuple):
    """One filter of a trigger; ``parameter`` holds arg0, arg1 and, when true, the flags."""

    type: str
    parameter: tuple[Parameter, ...]


class TemplateRef(NamedTuple):
    """The type of a tag or variable that is made from a custom template."""

    template: str


class Owner(NamedTuple):
    """Who made an entity: the line ``[gtmgen project kind/key]`` in its notes."""

    project: str
    key: str

    def __str__(self) -> str:
        return f"[gtmgen {self.project} {self.key}]"


EntityType = str | TemplateRef
TriggerRef = str | BuiltInTrigger


@dataclass(frozen=True, slots=True)
class Entity:
    """What every named entity has. ``origin`` is the spec line that it comes from."""

    name: str
    notes: str = ""
    folder: str | None = None
    owner: Owner | None = None
    origin: Origin | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Folder(Entity):
    """A folder; its members name it."""


@dataclass(frozen=True, slots=True)
class Template(Entity):
    """A custom template: the whole .tpl text; its notes are a section of that text."""

    data: str = ""


@dataclass(frozen=True, slots=True)
class Variable(Entity):
    """A variable; ``undefined_value`` and ``null_value`` replace these (``formatValue``)."""

    type: EntityType = "v"
    parameter: tuple[Parameter, ...] = ()
    undefined_value: str | None = None
    null_value: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger(Entity):
    """A trigger; ``settings`` are the fields that only some types have (``waitForTags`` ...)."""

    type: str = "CUSTOM_EVENT"
    custom_event_filter: tuple[Condition, ...] = ()
    filter: tuple[Condition, ...] = ()
    auto_event_filter: tuple[Condition, ...] = ()
    settings: tuple[tuple[str, Parameter], ...] = ()
    parameter: tuple[Parameter, ...] = ()
    members: tuple[TriggerRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag(Entity):
    """A tag; ``consent`` is None for not set, () for not needed, else the consent types."""

    type: EntityType = "html"
    parameter: tuple[Parameter, ...] = ()
    firing: tuple[TriggerRef, ...] = ()
    blocking: tuple[TriggerRef, ...] = ()
    firing_option: str = "ONCE_PER_EVENT"
    consent: tuple[str, ...] | None = None
    priority: int | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """An enabled built-in variable, by its snake_case key."""

    key: str
    name: str


AnyEntity = Folder | Template | Variable | Trigger | Tag


@dataclass(frozen=True)
class Container:
    """Everything that one spec puts into a container, each kind sorted by its owner's key."""

    project: str
    gtm: str
    folders: tuple[Folder, ...] = ()
    templates: tuple[Template, ...] = ()
    built_ins: tuple[BuiltIn, ...] = ()
    variables: tuple[Variable, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    tags: tuple[Tag, ...] = ()

    def entities(self) -> tuple[AnyEntity, ...]:
        """All but the built-in variables, in the order in which they depend on each other."""
        return (*self.folders, *self.templates, *self.variables, *self.triggers, *self.tags)


KIND_OF: dict[type, Kind] = {
    Folder: Kind.FOLDER,
    Template: Kind.TEMPLATE,
    BuiltIn: Kind.BUILT_IN_VARIABLE,
    Variable: Kind.VARIABLE,
    Trigger: Kind.TRIGGER,
    Tag: Kind.TAG,
}


# -- parameters ------------------------------------------------------------------------


def text(key: str | None, value: str) -> Parameter:
    """A TEMPLATE parameter; empty text has no value."""
    return Parameter("TEMPLATE", key, value or None)


def boolean(key: str | None, value: bool) -> Parameter:
    """A BOOLEAN parameter: "true" or "false"."""
    return Parameter("BOOLEAN", key, "true" if value else "false")


def integer(key: str | None, value: int) -> Parameter:
    """An INTEGER parameter."""
    return Parameter("INTEGER", key, str(value))


def rows(key: str, columns: tuple[str, ...], values: list[tuple[str, ...]]) -> Parameter:
    """A LIST of MAP parameter: the rows of a table, all cells TEMPLATE."""
    items = tuple(
        Parameter(
            "MAP",
            None,
            tuple(text(column, cell) for column, cell in zip(columns, row, strict=True)),
        )
        for row in values
    )
    return Parameter("LIST", key, items or None)


def condition(
    type_: str, left: str, right: str, *, negate: bool = False, ignore_case: bool = False
) -> Condition:
    """A filter: ``left`` and ``right`` are GTM template strings."""
    parameter = [text("arg0", left), text("arg1", right)]
    if ignore_case:
        parameter.append(boolean("ignore_case", True))
    if negate:
        parameter.append(boolean("negate", True))
    return Condition(type_, tuple(parameter))


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
        stand_in if char == "{" and value[place + 1 : place + 2] == "{" else char
        for place, char in enumerate(value)
    )
