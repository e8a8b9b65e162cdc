"""``regex``: a regex table."""

from __future__ import annotations

from gtmgen.container.values import boolean
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import (
    BOOLEAN,
    SCALAR_OR_TEXT,
    TEXT,
    TEXT_OF_VALUES,
    Schema,
    make_object,
)
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

_PATTERN: Schema = {
    "if": {"type": "object"},
    "then": TEXT_OF_VALUES,
    "else": TEXT,
    "description": "A regular expression, or the text of one that holds values.",
}
_ROWS: Schema = {
    "type": "array",
    "minItems": 1,
    "items": make_object(
        {"pattern": _PATTERN, "value": SCALAR_OR_TEXT}, required=("pattern", "value")
    ),
}
_WORD_OF_FLAG = {
    "fullMatch": "full_match",
    "ignoreCase": "ignore_case",
    "replaceAfterMatch": "capture",
}


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    argument = data.argument
    if isinstance(argument["map"], list):
        table = [(row["pattern"], row["value"]) for row in argument["map"]]
    else:
        table = sorted(argument["map"].items())
    return GtmVariable(
        "remm",
        (
            *compile_head(compiler, data),
            boolean("fullMatch", argument.get("full_match", False)),
            boolean("replaceAfterMatch", argument.get("capture", False)),
            boolean("ignoreCase", argument.get("ignore_case", False)),
            compile_rows(compiler, table),
        ),
    )


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    default = lift_table_default(source, fields)
    table = lift_input(source, fields)
    for flag, word in _WORD_OF_FLAG.items():
        if fields.flag(flag):
            table[word] = True
    rows = lift_rows(source, fields)
    if not all(pattern for pattern, _ in rows):
        raise NotLiftedError("a pattern of its table is empty")
    table["map"] = [{"pattern": pattern, "value": value} for pattern, value in rows]
    return lift_table("regex", table, default)


SOURCE = DataSource(
    word="regex",
    schema=make_object(
        {
            **TABLE,
            "map": {"if": {"type": "array"}, "then": _ROWS, "else": TABLE["map"]},
            "full_match": BOOLEAN,
            "ignore_case": BOOLEAN,
            "capture": {
                **BOOLEAN,
                "description": "Values may hold what the pattern captures: `$1`.",
            },
        },
        required=("input", "map"),
        description="A regex table; as a list of {pattern, value} where the order matters.",
    ),
    is_common=True,
    inputs=table_inputs,
    is_native=is_native_unconverted,
    compile=_compile,
    types=("remm",),
    lift=_lift,
    describe=describe_table("regex"),
)
