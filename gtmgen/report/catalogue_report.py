"""The result of `gtmgen catalogue` as text."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.model import FeedFinding
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.catalogue.values import ValueFinding
from gtmgen.report.catalogue_words import (
    SIDES,
    advice_text,
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
from gtmgen.text import plural, printable, shorten

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
