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
    seen_text,
    share_text,
    total_line,
)
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.recordings_report import place_text
from gtmgen.report.visible import json_text
from gtmgen.text import plural, printable, shorten

FORMAT_VERSION = "1.0"
_MOST = 20


def render_catalogue_text(
    result: CatalogueResult, paint: Paint = PLAIN, *, quiet: bool = False
) -> str:
    """Everything for a terminal; ``quiet`` leaves out what is right."""
    feed = result.feed
    blocks = [] if quiet else [f"{printable(feed.file)}: {printable(feed_line(feed))}"]
    findings = [one for one in feed.findings if not quiet or one.level == "error"]
    blocks += ["\n".join(_write_feed_finding(feed.file, one, paint)) for one in findings]
    for account in result.accounts:
        blocks.append("\n".join(_write_account(result, account, paint)))
        values = [one for one in account.values if not quiet or one.level == "error"]
        blocks += ["\n".join(_write_value_finding(one, paint)) for one in values]
    for piece in result.unreadable:
        where = place_text(piece.file, piece.place)
        blocks.append(printable(f"{where}: error[unreadable]: {piece.message}"))
    return "\n\n".join([*blocks, total_line(result)])


def _format_level(level: str, rule: str, paint: Paint) -> str:
    return paint("bold red" if level == "error" else "yellow", f"{level}[{rule}]")


def _write_feed_finding(file: str, finding: FeedFinding, paint: Paint) -> Iterator[str]:
    column = f"{finding.column}: " if finding.column else ""
    count = f" ({finding.count:,} times)" if finding.count > 1 else ""
    yield f"{_format_level(finding.level, finding.rule, paint)} {column}{finding.message}{count}"
    for position, product, value in finding.examples:
        what = [printable(product)] if product else []
        if value and value != product:
            what.append(shorten(value) if not value.startswith("first in") else value)
        where = f"{file}:{position.line}:{position.column}"
        yield f"  {printable(where)}{': ' if what else ''}{', '.join(what)}"
    if finding.count > len(finding.examples) > 0:
        yield f"  and {finding.count - len(finding.examples):,} more"


def _write_account(result: CatalogueResult, account: AccountMatch, paint: Paint) -> Iterator[str]:
    platform = account.account.platform
    yield paint("bold", f"{platform.title}: IDs of events in the feed")
    if not account.events:
        yield "  no event with products in these files"
        return
    width = max(len(one.event) for one in account.events)
    yield f"  {'event':<{width}}  {'sent by':<10}  {'events':>8}  {'with IDs':>8}  matched"
    for match in account.events:
        below = f"  below {result.least:g}%" if is_below(match, result) else ""
        share = paint("bold red" if below else "", f"{share_text(match)}{below}")
        yield (
            f"  {printable(match.event):<{width}}  {SIDES[match.side]:<10}  {match.events:>8,}"
            f"  {match.with_ids:>8,}  {share}"
        )
        yield from (f"    {note}" for note in event_notes(match, account))
    if account.unmatched:
        yield ""
        yield "  Not in the feed:"
        for text, ids, times in causes_of(account):
            yield f"  {plural(ids, 'ID')}, sent {plural(times, 'time')}: {printable(text)}"
        for one in account.unmatched[:_MOST]:
            where = place_text(one.file, one.place)
            like = f" {like_text(one)}" if one.cause.like else ""
            yield f"    {shorten(one.id)}{like}, {plural(one.times, 'time')}, {printable(where)}"
        if len(account.unmatched) > _MOST:
            yield f"    and {len(account.unmatched) - _MOST:,} more IDs"
    yield ""
    if advice := advice_text(account):
        yield f"  {paint('bold' if account.best else '', printable(advice))}"
    yield f"  {seen_text(result, account)}"


def _write_value_finding(finding: ValueFinding, paint: Paint) -> Iterator[str]:
    count = f" ({plural(finding.count, 'time')})"
    where = f"{printable(finding.event)} ({SIDES[finding.side]})"
    yield f"{_format_level(finding.level, finding.rule, paint)} {where}: {finding.message}{count}"
    for file, position, product, sent, expected in finding.examples:
        what = f"{printable(product)}: " if product else ""
        against = f", expected {expected}" if expected else ""
        line = f"  {place_text(file, position)}: {what}{sent}{against}"
        yield printable(line)


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
