"""``sum``: the sum of price times quantity over items."""

from __future__ import annotations

from typing import Any

from gtmgen.container.values import text
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import KEY_REF, TEXT, make_object
from gtmgen.spec.sources.model import (
    DataCompiler,
    DataSource,
    GtmVariable,
    compile_nothing,
    is_never_native,
    lift_nothing,
)


def _items(argument: Any) -> str:
    return str(argument["items"] if isinstance(argument, dict) else argument)


def _field(argument: Any) -> str | None:
    return argument.get("field") if isinstance(argument, dict) else None


def _inputs(argument: Any) -> tuple[str, ...]:
    return (_items(argument),)


def _compile_read(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    parameter = [text("read", "sum"), text("value", compiler.value(_items(data.argument)))]
    field = _field(data.argument)
    if field is not None:
        parameter.append(text("path", compiler.literal(field)))
    return GtmVariable(compiler.value_template(), tuple(parameter))


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    field = _field(data.argument) or "price"
    return speaker.words("source.sum", what=_items(data.argument), field=field)


SOURCE = DataSource(
    word="sum",
    schema={
        "description": "The sum of price times quantity over the items of a data key.",
        "if": {"type": "object"},
        "then": make_object({"items": KEY_REF, "field": TEXT}, required=("items",)),
        "else": KEY_REF,
    },
    is_common=False,
    inputs=_inputs,
    is_native=is_never_native,
    compile=compile_nothing,
    compile_read=_compile_read,
    types=(),
    lift=lift_nothing,
    describe=_describe,
)
