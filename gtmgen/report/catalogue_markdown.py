"""The result of `gtmgen catalogue` as Markdown, for an issue, a pull request or a chat."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.catalogue.values import ValueFinding
from gtmgen.docs.markdown import text as md
from gtmgen.report.catalogue_words import (
    SIDES,
    advice_text,
    causes_of,
    event_notes,
    feed_line,
    is_below,
    no_products_text,
    seen_text,
    share_text,
    total_line,
)
from gtmgen.report.recordings_report import place_text
from gtmgen.text import plural, printable


def render_catalogue_markdown(result: CatalogueResult) -> str:
    """The feed's findings, and for each account a table of its events and what does not match."""
    feed = result.feed
    lines = [f"# {md.text(feed.file)}", "", md.sentence(printable(feed_line(feed)))]
    lines += ["", f"**{total_line(result)}**", ""]
    if feed.findings:
        lines += ["## The feed", "", *_list_feed_findings(result), ""]
    for account in result.accounts:
        lines += [
            f"## {md.text(account.account.platform.title)}",
            "",
            *_render_account(result, account),
        ]
    for read in result.without_products:
        file, told = md.code(printable(read.file)), md.sentence(no_products_text(read))
        lines += [f"- **warning** (`no-products`): {file}: {told}", ""]
    if result.unreadable:
        lines += ["## Recordings that cannot be read", "", *_list_unreadable(result)]
    return "\n".join(lines).rstrip()


def _list_feed_findings(result: CatalogueResult) -> Iterator[str]:
    for one in result.feed.findings:
        column = f"{md.code(one.column)}: " if one.column else ""
        count = f", {one.count:,} times" if one.count > 1 else ""
        yield f"- **{one.level}** (`{one.rule}`{count}): {column}{md.sentence(one.message)}"
        for position, product, value in one.examples:
            codes = ", ".join(md.code(text) for text in (product, value) if text)
            after = f": {codes}" if codes else ""
            yield f"  - line {position.line}, column {position.column}{after}"


def _render_account(result: CatalogueResult, account: AccountMatch) -> Iterator[str]:
    if not account.events:
        yield "No event with products in these files."
        yield ""
        return
    yield from ("| event | sent by | events | with IDs | matched | |", "|---|---|--:|--:|--:|---|")
    for one in account.events:
        notes = [*event_notes(one, account)]
        if is_below(one, result):
            notes.insert(0, f"below {result.least:g}%")
        cells = (one.event, SIDES[one.side], f"{one.events:,}", f"{one.with_ids:,}")
        texts = [md.text(printable(cell)) for cell in (*cells, share_text(one))]
        yield md.row([*texts, md.sentence(printable("; ".join(notes)))])
    yield ""
    for text, ids, times in causes_of(account):
        sentence = md.sentence(printable(text))
        yield f"- {plural(ids, 'ID')} not in the feed, sent {plural(times, 'time')}: {sentence}"
    yield from (_render_value(one) for one in account.values)
    advice = [text for text in (advice_text(account), seen_text(result, account)) if text]
    yield from (f"- {md.sentence(printable(text))}" for text in advice)
    yield ""


def _render_value(finding: ValueFinding) -> str:
    where = f"{md.text(printable(finding.event))}, {SIDES[finding.side]}"
    sentence = md.sentence(printable(finding.message))
    return f"- **{finding.level}** (`{finding.rule}`, {where}, {finding.count:,}): {sentence}"


def _list_unreadable(result: CatalogueResult) -> Iterator[str]:
    for one in result.unreadable:
        where = md.code(printable(place_text(one.file, one.place)))
        yield f"- {where}: {md.sentence(printable(one.message))}"
