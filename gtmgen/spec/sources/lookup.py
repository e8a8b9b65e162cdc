"""``lookup``: a lookup table."""

from __future__ import annotations

from gtmgen.spec.lifting import LiftSource, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import SCALAR_OR_TEXT, Schema, make_object
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

_ROWS: Schema = {
    "type": "array",
    "minItems": 1,
    "items": make_object(
        {"key": SCALAR_OR_TEXT, "value": SCALAR_OR_TEXT}, required=("key", "value")
    ),
}


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    listed = data.argument["map"]
    if isinstance(listed, list):
        table = [(row["key"], row["value"]) for row in listed]
    else:
        table = sorted(listed.items())
    head = compile_head(compiler, data)
    return GtmVariable("smm", (*head, compile_rows(compiler, table)))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    default = lift_table_default(source, fields)
    table = lift_input(source, fields)
    rows = lift_rows(source, fields)
    values = {key: value for key, value in rows if isinstance(key, str)}
    # A mapping's rows are compiled by their keys, and no key is there twice.
    is_mapping = len(values) == len(rows) and list(values) == sorted(values)
    table["map"] = values if is_mapping else [{"key": key, "value": value} for key, value in rows]
    return lift_table("lookup", table, default)


SOURCE = DataSource(
    word="lookup",
    schema=make_object(
        {**TABLE, "map": {"if": {"type": "array"}, "then": _ROWS, "else": TABLE["map"]}},
        required=("input", "map"),
        description="A lookup table; as a list of {key, value} where the rows have an order, or "
        "a key holds values.",
    ),
    is_common=True,
    inputs=table_inputs,
    is_native=is_native_unconverted,
    compile=_compile,
    types=("smm",),
    lift=_lift,
    describe=describe_table("lookup"),
)
