"""``cookie``: a first-party cookie."""

from __future__ import annotations

from gtmgen.container.values import boolean, text
from gtmgen.spec.lifting import LiftSource, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    describe_argument,
    is_native_untyped,
    read_nothing,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    name = text("name", compiler.literal(data.argument))
    return GtmVariable("k", (boolean("decodeCookie", data.decode), name))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    decode = fields.flag("decodeCookie")
    return {"cookie": fields.filled("name"), **({} if decode else {"decode": False})}


SOURCE = DataSource(
    word="cookie",
    schema={**TEXT, "description": "A first-party cookie's name."},
    is_common=True,
    inputs=read_nothing,
    is_native=is_native_untyped,
    compile=_compile,
    types=("k",),
    lift=_lift,
    describe=describe_argument("cookie"),
)
