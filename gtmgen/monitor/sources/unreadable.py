"""Lines of a log that are no record: how many, and where the first is.

They are not JSON objects, or rows of a table with too few or too many cells, or have text where
true, false or a number belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import ibis

from gtmgen.errors import GtmgenError
from gtmgen.monitor.model import UnreadableLines
from gtmgen.monitor.sources.lines import write_lines_sql
from gtmgen.monitor.sources.typed import TYPES, WANTED, name_flaw
from gtmgen.text import plural

_MOST_SHARE = 0.1
"""Of a file's lines; with more that cannot be read, it is something else than a damaged log."""

_HAS_REJECTS = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'"
_REJECTED = "SELECT DISTINCT line FROM reject_errors ORDER BY line"
_HINT = "a log has one record a line; docs/monitor.md describes the layouts"
_HINT_OF_TYPES = (
    "a record says whether an address, a click ID or the like came along, not which; "
    "docs/monitor.md lists the columns"
)


def is_malformed(error: duckdb.Error) -> bool:
    """Whether DuckDB met a line that is no JSON object."""
    return "Malformed JSON" in str(error) or "Expected OBJECT, but got" in str(error)


def is_mistyped(error: duckdb.Error) -> bool:
    """Whether DuckDB met a cell that is not of its column's type."""
    return "Failed to cast value" in str(error) or "Could not convert string" in str(error)


def is_foreign_text(error: duckdb.Error) -> bool:
    """Whether DuckDB met bytes that are no UTF-8 in lines of text."""
    return "Invalid unicode" in str(error)


def is_beyond_latin(error: duckdb.Error) -> bool:
    """Whether DuckDB met bytes for which its Latin-1 has no letter."""
    return "not latin-1 encoded" in str(error)


def is_ragged(error: duckdb.Error) -> bool:
    """Whether DuckDB met a row that does not fit its table: at first it looks at some rows."""
    text = str(error)
    return "CSV Error on Line" in text or "Error when sniffing file" in text


def find_flawed_table(error: duckdb.Error) -> str:
    """The file that DuckDB cannot take for a table at all; "" for other errors."""
    found = re.search(r'Error when sniffing file "(.*)"', str(error))
    return found[1] if found else ""


def find_longest(error: duckdb.Error) -> int:
    """How many bytes a line may have, where DuckDB met a longer one; 0 for other errors.

    The line's number that it tells is that in its own part of the file.
    """
    found = re.search(r'(?:Maximum line size|"maximum_object_size") of (\d+) bytes', str(error))
    return int(found[1]) if found else 0


def list_ragged(backend: ibis.BaseBackend) -> tuple[UnreadableLines, ...]:
    """The tables with rows that were passed over, and access logs with lines that are no text.

    Raises :class:`GtmgenError` for one that has too many of them to be a log.
    """
    if not backend.raw_sql(_HAS_REJECTS).fetchall():
        return ()
    rows = backend.raw_sql(
        """
        SELECT file_path, min(line), count(DISTINCT line),
          arg_min(CASE error_type WHEN 'CAST' THEN column_name ELSE '' END, line),
          bool_or(error_type = 'INVALID ENCODING')
        FROM reject_errors JOIN reject_scans USING (scan_id, file_id)
        GROUP BY file_path ORDER BY file_path
        """
    ).fetchall()
    return tuple(_check_ragged(Path(file), *row) for file, *row in rows)


def _check_ragged(
    file: Path, line: int, count: int, column: str, is_foreign: bool
) -> UnreadableLines:
    lines = _count(file, has_types=False)[0]
    if count > lines * _MOST_SHARE and count > 1:
        if column:
            raise _refuse_mistyped(file, line, column, f"{plural(count, 'row')} are no records")
        if is_foreign:
            told = f"this line is not UTF-8, and {plural(count, 'line')} of {lines:,} are not"
            raise GtmgenError(f"{file}:{line}:1: {told}", hint=_HINT)
        raise GtmgenError(
            f"{file}:{line}:1: this row does not have as many cells as the header, and "
            f"{plural(count, 'row')} do not",
            hint=_HINT,
        )
    return UnreadableLines(str(file), line, count)


def _refuse_mistyped(file: Path, line: int, column: str, others: str) -> GtmgenError:
    wanted = WANTED[TYPES[column.lower()]]
    told = f"`{column}` is not {wanted}, and {others}"
    return GtmgenError(f"{file}:{line}:1: {told}", hint=_HINT_OF_TYPES)


def find_unreadable(files: Mapping[Path, bool]) -> tuple[UnreadableLines, ...]:
    """The files with lines that are no JSON objects, or, where a file's value is true, whose cells
    are not of their columns' types.

    Raises :class:`GtmgenError` for a file that has too many of them to be a log.
    """
    return tuple(_find_all(files))


def _find_all(files: Mapping[Path, bool]) -> Iterator[UnreadableLines]:
    for file, has_types in files.items():
        lines, count, first, column = _count(file, has_types=has_types)
        if count > lines * _MOST_SHARE and count > 1:
            others = f"{plural(count, 'line')} of {lines:,} are"
            if column:
                raise _refuse_mistyped(file, first, column, f"{others} no records")
            raise GtmgenError(
                f"{file}:{first}:1: this line is not a JSON object, and {others} not", hint=_HINT
            )
        if count:
            yield UnreadableLines(str(file), first, count)


def _count(file: Path, *, has_types: bool) -> tuple[int, int, int, str]:
    """How many lines there are, how many are no records, the number of the first such, and the
    column whose cell is of another type, "" where it is no JSON object at all."""
    flaw = name_flaw("line") if has_types else "NULL"
    connection = duckdb.connect()  # one that keeps the order of lines
    lines = write_lines_sql([file], ", parallel = false, auto_detect = false, store_rejects = true")
    (row,) = connection.execute(
        f"""
        SELECT count(*), count(flaw), coalesce(min(number) FILTER (flaw IS NOT NULL), 0),
          coalesce(arg_min(flaw, number) FILTER (flaw IS NOT NULL), '')
        FROM (
          SELECT CASE WHEN NOT json_valid(line) THEN ''
            WHEN json_type(line) != 'OBJECT' THEN ''
            ELSE {flaw} END AS flaw, number
          FROM (SELECT line, row_number() OVER () AS number FROM ({lines}))
          WHERE trim(line) != ''
        )
        """
    ).fetchall()
    lines_read, count, first, column = row
    # Lines that are no UTF-8 are rejected, and have no number among the others.
    has_rejects = connection.execute(_HAS_REJECTS).fetchall()
    rejects = connection.execute(_REJECTED).fetchall() if has_rejects else []
    for (line,) in rejects:
        first += count > 0 and line <= first
    if rejects and (not count or rejects[0][0] < first):
        first, column = rejects[0][0], ""
    return lines_read + len(rejects), count + len(rejects), first, column
