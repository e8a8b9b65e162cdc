"""The QA checklist as a table: what testers fill in."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.tables import Row, Table, make_columns
from gtmgen.docs.words import Words, plain

STATUS_COLUMN = 4
_STATUSES = ("open", "passed", "failed", "not_applicable")


def list_statuses(words: Words) -> tuple[str, ...]:
    """Open, passed, failed and not applicable, in the chosen language."""
    return tuple(words(f"sheet.status.{name}") for name in _STATUSES)


def make_checklist_table(documentation: Documentation, words: Words) -> Table:
    """One row for each check: of an event in general, then of each of its platforms."""
    labels = (
        ("label.event", 20),
        ("label.title", 26),
        ("label.platform", 14),
        ("sheet.check", 70),
        ("label.status", 16),
        ("sheet.tester", 16),
        ("sheet.date", 12),
        ("sheet.comment", 40),
    )
    return Table(
        "qa-checklist",
        make_columns(words, *labels),
        tuple(row for event in documentation.events for row in _list_rows(event, words)),
    )


def _list_rows(event: EventDoc, words: Words) -> Iterator[Row]:
    groups = [(words("sheet.general"), event.checklist)]
    groups.extend((sent.title, sent.checklist) for sent in event.deliveries)
    for platform, checks in groups:
        for check in checks:
            row = (event.key, event.title, platform, plain(check))
            yield (*row, words("sheet.status.open"), "", "", "")
