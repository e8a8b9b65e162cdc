"""``path``: a path in the data layer."""

from __future__ import annotations

from gtmgen.container.values import integer, text
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    compile_default,
    describe_argument,
    lift_default,
    read_nothing,
)


def _is_native(data: DataKey) -> bool:
    return data.is_native


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    return GtmVariable(
        "v",
        (
            integer("dataLayerVersion", 2),
            *compile_default(compiler, data.default),
            text("name", compiler.literal(data.argument)),
        ),
    )


def _compile_read(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    path = text("path", compiler.literal(str(data.argument)))
    return GtmVariable(compiler.event_data_template(), (text("read", data.scope), path))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    if fields.whole("dataLayerVersion") != 2:
        raise NotLiftedError("it reads version 1 of the data layer")
    return {"path": fields.filled("name"), "scope": "model", **lift_default(fields)}


SOURCE = DataSource(
    word="path",
    schema={**TEXT, "description": "A data layer path, version 2: `ecommerce.value`."},
    is_common=True,
    inputs=read_nothing,
    is_native=_is_native,
    compile=_compile,
    compile_read=_compile_read,
    types=("v",),
    lift=_lift,
    describe=describe_argument("path"),
)
