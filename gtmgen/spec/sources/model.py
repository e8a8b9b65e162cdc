"""What a data source is made of; a source without one of its sides cannot be constructed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from gtmgen.container.entities import EntityType
from gtmgen.container.values import Parameter, boolean, text
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import Schema

Data = dict[str, Any]

CONVERTED = frozenset(("number", "integer", "boolean", "currency", "items"))
"""Types of which a text is not yet a value."""


class GtmVariable(NamedTuple):
    """A variable's type in GTM, or its template, and its parameters."""

    type: EntityType
    parameter: tuple[Parameter, ...]


class DataCompiler(Protocol):
    """What the compiler does for a source."""

    def literal(self, value: str, /) -> str:
        """Text that GTM will hold exactly as written."""

    def value(self, key: str, /) -> str:
        """A reference to a data key's variable, or to a built-in one, which it enables."""

    def enable_built_ins(self, code: str, /) -> None:
        """Enables the built-in variables that raw text refers to."""

    def read_script(self, path: str, /) -> str:
        """The code of a file beside the spec."""

    def event_data_template(self) -> EntityType:
        """The template that reads the data layer, the event's own message first of all."""

    def value_template(self) -> EntityType:
        """The template that types a value that is there already."""

    def add_untyped(self, data: DataKey, /) -> str:
        """A reference to GTM's own variable below a typed one."""


def check_nothing(argument: Any, path: Path) -> Iterator[Problem]:
    """For sources of which the schema says all."""
    del argument, path
    yield from ()


def read_untyped(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    """For sources that GTM has a variable for: the template reads that one."""
    value = text("value", compiler.add_untyped(data))
    return GtmVariable(compiler.value_template(), (text("read", "value"), value))


class DataSource(Struct, frozen=True, kw_only=True):
    """One place that a value comes from, from the spec to GTM and back."""

    word: str
    """The source's name in the spec, and in the model: ``DataKey.source``."""
    schema: Schema
    """What the word takes."""
    is_for_servers: bool = False
    """Whether only a server container has it; there, nothing types a value."""
    says_null: bool = False
    """Whether GTM's variable gives the word ``null`` for what is not there."""
    is_common: bool
    """Whether a message that lists sources names it among the first."""
    inputs: Callable[[Any], tuple[str, ...]]
    """The data keys and built-ins that the word's argument is made from."""
    check: Callable[[Any, Path], Iterator[Problem]] = check_nothing
    """What the schema cannot refuse in the word's argument, which stands at the path."""
    is_native: Callable[[DataKey], bool]
    """Whether GTM's own variable is enough: nothing to type, no default that it cannot hold."""
    compile: Callable[[DataCompiler, DataKey], GtmVariable]
    """GTM's own variable; never asked of a source that always takes a template."""
    compile_read: Callable[[DataCompiler, DataKey], GtmVariable] = read_untyped
    """The template that types the value, with the parameters that say what it reads."""
    types: tuple[str, ...]
    """The types of the variables that ``lift`` reads."""
    lift: Callable[[LiftSource, ParameterFields], Data]
    """Inverse of ``compile``. Raises :class:`NotLiftedError`."""
    describe: Callable[[PhraseBook, DataKey], str]
    """Where the value comes from, in the documentation's words."""


def read_nothing(argument: Any) -> tuple[str, ...]:
    """For sources that are made from no other value."""
    del argument
    return ()


def is_always_native(data: DataKey) -> bool:
    """For sources whose values nothing types."""
    del data
    return True


def is_never_native(data: DataKey) -> bool:
    """For sources that GTM has no variable for."""
    del data
    return False


def is_native_unconverted(data: DataKey) -> bool:
    """For sources whose variable holds a default itself."""
    return data.type not in CONVERTED


def is_native_text(data: DataKey) -> bool:
    """For sources of text, whose variable holds no default."""
    return data.default is None and data.type not in CONVERTED


def is_native_untyped(data: DataKey) -> bool:
    """For sources of values of whatever type, whose variable holds no default."""
    return data.default is None and data.type == "any"


def compile_nothing(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    """For sources without a variable of their own."""
    del compiler
    raise ValueError(f"GTM has no variable for `{data.source}`")


def lift_nothing(source: LiftSource, fields: ParameterFields) -> Data:
    """For sources without a variable of their own."""
    del source, fields
    raise NotLiftedError("it is made from a custom template")


def compile_argument(type_: str, parameter: str) -> Callable[[DataCompiler, DataKey], GtmVariable]:
    """For variables of a type whose one parameter is the word's argument."""

    def compile_variable(compiler: DataCompiler, data: DataKey) -> GtmVariable:
        return GtmVariable(type_, (text(parameter, compiler.literal(data.argument)),))

    return compile_variable


def lift_argument(word: str, parameter: str) -> Callable[[LiftSource, ParameterFields], Data]:
    """Inverse of ``compile_argument``."""
    return lambda source, fields: {word: fields.filled(parameter)}


def describe_argument(word: str) -> Callable[[PhraseBook, DataKey], str]:
    """A sentence with the word's argument."""
    return lambda speaker, data: speaker.words(f"source.{word}", what=data.argument)


def compile_default(compiler: DataCompiler, default: str | None) -> tuple[Parameter, ...]:
    """What GTM's variables with a default of their own say of it."""
    if default is None:
        return (boolean("setDefaultValue", False),)
    return (boolean("setDefaultValue", True), text("defaultValue", compiler.literal(default)))


def lift_default(fields: ParameterFields) -> Data:
    """Inverse of ``compile_default``."""
    if "setDefaultValue" in fields and fields.flag("setDefaultValue"):
        return {"default": fields.text("defaultValue")}
    return {}
