"""``lookup``: a lookup table."""

from __future__ import annotations

from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import make_object
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_unconverted,
)
from gtmgen.spec.sources.tables import (
    TABLE,
    compile_head,
    compile_rows,
    describe_table,
    lift_input,
    lift_rows,
    lift_table,
    lift_table_default,
    table_inputs,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    table = sorted(data.argument["map"].items())
    head = compile_head(compiler, data)
    return GtmVariable("smm", (*head, compile_rows(compiler, table)))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    default = lift_table_default(source, fields)
    table = lift_input(source, fields)
    rows = lift_rows(source, fields)
    values = {key: value for key, value in rows if isinstance(key, str)}
    if not all(isinstance(key, str) for key, _ in rows):
        raise NotLiftedError("a key of its table refers to a variable")
    if list(values) != sorted(values) or len(values) < len(rows):
        # The language's table is a mapping, whose rows are sorted.
        raise NotLiftedError("the rows of its table are not in the order of their keys")
    table["map"] = values
    return lift_table("lookup", table, default)


SOURCE = DataSource(
    word="lookup",
    schema=make_object(TABLE, required=("input", "map"), description="A lookup table."),
    is_common=True,
    inputs=table_inputs,
    is_native=is_native_unconverted,
    compile=_compile,
    types=("smm",),
    lift=_lift,
    describe=describe_table("lookup"),
)
