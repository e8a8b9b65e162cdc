"""SQL of DuckDB that reads records as they are written: lines of JSON, and tables of text."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from gtmgen.monitor.layouts.records import NAMES, REQUIRED
from gtmgen.monitor.record import COLUMNS
from gtmgen.monitor.sources.lines import join_paths, quote
from gtmgen.monitor.sources.typed import TYPES, convert_cell, is_flawed

_NULLS = r", nullstr = ['', 'NULL', '\N']"  # as databases write what is not there
_DELIMITERS = (",", ";", "\t", "|")


def write_csv_sql(paths: Sequence[Path], header: str, *, passes_over: bool) -> str:
    """Tables with the same header. What stands between its columns is named: the engine's own
    guess at a table with a flawed row is another kind of table."""
    options = "header = true, all_varchar = true"
    delimiter = max(_DELIMITERS, key=header.count)
    if delimiter in header:
        options += f", delim = {quote(delimiter)}, quote = '\"', escape = '\"'"
    if passes_over:
        options += f", store_rejects = true{_list_types(header, delimiter)}{_NULLS}"
    return f"SELECT * FROM read_csv({join_paths(paths)}, {options})"


def _list_types(header: str, delimiter: str) -> str:
    """The types of columns, whatever their capitals, so that rows with other cells are rejected."""
    (names,) = csv.reader([header], delimiter=delimiter)
    types = {name: TYPES[name.lower()] for name in names if name.lower() in TYPES}
    listed = ", ".join(f"{quote(name)}: {quote(type_)}" for name, type_ in types.items())
    return f", types = {{{listed}}}" if types else ""


def write_records_sql(lines: str, *, passes_over: bool) -> str:
    """Lines of records: what may be of any type is read as it is written."""
    aliases = [alias for names in NAMES.values() for alias in names]
    types = {
        name: "BOOLEAN" if type_ == "boolean" else "VARCHAR" for name, type_ in COLUMNS.items()
    }
    types |= {alias: "VARCHAR" for alias in aliases if alias not in types} | {"value": "JSON"}
    if passes_over:
        types |= dict.fromkeys(TYPES, "VARCHAR")
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in types.items())
    chosen = ", ".join(_choose_column(name, passes_over=passes_over) for name in COLUMNS)
    source = f"SELECT {chosen} FROM read_json({lines}, columns = {{{columns}}})"
    if passes_over:  # of such a line, DuckDB makes a row without any value
        required = (alias for name in REQUIRED for alias in NAMES.get(name, (name,)))
        source += f" WHERE coalesce({', '.join(map(_quote_identifier, required))}) IS NOT NULL"
        for alias, type_ in TYPES.items():
            source += f" AND NOT {is_flawed(_quote_identifier(alias), type_)}"
    return source


def _choose_column(name: str, *, passes_over: bool) -> str:
    """The first of a column's names that a record has."""
    cells = [_quote_identifier(one) for one in NAMES.get(name, (name,))]
    if passes_over and name in TYPES:
        cells = [convert_cell(cell, TYPES[name]) for cell in cells]
    return f"coalesce({', '.join(cells)}) AS {_quote_identifier(name)}"


def _quote_identifier(name: str) -> str:
    """In quotes: ``at`` is a keyword of DuckDB."""
    return f'"{name}"'
