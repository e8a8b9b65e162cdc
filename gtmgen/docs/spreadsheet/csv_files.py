"""The documentation as CSV files, for other tools and for spreadsheets.

RFC 4180: commas, CRLF, quotes where they are needed; UTF-8 with a byte order mark, without which
Excel takes it for another encoding. A cell that a spreadsheet would run as a formula, one that
begins with ``= + - @`` (also after blanks), a tab or a carriage return, gets a leading apostrophe;
programs that read the files take it off. It also stands before such a place after a semicolon, a
tab or a line's end: Excel divides at semicolons in much of Europe, and then sees a cell there.
Headings are in the documentation's language.
"""

from __future__ import annotations

import csv
import io
import re

from gtmgen.docs.markdown.text import UNPRINTABLE
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.cells import defuse
from gtmgen.docs.spreadsheet.checklist import make_checklist_table
from gtmgen.docs.spreadsheet.tables import (
    Table,
    make_data_table,
    make_events_table,
    make_parameters_table,
)
from gtmgen.docs.words import Words

_NEXT_CELL = re.compile(r'(?<=[;\t\r\n])(?=[\s"]*[=+\-@])')
_TABLES = (make_events_table, make_parameters_table, make_data_table, make_checklist_table)


def render(documentation: Documentation, words: Words) -> dict[str, bytes]:
    """``events.csv``, ``parameters.csv``, ``data-layer.csv`` and ``qa-checklist.csv``."""
    tables = (make(documentation, words) for make in _TABLES)
    return {f"{table.key}.csv": write_csv(table) for table in tables}


def write_csv(table: Table) -> bytes:
    """A table as such a file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for row in (table.headings, *table.rows):
        writer.writerow(map(_make_cell, row))
    return stream.getvalue().encode("utf-8-sig")


def _make_cell(value: str) -> str:
    return UNPRINTABLE.sub("\ufffd", _NEXT_CELL.sub("'", defuse(value)))
