"""``js``: a global JavaScript variable."""

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
    is_native_untyped,
    read_nothing,
    read_untyped,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    return GtmVariable("j", (text("name", compiler.literal(data.argument)),))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    return {"js": fields.filled("name")}


SOURCE = DataSource(
    word="js",
    schema={**TEXT, "description": "A global JavaScript variable: `app.user.id`."},
    is_for_servers=False,
    says_null=False,
    is_common=True,
    inputs=read_nothing,
    check=check_nothing,
    is_native=is_native_untyped,
    compile=_compile,
    compile_read=read_untyped,
    types=("j",),
    lift=_lift,
    describe=describe_argument("js"),
)
