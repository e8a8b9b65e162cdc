"""The documentation as an Excel workbook, for planning, reviews and acceptance tests.

Every cell is written as text: neither formulas nor links can come from a spec. The same model
gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from gtmgen.docs.changes.model import Changes
from gtmgen.docs.changes.render import list_rows as change_rows
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.checklist import make_checklist_table
from gtmgen.docs.spreadsheet.overview import write_overview
from gtmgen.docs.spreadsheet.sheet import Book
from gtmgen.docs.spreadsheet.tables import (
    Table,
    make_data_table,
    make_event_ids_table,
    make_events_table,
    make_parameters_table,
    make_privacy_table,
)
from gtmgen.docs.words import Words

# A workbook says when it was made; a fixed time, in all other places xlsxwriter has its own.
_MADE = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_OPTIONS = {
    "in_memory": True,  # also gives the parts of the archive a fixed date
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def render_xlsx(
    documentation: Documentation, words: Words, changes: Changes | None = None
) -> bytes:
    """The workbook; with a sheet of changes, when there are any to show."""
    stream = io.BytesIO()
    workbook: Any = xlsxwriter.Workbook(stream, _OPTIONS)
    workbook.set_properties({"title": documentation.project, "created": _MADE})
    book = Book(workbook, words)
    write_overview(book, documentation)
    book.table("label.events", make_events_table(documentation, words), frozen=2)
    book.table("sheet.parameters", make_parameters_table(documentation, words), frozen=2)
    book.table("sheet.data", make_data_table(documentation, words))
    if documentation.privacy.rows:
        book.table("label.privacy", make_privacy_table(documentation, words))
    book.table("sheet.event_ids", make_event_ids_table(documentation, words))
    book.checklist("sheet.checklist", make_checklist_table(documentation, words))
    if changes is not None:
        book.table("changes.title", _build_changes(changes, words))
    book.table("label.glossary", _make_glossary(documentation, words))
    workbook.close()
    return stream.getvalue()


def _build_changes(changes: Changes, words: Words) -> Table:
    headings, *rows = change_rows(changes, words)
    widths = (16, 20, 12, 70, 24, 36, 36, 24, 24, 50)
    return Table("changes", tuple(zip(headings, widths, strict=True)), tuple(rows))


def _make_glossary(documentation: Documentation, words: Words) -> Table:
    columns = ((words("label.term"), 24), (words("label.meaning"), 90))
    return Table("glossary", columns, tuple(documentation.glossary))
