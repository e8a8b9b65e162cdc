"""``constant``: a fixed value, or text that holds others."""

from __future__ import annotations

from gtmgen.container.values import text
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import SCALAR, TEXT_OF_VALUES
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_unconverted,
)
from gtmgen.spec.sources.texts_of_values import compile_text, lift_text
from gtmgen.spec.texts import is_text, keys_in, to_text


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    return GtmVariable("c", (text("value", compile_text(compiler, data.argument)),))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    value = fields.template("value")
    if not value:
        raise NotLiftedError("`value` is empty")
    return {"constant": lift_text(source, value)}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    argument = data.argument
    constant = argument["text"] if is_text(argument) else to_text(argument)
    return speaker.words("source.constant", what=constant)


SOURCE = DataSource(
    word="constant",
    schema={
        "if": {"type": "object"},
        "then": TEXT_OF_VALUES,
        "else": {
            **SCALAR,
            "minLength": 1,
            "description": "A fixed value; GTM refuses an empty one.",
        },
        "description": "A fixed value, or text that holds others.",
    },
    is_common=True,
    inputs=keys_in,
    is_native=is_native_unconverted,
    compile=_compile,
    types=("c",),
    lift=_lift,
    describe=_describe,
)
