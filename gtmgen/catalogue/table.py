"""Reads a feed that is a table: CSV, TSV, or with another separator."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import IO, NamedTuple

from gtmgen.catalogue.cells import find_cell, find_stray_quote
from gtmgen.catalogue.columns import canonical_name, columns_by_name, find_columns, is_header
from gtmgen.catalogue.encoding import Lines
from gtmgen.catalogue.model import (
    FeedError,
    FeedFinding,
    FeedPosition,
    FindingExample,
    IdWatch,
    RowFlaw,
    ends_of_link,
    move_down,
)
from gtmgen.packs.catalogue import COLUMNS, CatalogueRules
from gtmgen.text import listing, plural, quoted

_LINK = COLUMNS.index("link")
_NO_IDS = ("description", "availability", "condition", "price", "link", "image_link", "sale_price")
_DELIMITERS = {",": "CSV", "\t": "TSV", ";": "CSV with semicolons", "|": "CSV with `|`"}
_MOST_LINES_BEFORE = 200
_MOST_ROWS_BEFORE = 50
# TikTok's template marks its own rows in a first column that is no field.
_MARKING = "columns"
_TEMPLATE_ROWS = frozenset(("context", "example"))


class TableHeader(NamedTuple):
    """How a table is to be read: its separator, and its columns by their own names and by ours."""

    delimiter: str
    columns: list[str]
    positions: Mapping[str, int]


class TableReader:
    """A table with a header, which may stand below rows of instructions or comments.

    Where the stream is what follows the first part of a table, ``header`` is that table's; lines
    are then counted from the stream's start.
    """

    def __init__(
        self,
        file: str,
        stream: IO[bytes],
        rules: CatalogueRules,
        header: TableHeader | None = None,
    ) -> None:
        self._file = file
        self._text = Lines(file, stream, "utf-8" if header else "")
        chunks = self._text.chunks()
        head: list[str] = []
        self._before = 0
        if header is None:
            while len(head) < _MOST_LINES_BEFORE and (lines := next(chunks, None)) is not None:
                head += lines
            self._before, header = self._find_header(
                head[:_MOST_LINES_BEFORE], columns_by_name(rules)
            )
        self.header = header
        self._delimiter, self._columns, self._known = header
        self.format = _DELIMITERS[self._delimiter]
        self.line = self._before + 1
        # The chunks that the latest record may stand in, each behind how many lines.
        self._recent: list[tuple[int, list[str]]] = []
        self._rows = csv.reader(
            chain.from_iterable(self._remember(chain([head[self._before :]], chunks))),
            delimiter=self._delimiter,
            strict=True,
        )
        if head:
            self._pass_header(head)
        self._width = len(self._columns)
        self._doubles = self._find_doubles(head)
        self._is_marked = self._columns[0] == _MARKING
        self._template_rows = FeedFinding(
            "template-rows",
            "warning",
            "",
            "rows of the platform's own template are no products, and were passed over",
        )

    @property
    def columns(self) -> list[str]:
        return self._columns

    @property
    def lines_read(self) -> int:
        """How many lines stand before what comes next."""
        return self._before + self._rows.line_num

    @property
    def notes(self) -> list[FeedFinding]:
        notes = [self._template_rows] if self._template_rows.count else []
        if self._doubles.count:
            notes.append(self._doubles)
        if self._text.foreign is not None:
            text = "the file is not UTF-8 throughout: other bytes were read as Windows-1252"
            foreign = FeedFinding("encoding", "warning", "", text)
            foreign.add(FindingExample(self._text.foreign, "", ""))
            notes.append(foreign)
        return notes

    def take_over(self, notes: Sequence[FeedFinding], lines: int) -> None:
        """Go on with the notes of the rest of the table, which ``lines`` lines stand before."""
        for note in notes:
            if note.rule == self._template_rows.rule:
                self._template_rows.take_over(note, lines)
            elif self._text.foreign is None:
                (example,) = move_down(note.examples, lines)
                self._text.foreign = example.position

    def products(self, watch: IdWatch | None = None) -> Iterator[tuple[str, ...] | RowFlaw]:
        # Every row gets an empty cell at its end, which stands for the columns that there are not.
        positions = [self._known.get(column, -1) for column in COLUMNS]
        values: Callable[[list[str]], tuple[str, ...]] = itemgetter(*positions)
        if watch is None or not watch.ids:
            return self._read_rows(values)
        columns, link, is_unnamed = self._columns, positions[_LINK], watch.ids.isdisjoint
        add, may_hold = watch.add, self._pick_columns_of_ids()

        def convert(row: list[str]) -> tuple[str, ...]:
            if not (is_unnamed(may_hold(row)) and is_unnamed(ends_of_link(row[link]))):
                add(dict(zip(columns, row, strict=False)))
            return values(row)

        return self._read_rows(convert)

    def _pick_columns_of_ids(self) -> Callable[[list[str]], tuple[str, ...]]:
        """The values of a row that may be an ID: texts of some length take time to look up."""
        without_ids = {self._known.get(column) for column in _NO_IDS}
        # The empty cell at the end twice, for with one position alone there would be no tuple.
        positions = [*(set(range(self._width)) - without_ids), -1, -1]
        return itemgetter(*positions)

    def locate(self, column: str | None = None) -> FeedPosition:
        position = 0 if column is None else self._known.get(column, 0)
        return self._place_at(find_cell(self._record(), self._delimiter, position))

    def _read_rows(
        self, convert: Callable[[list[str]], tuple[str, ...]]
    ) -> Iterator[tuple[str, ...] | RowFlaw]:
        """Each row with an empty cell at its end, converted."""
        rows, width, is_marked, before = self._rows, self._width, self._is_marked, self._before + 1
        while True:
            self.line = before + rows.line_num
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._explain(str(error))
                continue
            if len(row) != width:
                if not any(row):
                    continue  # an empty line
                if any(row[width:]) or len(row) < width:
                    yield self._wrong_width(row)
                    continue
                del row[width:]
            if is_marked and row[0].strip().lower() in _TEMPLATE_ROWS:
                self._template_rows.add(FindingExample(self.locate(), "", row[0]))
                continue
            row.append("")
            yield convert(row)

    def _wrong_width(self, row: list[str]) -> RowFlaw:
        return RowFlaw(
            self.locate(),
            f"the row has {plural(len(row), 'cell')} and the header {self._width}; "
            "it was passed over",
        )

    def _explain(self, error: str) -> RowFlaw:
        """What the parser stumbled over, with its place; raises where nothing can be read on."""
        text = self._record()
        quote, stray = find_stray_quote(text, self._delimiter)
        if stray is not None:
            character = quoted(text[stray])
            return RowFlaw(
                self._place_at(stray),
                f"{character} follows a closing quote, where a separator should; "
                "the row was passed over",
            )
        hint = "a quote within a quoted value is written twice"
        position = self._place_at(quote or 0)
        if "limit" in error:
            limit = csv.field_size_limit()
            raise FeedError(
                self._file, position, f"a value of more than {limit:,} characters", hint=hint
            )
        raise FeedError(
            self._file, position, "the quote that opens here is never closed", hint=hint
        )

    def _place_at(self, offset: int) -> FeedPosition:
        return self._place_in(self._record(), offset)

    def _place_in(self, record: str, offset: int) -> FeedPosition:
        lines = record[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return FeedPosition(self.line - 1 + len(lines), len(lines[-1]) + 1)

    def _record(self) -> str:
        """The text of the latest record."""
        first, end = self.line - 1, self._before + self._rows.line_num
        return "".join(
            line
            for start, lines in self._recent
            for line in lines[max(0, first - start) : max(0, end - start)]
        )

    def _remember(self, chunks: Iterator[list[str]]) -> Iterator[list[str]]:
        read = self._before
        for lines in chunks:
            first = self.line - 1
            self._recent = [one for one in self._recent if one[0] + len(one[1]) > first]
            self._recent.append((read, lines))
            read += len(lines)
            yield lines

    def _pass_header(self, head: list[str]) -> None:
        try:
            next(self._rows)
        except csv.Error:
            text = "".join(head[self._before :][: self._rows.line_num])
            quote, stray = find_stray_quote(text, self._delimiter)
            position = self._place_in(text, stray or quote or 0)
            message = "the header has a quote that does not close where a value ends"
            raise FeedError(self._file, position, message) from None

    def _find_doubles(self, head: list[str]) -> FeedFinding:
        """The columns that a name before theirs stands for already; only the first counts."""
        text = "a column of this name stands before it; only the first is read"
        finding = FeedFinding("double-column", "warning", "", text)
        if not head:
            return finding
        record = "".join(head[self._before :][: self._rows.line_num])
        for position, name in enumerate(self._columns):
            if name and self._columns.index(name) < position:
                offset = find_cell(record, self._delimiter, position)
                finding.add(FindingExample(self._place_in(record, offset), "", name))
        return finding

    def _find_header(self, head: list[str], names: Mapping[str, str]) -> tuple[int, TableHeader]:
        """How many lines stand before the header, and the header."""
        first: list[str] = []
        for delimiter in _DELIMITERS:
            before = 0
            reader = csv.reader(head, delimiter=delimiter)
            try:
                for row in islice(reader, _MOST_ROWS_BEFORE):
                    if is_header(row, names):
                        columns = [canonical_name(name) for name in row]
                        return before, TableHeader(delimiter, columns, find_columns(row, names))
                    before = reader.line_num
                    first = max(first, row, key=len)
            except csv.Error:
                continue
        raise FeedError(
            self._file,
            FeedPosition(1, 1),
            "no row names the columns `sku_id` (or `id`) and `title`",
            hint=_hint_for([canonical_name(cell) for cell in first]),
        )


def _hint_for(names: list[str]) -> str:
    named_otherwise = [name for name in names if name.endswith("_id") and name.isidentifier()]
    if named_otherwise:
        return f"feeds of e-commerce catalogues are read; this one has {listing(named_otherwise)}"
    return "the first row of a feed is its header"
