"""Sheets of a workbook: a table with filters, a checklist to fill in, lines of text."""

from __future__ import annotations

import re
from math import ceil
from typing import Any

from gtmgen.docs.spreadsheet.cells import make_cell
from gtmgen.docs.spreadsheet.checklist import STATUS_COLUMN, list_statuses
from gtmgen.docs.spreadsheet.heights import FittedSheet, estimate_height
from gtmgen.docs.spreadsheet.tables import Table
from gtmgen.docs.words import Words

_STYLE = "Table Style Light 9"
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_NAME_LENGTH = 31
_ONE_LINE = 15
_PAGE_WIDTH = 230
"""What A4 on its side takes at two thirds of the size, 7 points, in characters."""
_HEAD_COLORS = {"font_color": "#FFFFFF", "bg_color": "#2457D6"}
_COLORS = (None, ("#C6EFCE", "#006100"), ("#FFC7CE", "#9C0006"), ("#E7E6E6", "#595959"))


def _count_pages_across(widths: list[int], repeated: int) -> int:
    """How many pages of paper beside each other leave the text of a table large enough to read.

    The first columns stand on each of them, so that a row can be followed.
    """
    head = sum(widths[:repeated])
    return max(1, ceil((sum(widths) - head) / (_PAGE_WIDTH - head)))


class Book:
    """Writes text into a workbook; ``workbook`` is one of xlsxwriter's, which has no types."""

    def __init__(self, workbook: Any, words: Words) -> None:
        self.words = words
        self._workbook = workbook
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._bold = workbook.add_format({"bold": True, "valign": "top"})
        self._heading = workbook.add_format({"bold": True, "font_size": 16})
        # Google Sheets and Numbers ignore a table's style, so heads have their own.
        self._head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", **_HEAD_COLORS}
        )
        self._names: set[str] = set()
        self._cells: dict[str, str] = {}

    def sheet(self, label: str) -> Any:
        """A sheet; its name is what Excel takes, also where a catalog says something else."""
        name = _NOT_IN_NAMES.sub(" ", self.words(label)).strip(" '")[:_NAME_LENGTH] or "Sheet"
        if name.casefold() in self._names:
            name = f"{name[: _NAME_LENGTH - 3]} {len(self._names) + 1}"
        self._names.add(name.casefold())
        sheet = self._workbook.add_worksheet(name, FittedSheet)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def title(self, sheet: Any, row: int, text: str) -> None:
        sheet.write_string(row, 0, self._make_cell(text), self._heading)

    def line(self, sheet: Any, row: int, label: str, text: str, widths: tuple[int, int]) -> None:
        """``label: text``, in two columns."""
        sheet.set_row(row, estimate_height([(label, widths[0]), (text, widths[1])]))
        sheet.write_string(row, 0, self._make_cell(label), self._bold)
        sheet.write_string(row, 1, self._make_cell(text), self._wrapped)

    def table(self, label: str, table: Table, *, frozen: int = 1) -> Any:
        """A sheet with one table, its head and its first columns staying in sight."""
        sheet = self.sheet(label)
        for number, (_, width) in enumerate(table.columns):
            sheet.set_column(number, number, width, self._wrapped)
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        across = _count_pages_across([width for _, width in table.columns], frozen)
        if across > 1:
            sheet.fit_to_pages(across, 0)
            sheet.print_across()
            sheet.repeat_columns(0, frozen - 1)
        self.place(sheet, 0, table)
        return sheet

    def place(self, sheet: Any, top: int, table: Table) -> None:
        """A table on a sheet; without rows it still has an empty one, as Excel wants it."""
        last = top + max(len(table.rows), 1)
        headings = self._make_unique(table.headings)
        columns = [{"header": heading, "header_format": self._head} for heading in headings]
        options = {"columns": columns, "style": _STYLE, "name": f"T_{table.key.replace('-', '_')}"}
        sheet.add_table(top, 0, last, len(columns) - 1, options)
        write, wrapped = sheet.write_string, self._wrapped
        widths = [width for _, width in table.columns]
        for number, row in enumerate((table.headings, *table.rows), top):
            height = estimate_height(list(zip(row, widths, strict=True)))
            if height != _ONE_LINE:
                sheet.set_row(number, height)
        for number, row in enumerate(table.rows, top + 1):
            for column, value in enumerate(row):
                if value:
                    write(number, column, self._make_cell(value), wrapped)

    def checklist(self, label: str, table: Table) -> None:
        """A table with a status to choose, which colours the cell."""
        sheet = self.table(label, table)
        statuses = list_statuses(self.words)
        area = (1, STATUS_COLUMN, max(len(table.rows), 1), STATUS_COLUMN)
        error = self.words("sheet.status_error", statuses=", ".join(statuses))[:255]
        rule = {"validate": "list", "source": list(statuses), "error_message": error}
        sheet.data_validation(*area, rule)
        for status, colors in zip(statuses, _COLORS, strict=True):
            if colors is None:
                continue
            look = self._workbook.add_format({"bg_color": colors[0], "font_color": colors[1]})
            value = '"{}"'.format(status.replace('"', '""'))
            rule = {"type": "cell", "criteria": "==", "value": value, "format": look}
            sheet.conditional_format(*area, rule)

    def _make_cell(self, value: str) -> str:
        """Most texts stand in many rows, so what became of one is kept."""
        cached = self._cells.get(value)
        if cached is None:
            cached = self._cells[value] = make_cell(value, self.words)
        return cached

    def _make_unique(self, headings: tuple[str, ...]) -> list[str]:
        """Headings as a table wants them: filled, and no two alike."""
        titles: dict[str, str] = {}
        for heading in headings:
            text = make_cell(heading, self.words) or "-"
            if text.casefold() in titles:
                text = f"{text} {len(titles) + 1}"
            titles[text.casefold()] = text
        return list(titles.values())
