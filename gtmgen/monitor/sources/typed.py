"""Cells of records that are true or false, or whole numbers, and those that are neither.

SQL of DuckDB. A match key says whether the visitor's address came along; a log that has the address
itself there is read without that record, and it is told where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gtmgen.monitor.layouts.records import NAMES
from gtmgen.monitor.record import COLUMNS
from gtmgen.monitor.sources.lines import quote

_SQL_TYPES = {"boolean": "BOOLEAN", "int64": "BIGINT"}

TYPES: Final[Mapping[str, str]] = {
    alias: _SQL_TYPES[type_]
    for name, type_ in COLUMNS.items()
    if type_ in _SQL_TYPES and name != "at"  # a time may be written in many ways
    for alias in NAMES.get(name, (name,))
}
"""By column, under each of its names, the type that its cells must have."""

WANTED: Final = {"BOOLEAN": "true or false", "BIGINT": "a whole number"}


def convert_cell(text: str, type_: str) -> str:
    """A cell's text as its type; null where nothing is there, or nothing of that type."""
    whole = f"try_cast({text} AS BIGINT)"  # a count stands for true, too
    return whole if type_ == "BIGINT" else f"coalesce(try_cast({text} AS BOOLEAN), {whole} != 0)"


def is_flawed(text: str, type_: str) -> str:
    """Whether a cell's text is something else than its type."""
    return f"(coalesce({text}, '') NOT IN ('', 'null') AND {convert_cell(text, type_)} IS NULL)"


def name_flaw(line: str) -> str:
    """The first column of a line of JSON whose cell is of another type; null for none."""
    whens = []
    for name, type_ in TYPES.items():
        text = f"json_extract_string({line}, {quote(f'$.{name}')})"
        whens.append(f"WHEN {is_flawed(text, type_)} THEN {quote(name)}")
    return f"CASE {' '.join(whens)} END"
