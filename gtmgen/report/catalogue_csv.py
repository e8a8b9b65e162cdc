"""The result of `gtmgen catalogue` as a table, in CSV."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.docs.spreadsheet.csv_files import write_csv
from gtmgen.docs.spreadsheet.tables import Table
from gtmgen.report.catalogue_words import (
    SIDES,
    cause_text,
    event_notes,
    is_below,
    no_products_text,
    share_text,
)

_HEADINGS = (
    *("part", "level", "rule", "account", "event", "sent by", "file", "place", "product"),
    *("value", "expected", "count", "message"),
)
_WIDTH = 20


def render_catalogue_csv(result: CatalogueResult) -> str:
    """One row for each place of a finding, each event and each ID that is not in the feed.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    rows = [*_list_feed_rows(result)]
    for account in result.accounts:
        rows += _list_account_rows(result, account)
    for read in result.without_products:
        cells = {"part": "recording", "level": "warning", "rule": "no-products"}
        rows.append(_make_row(**cells, file=read.file, message=no_products_text(read)))
    for piece in result.unreadable:
        cells = {"part": "recording", "level": "error", "rule": "unreadable"}
        where = {"file": piece.file, "place": piece.place, "message": piece.message}
        rows.append(_make_row(**cells, **where))
    return write_csv(
        Table("catalogue", tuple((name, _WIDTH) for name in _HEADINGS), tuple(rows))
    ).decode()


def _make_row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name.replace(" ", "_"), "") for name in _HEADINGS)


def _list_feed_rows(result: CatalogueResult) -> Iterator[tuple[str, ...]]:
    for finding in result.feed.findings:
        message = f"{finding.column}: {finding.message}" if finding.column else finding.message
        cells = {"part": "feed", "level": finding.level, "rule": finding.rule, "message": message}
        cells |= {"file": result.feed.file, "count": str(finding.count)}
        for position, product, value in finding.examples:
            where = f"{position.line}:{position.column}"
            yield _make_row(**cells, place=where, product=product, value=value)
        if not finding.examples:
            yield _make_row(**cells)


def _list_account_rows(result: CatalogueResult, account: AccountMatch) -> Iterator[tuple[str, ...]]:
    name = {"account": account.account.name}
    for match in account.events:
        level = "error" if is_below(match, result) else ""
        yield _make_row(
            **name,
            part="match",
            level=level,
            rule="match-rate",
            event=match.event,
            sent_by=SIDES[match.side],
            value=share_text(match),
            expected=f"{result.least:g}%",
            count=str(match.events),
            message="; ".join(event_notes(match, account)),
        )
    for one in account.unmatched:
        yield _make_row(
            **name,
            part="unmatched",
            rule=one.cause.reason,
            file=one.file,
            place=one.place,
            product=one.id,
            expected=one.cause.like,
            count=str(one.times),
            message=cause_text(one.cause),
        )
    for finding in account.values:
        cells = {"part": "value", "level": finding.level, "rule": finding.rule} | name
        cells |= {"event": finding.event, "sent_by": SIDES[finding.side]}
        cells |= {"count": str(finding.count), "message": finding.message}
        for file, position, product, sent, expected in finding.examples:
            where = {"file": file, "place": position, "product": product}
            yield _make_row(**cells, **where, value=sent, expected=expected)
