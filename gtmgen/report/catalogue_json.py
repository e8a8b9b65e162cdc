"""The result of `gtmgen catalogue` as JSON."""

from __future__ import annotations

from typing import Any

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.model import FeedFinding
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.report.catalogue_words import (
    cause_text,
)
from gtmgen.report.visible import json_text

FORMAT_VERSION = "2.0"


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
        "severity": finding.level,
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
                "severity": one.level,
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
