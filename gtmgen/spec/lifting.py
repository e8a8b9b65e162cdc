"""What lifting shares: names, references and parameters of exactly one form.

Lifting is the inverse of compiling, and strict: what is not recognised to the last parameter
stays as GTM has it, because the lifted form would compile to something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from gtmgen.container.builtins import KEY_OF_NAME, SERVER_KEY_OF_NAME, built_in_name
from gtmgen.container.entities import Kind
from gtmgen.container.values import REFERENCE, Condition, Parameter
from gtmgen.spec.schema_parts import KEY, NAME

# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_WHOLE_NUMBER = r"0|[1-9][0-9]{0,14}"


class Lifting(Protocol):
    """A trigger form or a data source, as far as it reads GTM's types."""

    @property
    def types(self) -> tuple[str, ...]:
        """The types that ``lift`` reads."""

    @property
    def lift(self) -> Any:
        """Reads an entity of one of them."""


L = TypeVar("L", bound=Lifting)


def list_readers(sides: Iterable[L]) -> dict[str, L]:
    """What reads each of GTM's types; several of one type share what reads it."""
    readers: dict[str, L] = {}
    for side in sides:
        for type_ in side.types:
            if readers.setdefault(type_, side).lift is not side.lift:
                raise ValueError(f"two ways to read what is of type {type_}")
    return readers


class NotLiftedError(Exception):
    """The language has no words for it; the message says for what."""


class LiftSource(Protocol):
    """The container that is lifted, as far as one of its entities can refer to it."""

    @property
    def context(self) -> str:
        """``WEB`` or ``SERVER``."""

    @property
    def built_ins(self) -> frozenset[str]:
        """The keys of the built-in variables that are enabled."""

    @property
    def keys(self) -> Mapping[tuple[Kind, str], str]:
        """The spec's key of each entity, by its kind and its name in GTM."""

    @property
    def variable_keys(self) -> frozenset[str]:
        """The keys of all variables: a built-in one of the same key cannot be named."""


def speakable(name: str) -> str:
    """A name that the spec may give; GTM has let others through."""
    if not re.fullmatch(NAME, name):
        raise NotLiftedError("its name has a colon, braces or a blank at an end")
    return name


class ParameterFields:
    """Keyed parameters, each of one type; what is not asked for makes it another thing."""

    def __init__(self, parameters: Iterable[tuple[str | None, Parameter]]) -> None:
        self._left: dict[str, Parameter] = {}
        for key, parameter in parameters:
            if key is None or key in self._left or parameter.weak:
                raise NotLiftedError("its parameters have an odd form")
            self._left[key] = parameter

    @classmethod
    def of(cls, parameters: Iterable[Parameter]) -> ParameterFields:
        """Those that hold their own key."""
        return cls((parameter.key, parameter) for parameter in parameters)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str) -> str:
        """Text without references; empty where GTM has no value."""
        value = self.template(key)
        if "{{" in value:
            raise NotLiftedError(f"`{key}` refers to a variable")
        return value

    def template(self, key: str) -> str:
        """Text with references as they stand."""
        return self._take(key, "TEMPLATE")

    def filled(self, key: str) -> str:
        """Text that is there."""
        value = self.text(key)
        if not value:
            raise NotLiftedError(f"`{key}` is empty")
        return value

    def flag(self, key: str) -> bool:
        """A BOOLEAN."""
        value = self._take(key, "BOOLEAN")
        if value not in ("true", "false"):
            raise NotLiftedError(f"`{key}` is neither true nor false")
        return value == "true"

    def unset_or_flag(self, key: str) -> bool:
        """A BOOLEAN, or the template without a value that GTM has where nobody has set it."""
        parameter = self._left.get(key)
        if parameter is not None and parameter.type == "TEMPLATE" and not parameter.value:
            del self._left[key]
            return False
        return self.flag(key)

    def whole(self, key: str) -> int:
        """An INTEGER."""
        return whole_number(self._take(key, "INTEGER"), key)

    def items(self, key: str) -> tuple[Parameter, ...]:
        """The items of a LIST."""
        parameter = self._left.pop(key, None)
        if parameter is None or parameter.type != "LIST" or isinstance(parameter.value, str):
            raise NotLiftedError(f"`{key}` is missing or no list")
        return parameter.value or ()

    def finish(self) -> None:
        """Nothing else may be there."""
        if self._left:
            raise NotLiftedError(f"the language has no word for `{min(self._left)}`")

    def _take(self, key: str, type_: str) -> str:
        parameter = self._left.pop(key, None)
        if parameter is None or parameter.type != type_ or isinstance(parameter.value, tuple):
            raise NotLiftedError(f"`{key}` is missing or of another type")
        return parameter.value or ""


def whole_number(text: str, what: str) -> int:
    """A number without a sign, in its only spelling."""
    if not re.fullmatch(_WHOLE_NUMBER, text):
        raise NotLiftedError(f"`{what}` is not a whole number")
    return int(text)


def bare_sides(item: Condition) -> tuple[str, str] | None:
    """Both sides of a condition that has no flag and nothing odd."""
    fields = {parameter.key: parameter for parameter in item.parameter}
    if len(item.parameter) != 2 or fields.keys() != {"arg0", "arg1"}:
        return None
    left, right = fields["arg0"], fields["arg1"]
    if {left.type, right.type} != {"TEMPLATE"} or left.weak or right.weak:
        return None
    return str(left.value or ""), str(right.value or "")


def literal(text: str) -> str:
    """Text that refers to nothing."""
    if "{{" in text:
        raise NotLiftedError("a text refers to a variable")
    return text


def variable_key(source: LiftSource, template: str) -> str:
    """The spec's key of what a template string refers to, if it is one reference alone."""
    match = REFERENCE.fullmatch(template)
    if match is None:
        raise NotLiftedError(f"`{template}` is not one variable alone")
    name = match.group(1)
    key = source.keys.get((Kind.VARIABLE, name))
    if key is not None:
        return key
    return built_in_key(source, name)


def built_in_key(source: LiftSource, name: str) -> str:
    """A built-in variable's key; one that is off would be switched on."""
    key = (SERVER_KEY_OF_NAME if source.context == "SERVER" else KEY_OF_NAME).get(name)
    if key is None:
        if name in map(built_in_name, source.built_ins):
            raise NotLiftedError(f"the language has no word for the built-in variable `{name}`")
        raise NotLiftedError(f"there is no variable `{name}`")
    if key not in source.built_ins:
        raise NotLiftedError(f"the built-in variable `{name}` is not enabled")
    if key in source.variable_keys:
        raise NotLiftedError(f"`{key}` is the key of another variable")
    return key


def require_built_ins(source: LiftSource, text: str) -> None:
    """Raise for a text that refers to a built-in variable which is off: compiling turns it on."""
    for name in REFERENCE.findall(text):
        if name in KEY_OF_NAME:
            built_in_key(source, name)


def fields_of(value: Parameter) -> ParameterFields:
    """The fields of a MAP."""
    if value.type != "MAP" or isinstance(value.value, str):
        raise NotLiftedError("a row of a table has an odd form")
    return ParameterFields.of(value.value or ())


def is_key(text: str) -> bool:
    """Whether the spec takes it as a key."""
    return bool(re.fullmatch(KEY, text))
