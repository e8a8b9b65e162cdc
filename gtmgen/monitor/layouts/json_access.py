"""Reading JSON in a column, in each engine's own words.

The engines have no common function for it, so this is where dialects differ. A path is a sequence
of keys and indices; the answer is text, null where there is nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import StringValue, Table, Value

from gtmgen.errors import UsageError

ENGINES = ("duckdb", "postgres", "bigquery", "clickhouse", "snowflake")

Step = str | int
_TEXTS = "texts"


def extract_text(engine: str, body: Value, path: Sequence[Step]) -> StringValue:
    """The scalar at a path of a JSON column, or of a text column that holds JSON, as text."""
    if engine == "postgres":
        function = _make_builtin("json_extract_path_text", 1 + len(path), "json")
        text = function(body.cast("json"), *map(str, path))
    elif engine == "snowflake":
        function = _make_builtin("JSON_EXTRACT_PATH_TEXT", 2, "string")
        text = function(body.cast("string"), _join_path(path).lstrip("."))
    elif engine in ("bigquery", "clickhouse"):
        text = _make_builtin("JSON_VALUE", 2, None)(body, f"${_join_path(path)}")
    elif engine == "duckdb":
        text = _make_builtin("json_extract_string", 2, "json")(
            body.cast("json"), f"${_join_path(path)}"
        )
    else:
        raise UsageError(f"there is no reading of JSON for `{engine}`", hint=_list_engines())
    return text.nullif("")  # what ClickHouse says where there is nothing


def extract_texts(
    engine: str, table: Table, column: str, paths: Sequence[Sequence[Step]]
) -> tuple[Table, dict[Sequence[Step], StringValue]]:
    """The scalars at several paths of a JSON column, as :func:`extract_text` gives each, and the
    table that they are read from.

    DuckDB takes a text apart anew for each function that reads it, so all are read by one.
    """
    if engine != "duckdb":
        return table, {path: extract_text(engine, table[column], path) for path in paths}
    read = _make_builtin("json_extract_string", 2, "json", "array<string>", "array<string>")
    body = table[column].cast("json")
    table = table.mutate(**{_TEXTS: read(body, [f"${_join_path(path)}" for path in paths])})
    texts: Any = table[_TEXTS]
    return table, {path: texts[index].nullif("") for index, path in enumerate(paths)}


def convert_json(engine: str, body: Value) -> StringValue:
    """A JSON column as it is written; a text column as it is."""
    if engine == "bigquery" and body.type().is_json():
        text: StringValue = _make_builtin("TO_JSON_STRING", 1, None)(body)
        return text
    return body.cast("string")


def _join_path(path: Sequence[Step]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _list_engines() -> str:
    return f"known: {', '.join(ENGINES)}"


@lru_cache(maxsize=64)
def _make_builtin(
    name: str, arguments: int, first: str | None, rest: str = "string", result: str = "string"
) -> Callable[..., StringValue]:
    """A function that the engine has; ``first`` is the type of its first argument, None: any."""

    def function() -> None: ...

    any_type = inspect.Parameter.empty
    types = [dt.dtype(first) if first else any_type, *[dt.dtype(rest)] * (arguments - 1)]
    parameters = [
        inspect.Parameter(f"_{index}", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=type_)
        for index, type_ in enumerate(types)
    ]
    signed: Any = function
    answer = dt.dtype(result)
    signed.__signature__ = inspect.Signature(parameters, return_annotation=answer)
    named = {one.name: one.annotation for one in parameters if one.annotation is not any_type}
    signed.__annotations__ = {**named, "return": answer}
    builtin: Callable[..., StringValue] = ibis.udf.scalar.builtin(signed, name=name)
    return builtin
