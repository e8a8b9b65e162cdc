"""Tables that hold normal records already, or nearly: gtmgen's own layout."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr.types import StringValue, Table, Value

from gtmgen.errors import GtmgenError
from gtmgen.monitor.record import COLUMNS, SERVER, keep_finite, normalize

NAMES: Mapping[str, tuple[str, ...]] = {
    "at": ("at", "ts", "time", "timestamp"),
    "event": ("event", "event_name"),
    "account": ("account", "pixel", "pixel_id"),
    "status": ("status", "response_status_code"),
    "code": ("code", "response_code"),
}
"""What a column may be called; all others by their own name."""

_GREATEST = 9e18  # nanoseconds since 1970; a whole number of 64 bits holds it

REQUIRED = ("at", "side", "platform", "event")


def read_records(table: Table) -> Table:
    """The normal records of a table that has (some of) the columns of ``record.COLUMNS``.

    A time is a number of seconds since 1970 (or of milliseconds, microseconds or nanoseconds), a
    timestamp, or a text that is one of them; a value that is a text and no number is of the wrong
    type. Raises :class:`GtmgenError` where a required column is missing, or one holds what is no
    single value.
    """
    values: dict[str, Value] = {}
    for name in COLUMNS:
        column = _find_column(table, name)
        if column is not None:
            values[name] = _as_single_value(name, column)
        elif name in REQUIRED:
            names = " or ".join(f"`{one}`" for one in NAMES.get(name, (name,)))
            raise GtmgenError(
                f"the source has no column {names}",
                hint="docs/monitor.md lists the columns of records, and the other layouts",
            )
    values["at"] = _parse_seconds(values["at"])
    values["side"] = ibis.ifelse(values["side"].lower() == "browser", "browser", SERVER)
    if "value" in values:
        values |= _convert_value(values["value"], values.get("wrong_type"))
    return normalize(table, values)


def _find_column(table: Table, name: str) -> Value | None:
    by_lower_case = {column.lower(): column for column in table.columns}
    column = next(
        (by_lower_case[one] for one in NAMES.get(name, (name,)) if one in by_lower_case), None
    )
    return None if column is None else table[column]


def _as_single_value(name: str, column: Value) -> Value:
    """A column as it is, or as text where it names something and is none."""
    kind = column.type()
    is_time = kind.is_timestamp() or kind.is_numeric() or kind.is_string() or kind.is_json()
    if kind.is_nested() or kind.is_binary() or (name == "at" and not is_time):
        raise GtmgenError(
            f"the column `{column.get_name()}` holds {kind}, not a single value",
            hint="docs/monitor.md lists the columns of records, and the other layouts",
        )
    is_text = name != "at" and COLUMNS[name] == "string"
    return column.cast("string") if is_text and not kind.is_string() else column


def _parse_seconds(at: Value) -> Value:
    if isinstance(at, StringValue):
        number = _scale_to_seconds(_keep_whole(at.try_cast("float64")))
        return ibis.coalesce(number.cast("int64"), _parse_whole_seconds(at.try_cast("timestamp")))
    if at.type().is_timestamp():
        return _parse_whole_seconds(at)
    if at.type().is_integer():
        return _scale_to_seconds(at).cast("int64")
    return _scale_to_seconds(_keep_whole(at.cast("float64"))).cast("int64")


def _keep_whole(number: Value) -> Value:
    """Null for what is beyond any time, NaN and infinity, of which no engine makes an integer."""
    return (number.abs() < _GREATEST).ifelse(number, ibis.null("float64"))


def _scale_to_seconds(number: Value) -> Value:
    """Seconds of a number that is too large to be one: 1e11 of them are the year 5138."""
    units = ibis.cases(
        (number > 10**17, 10**9), (number > 10**14, 10**6), (number > 10**11, 10**3), else_=1
    )
    return number // units


def _parse_whole_seconds(at: Value) -> Value:
    """DuckDB's are a floating-point number, which its declared type does not say."""
    return at.epoch_seconds() // 1


def _convert_value(value: Value, wrong_type: Value | None) -> dict[str, Value]:
    if value.type().is_json():
        value = value.cast("string")
    if not isinstance(value, StringValue):
        return {"value": keep_finite(value)}
    number = keep_finite(value.try_cast("float64"))
    is_wrong = value.notnull() & (value != "") & number.isnull() & (value != "null")
    if wrong_type is not None:
        is_wrong = is_wrong | ibis.coalesce(wrong_type.cast("boolean"), False)
    return {"value": number, "wrong_type": is_wrong}
