"""Lookup and regex tables: an input, rows, and a default."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gtmgen.container.values import Parameter, boolean, rows, text
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields, fields_of, variable_key
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import KEY_REF, SCALAR_OR_TEXT, Schema
from gtmgen.spec.sources.model import Data, DataCompiler
from gtmgen.spec.sources.texts_of_values import compile_text, lift_text
from gtmgen.spec.texts import keys_in, table_values

TABLE: Schema = {
    "input": KEY_REF,
    "default": SCALAR_OR_TEXT,
    "map": {"type": "object", "additionalProperties": SCALAR_OR_TEXT, "minProperties": 1},
}


def table_inputs(argument: Any) -> tuple[str, ...]:
    """The table's input, and the keys in its values."""
    values = table_values(argument).values()
    return (argument["input"], *(key for value in values for key in keys_in(value)))


def compile_head(compiler: DataCompiler, data: DataKey) -> tuple[Parameter, ...]:
    """The table's default and its input; a default in the table goes before one beside it."""
    source = text("input", compiler.value(data.argument["input"]))
    default = data.argument.get("default", data.default)
    if default is None:
        return (boolean("setDefaultValue", False), source)
    value = text("defaultValue", compile_text(compiler, default))
    return (boolean("setDefaultValue", True), value, source)


def compile_rows(compiler: DataCompiler, table: Iterable[tuple[Any, Any]]) -> Parameter:
    """The rows of a table."""
    cells: list[tuple[str, ...]] = [
        (compile_text(compiler, key), compile_text(compiler, value)) for key, value in table
    ]
    return rows("map", ("key", "value"), cells)


def lift_table_default(source: LiftSource, fields: ParameterFields) -> str | Data | None:
    """A table's default, which may hold values."""
    if "setDefaultValue" in fields and fields.flag("setDefaultValue"):
        return lift_text(source, fields.template("defaultValue"))
    return None


def lift_table(word: str, table: Data, default: str | Data | None) -> Data:
    """A default that holds values stands in the table, any other one beside it."""
    if isinstance(default, dict):
        table["default"] = default
        return {word: table}
    return {word: table} if default is None else {word: table, "default": default}


def lift_input(source: LiftSource, fields: ParameterFields) -> Data:
    """A table that so far has its input alone."""
    return {"input": variable_key(source, fields.template("input"))}


def lift_rows(source: LiftSource, fields: ParameterFields) -> list[tuple[str | Data, str | Data]]:
    """Inverse of ``compile_rows``."""
    table = []
    for item in fields.items("map"):
        if item.key is not None:
            raise NotLiftedError("its table has an odd form")
        row = fields_of(item)
        key, value = row.template("key"), row.template("value")
        table.append((lift_text(source, key), lift_text(source, value)))
        row.finish()
    if not table:
        raise NotLiftedError("its table is empty")
    return table


def describe_table(word: str) -> Callable[[PhraseBook, DataKey], str]:
    """A sentence with the table's input."""
    return lambda speaker, data: speaker.words(f"source.{word}", what=data.argument["input"])
