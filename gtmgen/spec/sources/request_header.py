"""``request_header``: a header of the request, in a server container."""

from __future__ import annotations

from gtmgen.container.entities import text
from gtmgen.spec.lifting import LiftSource, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    check_nothing,
    describe_argument,
    is_always_native,
    read_nothing,
    read_untyped,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    return GtmVariable("rh", (text("headerName", compiler.literal(data.argument)),))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    return {"request_header": fields.filled("headerName")}


SOURCE = DataSource(
    word="request_header",
    schema={**TEXT, "description": "In a server container: a header of the request, `user-agent`."},
    is_for_servers=True,
    says_null=False,
    is_common=False,
    inputs=read_nothing,
    check=check_nothing,
    is_native=is_always_native,
    compile=_compile,
    compile_read=read_untyped,
    types=("rh",),
    lift=_lift,
    describe=describe_argument("request_header"),
)
