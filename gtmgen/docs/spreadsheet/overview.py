"""The workbook's first sheet: what is measured, and which event goes to which platform."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.sheet import Book
from gtmgen.docs.spreadsheet.tables import Table
from gtmgen.docs.words import plain

_MOST = 10
_FIRST_COLUMNS = ((26, "label.title"), (60, "label.what"), (16, "label.owner"))


def write_overview(book: Book, documentation: Documentation) -> None:
    """Facts in lines, then the table of events and platforms."""
    words = book.words
    sheet = book.sheet("label.overview")
    table = _make_coverage_table(book, documentation)
    for number, (_, width) in enumerate(table.columns):
        sheet.set_column(number, number, width)
    book.title(sheet, 0, documentation.title)
    lines = [
        *((words("label.overview"), plain(text)) for text in documentation.overview),
        *((words("label.site"), plain(text)) for text in documentation.site.facts),
        *(
            (item.title, plain(text))
            for item in documentation.platforms
            for text in (item.consent_text, *item.facts)
        ),
        *(
            (f"{words('label.environment')} {item.name}", item.gtm)
            for item in documentation.environments
        ),
        *_list_gaps(book, documentation),
    ]
    widths = _FIRST_COLUMNS[0][0], _FIRST_COLUMNS[1][0]
    for row, (label, text) in enumerate(lines, 2):
        above = lines[row - 3][0] if row > 2 else ""
        book.line(sheet, row, label if label != above else "", text, widths)
    book.place(sheet, len(lines) + 3, table)


def _list_gaps(book: Book, documentation: Documentation) -> Iterator[tuple[str, str]]:
    """What is still to be written, each with the first events that lack it."""
    titles = {event.key: event.title for event in documentation.events}
    gaps = documentation.coverage
    for label, keys in (
        ("label.without_owner", gaps.without_owner),
        ("label.without_description", gaps.without_description),
        ("label.without_example", gaps.without_example),
    ):
        if keys:
            named = ", ".join(titles[key] for key in keys[:_MOST])
            yield book.words(label), f"{len(keys)}: {named}{' …' if len(keys) > _MOST else ''}"


def _make_coverage_table(book: Book, documentation: Documentation) -> Table:
    words, coverage = book.words, documentation.coverage
    titles = {item.key: item.title for item in documentation.platforms}
    first = tuple((words(label), width) for width, label in _FIRST_COLUMNS)
    columns = (*first, *((titles.get(key, key), 22) for key in coverage.platforms))
    rows = tuple(
        (event.title, plain(event.summary), event.owner, *(name or "" for name in row.names))
        for event, row in zip(documentation.events, coverage.rows, strict=True)
    )
    return Table("coverage", columns, rows)
