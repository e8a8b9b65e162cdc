"""``event_data``: a field of the event, in a server container."""

from __future__ import annotations

from gtmgen.container.values import text
from gtmgen.spec.lifting import LiftSource, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    compile_default,
    describe_argument,
    is_always_native,
    lift_default,
    read_nothing,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    path = text("keyPath", compiler.literal(data.argument))
    return GtmVariable("ed", (*compile_default(compiler, data.default), path))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    return {"event_data": fields.filled("keyPath"), **lift_default(fields)}


SOURCE = DataSource(
    word="event_data",
    schema={
        **TEXT,
        "description": "In a server container: a field of the event, `user_data.city`.",
    },
    is_for_servers=True,
    is_common=False,
    inputs=read_nothing,
    is_native=is_always_native,
    compile=_compile,
    types=("ed",),
    lift=_lift,
    describe=describe_argument("event_data"),
)
