"""What the result of `gtmgen catalogue` says, in sentences that all of its formats share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gtmgen.catalogue.causes import MismatchCause
from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.fields import IdSource
from gtmgen.catalogue.matching import MANY_IDS, AccountMatch, EventMatch, Unmatched
from gtmgen.catalogue.run import CatalogueResult, ReadRecording
from gtmgen.text import plural, quoted

SIDES = {"site": "data layer", "browser": "pixel", "server": "backend"}
_REASONS = {
    "parent": "the ID of a parent (`item_group_id`), sent as the product's",
    "variant": "the ID of a variant, sent as its parent's (`item_group_id`)",
    "blanks": "only blanks differ",
    "case": "only capitals and small letters differ",
    "zeros": "only leading zeros differ",
    "decimal": "a `.0` at the end: a spreadsheet has made a number of it",
    "unknown": "no product of the feed has it",
}


def feed_line(feed: Feed) -> str:
    """``feed.csv: CSV, 1,000 products, 200 parents, EUR``."""
    parts = [feed.format, _format_count(feed.records, "product")]
    if feed.index.groups:
        parts.append(_format_count(feed.index.groups, "parent"))
    parts += [feed.currency] if feed.currency else []
    if feed.skipped:
        parts.append(f"{_format_count(feed.skipped, 'row')} that cannot be read")
    return ", ".join(parts)


def cause_text(cause: MismatchCause) -> str:
    """Why an ID is not in the feed."""
    if cause.reason == "affix":
        side, _, affix = cause.detail.partition(":")
        verb = "begins" if affix.endswith("…") else "ends"
        whose = "the feed's ID" if side == "feed" else "the event's ID, unlike the feed's,"
        return f"{whose} {verb} with {quoted(affix.strip('…'))}"
    if cause.reason == "column":
        if cause.detail == "link":
            return "the end of the product's `link`, not its ID"
        return f"the product's {quoted(cause.detail)}, not its ID"
    return _REASONS[cause.reason]


def causes_of(account: AccountMatch) -> list[tuple[str, int, int]]:
    """Each cause in words, with how many IDs and how many times they were sent; most first."""
    ids: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for one in account.unmatched:
        text = cause_text(one.cause)
        ids[text] += 1
        times[text] += one.times
    return [(text, ids[text], count) for text, count in times.most_common()]


def like_text(one: Unmatched) -> str:
    """The product that is meant, where that is known."""
    return f"like {quoted(one.cause.like)}" if one.cause.like else ""


def share_text(match: EventMatch) -> str:
    """``97.5%``; never 100% or 0% where that is not so."""
    share = match.share
    if share is None:
        return "no IDs"
    rounded = min(max(share, 0.1), 99.9) if 0 < share < 100 else share
    return f"{rounded:.1f}%"


def is_below(match: EventMatch, result: CatalogueResult) -> bool:
    return match.share is not None and match.share < result.least


def event_notes(match: EventMatch, account: AccountMatch) -> Iterator[str]:
    """What else is to be said of an event's IDs."""
    if match.events > match.with_ids:
        missing = match.events - match.with_ids
        yield f"{_format_count(missing, 'event')} without any content ID"
    if match.lists:
        events = _format_count(match.lists, "event")
        yield f"{events} with more than {MANY_IDS} IDs: those of a list?"
    for type_, count in sorted(match.other_types.items()):
        yield (
            f"{_format_count(count, 'event')} with the content type {quoted(type_)}; "
            f"the spec says `{account.account.content_type}`"
        )


def advice_text(account: AccountMatch) -> str:
    """Where the IDs would match best."""
    current = next((one for one in account.sources if one.is_current), None)
    if current is None:
        return ""
    best = account.best
    if best is None:
        settings = _format_settings(account, current)
        return f"{settings} matches {current.share:.1f}% of the items; nothing matches better"
    return (
        f"{_format_settings(account, best)} would match {best.share:.1f}% of the items; "
        f"{_format_settings(account, current)}, as the spec has it, matches {current.share:.1f}%"
    )


def _format_settings(account: AccountMatch, source: IdSource) -> str:
    """The settings of the account that choose a source."""
    rules = account.account.rules
    return (
        f"`{rules.id_setting}: {source.content_id}` with "
        f"`{rules.type_setting}: {source.content_type}`"
    )


def seen_text(result: CatalogueResult, account: AccountMatch) -> str:
    """How much of the feed the events name."""
    index = result.feed.index
    ids = len(index) if account.account.column == "sku_id" else index.groups
    noun = "product" if account.account.column == "sku_id" else "parent"
    return f"{account.seen:,} of {_format_count(ids, noun)} of the feed are in these events"


def no_products_text(recording: ReadRecording) -> str:
    """Why a recording was of no use; ``no event with products among 12 records``."""
    records = _format_count(recording.records, "record")
    return f"no event with products among {records}: nothing was matched with the feed"


def total_line(result: CatalogueResult) -> str:
    """The last line: ``3 kinds of error``, or that there is none."""
    return f"{plural(result.errors, 'kind')} of error" if result.errors else "no errors"


def _format_count(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
