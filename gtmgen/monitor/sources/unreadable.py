"""Lines of a log that are no record: how many, and where the first is.

They are not JSON objects, or rows of a table with too few or too many cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import ibis

from gtmgen.errors import GtmgenError
from gtmgen.monitor.model import UnreadableLines
from gtmgen.monitor.sources.lines import write_lines_sql
from gtmgen.text import plural

_MOST_SHARE = 0.1
"""Of a file's lines; with more that cannot be read, it is something else than a damaged log."""

_UTF_8 = (
    r"([\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})*"
)
"""Bytes of UTF-8, each read as a letter: DuckDB reads no line of a file that is not UTF-8."""


def is_malformed(error: duckdb.Error) -> bool:
    """Whether DuckDB met a line that is no JSON object."""
    return "Malformed JSON" in str(error) or "Expected OBJECT, but got" in str(error)


def is_foreign_text(error: duckdb.Error) -> bool:
    """Whether DuckDB met bytes that are no UTF-8 in lines of text."""
    return "Invalid unicode" in str(error)


def is_ragged(error: duckdb.Error) -> bool:
    """Whether DuckDB met a row that does not fit its table: at first it looks at some rows."""
    text = str(error)
    return "CSV Error on Line" in text or "Error when sniffing file" in text


def find_flawed_table(error: duckdb.Error) -> str:
    """The file that DuckDB cannot take for a table at all; "" for other errors."""
    found = re.search(r'Error when sniffing file "(.*)"', str(error))
    return found[1] if found else ""


def list_ragged(backend: ibis.BaseBackend) -> tuple[UnreadableLines, ...]:
    """The tables with rows that were passed over.

    Raises :class:`GtmgenError` for one that has too many of them to be a log.
    """
    rows = backend.raw_sql(
        """
        SELECT file_path, min(line), count(DISTINCT line)
        FROM reject_errors JOIN reject_scans USING (scan_id, file_id)
        GROUP BY file_path ORDER BY file_path
        """
    ).fetchall()
    return tuple(_check_ragged(Path(file), line, count) for file, line, count in rows)


def _check_ragged(file: Path, line: int, count: int) -> UnreadableLines:
    lines = _count(file)[0]
    if count > lines * _MOST_SHARE and count > 1:
        raise GtmgenError(
            f"{file}:{line}:1: this row does not have as many cells as the header, and "
            f"{plural(count, 'row')} do not",
            hint="a log has one record a line; docs/monitor.md describes the layouts",
        )
    return UnreadableLines(str(file), line, count)


def find_unreadable(files: Iterable[Path]) -> tuple[UnreadableLines, ...]:
    """The files with lines that are no JSON objects.

    Raises :class:`GtmgenError` for a file that has too many of them to be a log.
    """
    return tuple(_find_all(files))


def _find_all(files: Iterable[Path]) -> Iterator[UnreadableLines]:
    for file in files:
        lines, count, first = _count(file)
        if count > lines * _MOST_SHARE and count > 1:
            raise GtmgenError(
                f"{file}:{first}:1: this line is not a JSON object, and {plural(count, 'line')} of "
                f"{lines:,} are not",
                hint="a log has one record a line; docs/monitor.md describes the layouts",
            )
        if count:
            yield UnreadableLines(str(file), first, count)


def _count(file: Path) -> tuple[int, int, int]:
    """How many lines there are, how many are no JSON object, and the number of the first such."""
    connection = duckdb.connect()  # one that keeps the order of lines
    lines = write_lines_sql([file], ", parallel = false, auto_detect = false, encoding = 'latin-1'")
    row = connection.execute(
        f"""
        SELECT count(*), count(*) FILTER (NOT is_object),
          coalesce(min(number) FILTER (NOT is_object), 0)
        FROM (
          SELECT CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END
            AND regexp_full_match(line, '{_UTF_8}') AS is_object, number
          FROM (SELECT line, row_number() OVER () AS number FROM ({lines}))
          WHERE trim(line) != ''
        )
        """
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]
