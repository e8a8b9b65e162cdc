"""What an engine says when it cannot read records, without the value that it stumbled over."""

from __future__ import annotations

import re

import duckdb

from gtmgen.text import printable

# Where a match key should be true or false, a log may have an e-mail address.
_VALUES = (
    (re.compile(r"(?<=Object )\{.*(?= has duplicate key)"), "***"),  # DuckDB, of a line of JSON
    (re.compile(r"(?<=in line )(\d+: [^:]+): .*"), r"\1"),  # DuckDB, of a line of JSON
    (re.compile(r"(?<=onvert string )(['\"]).*\1"), "***"),  # DuckDB, of a cell
    (re.compile(r"(?<=invalid input syntax for type )([\w ]+): .*"), r"\1"),  # PostgreSQL
)


def restore_error(error: UnicodeDecodeError) -> duckdb.DataError:
    """What DuckDB says where it cuts a value in the midst of a letter, which Python cannot read."""
    return duckdb.DataError(error.object.decode("utf-8", "replace"))


def find_reason(error: Exception) -> str:
    """The first line of an error."""
    text = str(error).split("\n")[0]
    for pattern, replacement in _VALUES:
        text = pattern.sub(replacement, text)
    return printable(text)
