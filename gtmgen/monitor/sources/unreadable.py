"""Lines of a log that are not JSON objects, and so no record: how many, and where the first is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

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
