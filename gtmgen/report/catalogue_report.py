"""The result of `gtmgen catalogue` as text, JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.model import FeedFinding
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.catalogue.values import ValueFinding
from gtmgen.docs.spreadsheet.csv_files import write_csv
from gtmgen.docs.spreadsheet.tables import Table
from gtmgen.report.catalogue_words import (
    SIDES,
    advice_text,
    cause_text,
    causes_of,
    event_notes,
    feed_line,
    is_below,
    like_text,
    no_products_text,
    seen_text,
    share_text,
    total_line,
)
from gtmgen.report.columns import cut_middle, wrap, wrap_after
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.recordings_report import place_text
from gtmgen.report.visible import json_text
from gtmgen.text import plural, printable, shorten

FORMAT_VERSION = "1.0"
_MOST = 20
_MOST_FILE = 60  # characters of a file's name, which its place stands behind
_MOST_ID = 40  # characters of an ID in front of what is told of it
_MOST_EVENT = 25  # characters of an event's name beside the columns of numbers


def render_catalogue_text(
    result: CatalogueResult, paint: Paint = PLAIN, *, quiet: bool = False
) -> str:
    """Everything for a terminal; ``quiet`` leaves out what is right."""
    feed = result.feed
    blocks = [] if quiet else ["\n".join(wrap(f"{feed.file}: {feed_line(feed)}"))]
    findings = [one for one in feed.findings if not quiet or one.level == "error"]
    blocks += ["\n".join(_write_feed_finding(feed.file, one, paint)) for one in findings]
    for account in result.accounts:
        blocks.append("\n".join(_write_account(result, account, paint)))
        values = [one for one in account.values if not quiet or one.level == "error"]
        blocks += ["\n".join(_write_value_finding(one, paint)) for one in values]
    if not quiet and result.without_products:
        blocks.append("\n".join(_write_without_products(result, paint)))
    for piece in result.unreadable:
        where = place_text(piece.file, piece.place)
        blocks.append("\n".join(wrap(f"{where}: error[unreadable]: {piece.message}")))
    return "\n\n".join([*blocks, total_line(result)])


_STYLES = {"error": "bold red", "warning": "yellow"}


def _write_feed_finding(file: str, finding: FeedFinding, paint: Paint) -> Iterator[str]:
    column = f"{finding.column}: " if finding.column else ""
    count = f" ({finding.count:,} times)" if finding.count > 1 else ""
    mark, style = f"{finding.level}[{finding.rule}]", _STYLES[finding.level]
    yield from wrap_after(mark, f"{column}{finding.message}{count}", paint, style)
    for position, product, value in finding.examples:
        what = [cut_middle(product, _MOST_ID)] if product else []
        if value and value != product:
            what.append(shorten(value) if not value.startswith("first in") else value)
        where = f"{cut_middle(file, _MOST_FILE)}:{position.line}:{position.column}"
        yield from wrap(f"{where}{': ' if what else ''}{', '.join(what)}", "  ")
    if finding.count > len(finding.examples) > 0:
        yield f"  and {finding.count - len(finding.examples):,} more"


def _write_account(result: CatalogueResult, account: AccountMatch, paint: Paint) -> Iterator[str]:
    platform = account.account.platform
    yield paint("bold", f"{platform.title}: IDs of events in the feed")
    if not account.events:
        yield "  no event with products in these files"
        return
    names = [cut_middle(printable(one.event), _MOST_EVENT) for one in account.events]
    width = max(map(len, names))
    yield f"  {'event':<{width}}  {'sent by':<10}  {'events':>8}  {'with IDs':>8}  matched"
    for name, match in zip(names, account.events, strict=True):
        below = f"  below {result.least:g}%" if is_below(match, result) else ""
        share = paint("bold red" if below else "", f"{share_text(match)}{below}")
        yield (
            f"  {name:<{width}}  {SIDES[match.side]:<10}  {match.events:>8,}"
            f"  {match.with_ids:>8,}  {share}"
        )
        for note in event_notes(match, account):
            yield from wrap(note, "    ", "      ")
    if account.unmatched:
        yield ""
        yield "  Not in the feed:"
        for text, ids, times in causes_of(account):
            yield from wrap(f"{plural(ids, 'ID')}, sent {plural(times, 'time')}: {text}", "  ")
        for one in account.unmatched[:_MOST]:
            where = place_text(cut_middle(one.file, _MOST_FILE), one.place)
            like = f" {like_text(one)}" if one.cause.like else ""
            sent = f"{shorten(cut_middle(one.id, _MOST_FILE))}{like}"
            yield from wrap(f"{sent}, {plural(one.times, 'time')}, {where}", "    ", "      ")
        if len(account.unmatched) > _MOST:
            yield f"    and {len(account.unmatched) - _MOST:,} more IDs"
    yield ""
    if advice := advice_text(account):
        yield from (paint("bold" if account.best else "", line) for line in wrap(advice, "  "))
    yield f"  {seen_text(result, account)}"


def _write_value_finding(finding: ValueFinding, paint: Paint) -> Iterator[str]:
    count = f" ({plural(finding.count, 'time')})"
    where = f"{printable(finding.event)} ({SIDES[finding.side]})"
    mark, style = f"{finding.level}[{finding.rule}]", _STYLES[finding.level]
    yield from wrap_after(mark, f"{where}: {finding.message}{count}", paint, style)
    for file, position, product, sent, expected in finding.examples:
        what = f"{cut_middle(product, _MOST_ID)}: " if product else ""
        against = f", expected {expected}" if expected else ""
        place = place_text(cut_middle(file, _MOST_FILE), position)
        yield from wrap(f"{place}: {what}{sent}{against}", "  ")


def _write_without_products(result: CatalogueResult, paint: Paint) -> Iterator[str]:
    useless = result.without_products
    for one in useless[:_MOST]:
        told = f"{cut_middle(printable(one.file), _MOST_FILE)}: {no_products_text(one)}"
        yield from wrap_after("warning[no-products]", told, paint, _STYLES["warning"])
    if len(useless) > _MOST:
        yield f"  and {len(useless) - _MOST:,} more files"


def render_catalogue_json(result: CatalogueResult) -> str:
    """Everything, in one document; ``format_version`` changes when the shape does."""
    feed = result.feed
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "errors": result.errors,
            "least_match_rate": result.least,
            "feed": {
                "file": feed.file,
                "format": feed.format,
                "columns": list(feed.columns),
                "records": feed.records,
                "products": len(feed.index),
                "parents": feed.index.groups,
                "unreadable_rows": feed.skipped,
                "currencies": feed.currencies,
                "findings": [_build_feed_finding_json(one) for one in feed.findings],
            },
            "accounts": [_build_account_json(one) for one in result.accounts],
            "recordings": [
                {"file": one.file, "records": one.records, "with_products": one.with_products}
                for one in result.recordings
            ],
            "unreadable": [
                {"file": one.file, "place": one.place, "message": one.message}
                for one in result.unreadable
            ],
        }
    )


def _build_feed_finding_json(finding: FeedFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "column": finding.column or None,
        "message": finding.message,
        "count": finding.count,
        "examples": [
            {"line": place.line, "column": place.column, "product": product, "value": value}
            for place, product, value in finding.examples
        ],
    }


def _build_account_json(account: AccountMatch) -> dict[str, Any]:
    return {
        "account": account.account.name,
        "content_id": account.account.content_id,
        "content_type": account.account.content_type,
        "events": [
            {
                "event": one.event,
                "side": one.side,
                "events": one.events,
                "events_with_ids": one.with_ids,
                "events_matched": one.matched,
                "share": None if one.share is None else round(one.share, 2),
                "ids": one.ids,
                "ids_matched": one.matched_ids,
                "events_with_lists": one.lists,
                "other_content_types": dict(sorted(one.other_types.items())),
            }
            for one in account.events
        ],
        "unmatched": [
            {
                "id": one.id,
                "count": one.times,
                "reason": one.cause.reason,
                "message": cause_text(one.cause),
                "like": one.cause.like or None,
                "file": one.file,
                "place": one.place,
            }
            for one in account.unmatched
        ],
        "values": [
            {
                "rule": one.rule,
                "level": one.level,
                "event": one.event,
                "side": one.side,
                "message": one.message,
                "count": one.count,
                "examples": [example._asdict() for example in one.examples],
            }
            for one in account.values
        ],
        "sources": [
            {
                "content_id": one.content_id,
                "content_type": one.content_type,
                "share": round(one.share, 2),
                "is_current": one.is_current,
            }
            for one in account.sources
        ],
        "products_seen": account.seen,
    }


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
