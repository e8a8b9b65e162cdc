"""``first_of``: the first of several data keys that has a value."""

from __future__ import annotations

from gtmgen.container.values import rows, text
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import KEY_REF
from gtmgen.spec.sources.model import (
    DataCompiler,
    DataSource,
    GtmVariable,
    compile_nothing,
    is_never_native,
    lift_nothing,
)


def _compile_read(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    values: list[tuple[str, ...]] = [(compiler.value(key),) for key in data.argument]
    parameter = (text("read", "first"), rows("values", ("value",), values))
    return GtmVariable(compiler.value_template(), parameter)


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    keys = (f"`{key}`" for key in data.argument)
    return speaker.words("source.first_of", what=speaker.words.join_and(keys))


SOURCE = DataSource(
    word="first_of",
    schema={
        "type": "array",
        "items": KEY_REF,
        "minItems": 2,
        "description": "The first of these data keys that has a value.",
    },
    is_common=False,
    inputs=tuple,
    is_native=is_never_native,
    compile=compile_nothing,
    compile_read=_compile_read,
    types=(),
    lift=lift_nothing,
    describe=_describe,
)
