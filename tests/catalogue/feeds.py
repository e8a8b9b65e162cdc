"""Small feeds, and a shop whose events are matched against them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from support import load_text

from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.feed import read_feed
from gtmgen.catalogue.run import CatalogueResult, run_catalogue
from gtmgen.packs.catalogue import CatalogueRules, load_catalogue_rules
from gtmgen.recordings.reading import pieces_of
from gtmgen.spec.model import Spec

HEADER = (
    *("sku_id", "title", "description", "availability", "condition", "price", "link"),
    *("image_link", "brand", "item_group_id", "sale_price", "sale_price_effective_date"),
)
SPEC = """
gtmgen: 1
project: mugs
container: {gtm: GTM-MUGS001}
site: {hosts: [mugs.example], currency: EUR}
platforms:
  tiktok:
    pixel_id: CMUGSPIXEL0000000001
    consent: not_required
    content_id: SETTING_ID
    content_type: SETTING_TYPE
data:
  items: {path: ecommerce.items, type: items}
  value: {path: ecommerce.value, type: number}
  currency: {path: ecommerce.currency, type: currency}
  order: {path: ecommerce.transaction_id, type: string, required: true}
events:
  view_item:
    on: {event: view_item}
    params: {items: items, value: value, currency: currency}
    send: {tiktok: ViewContent}
  purchase:
    on: {event: purchase}
    event_id: {from: order, prefix: order_}
    params: {items: items, value: value, currency: currency, transaction_id: order}
    send: {tiktok: Purchase}
"""


@cache
def mugs(content_id: str = "item_id", content_type: str = "product") -> Spec:
    """A shop that sells mugs."""
    text = SPEC.replace("SETTING_ID", content_id).replace("SETTING_TYPE", content_type)
    return load_text(text).spec


@cache
def rules() -> CatalogueRules:
    loaded = load_catalogue_rules(mugs().platforms["tiktok"].pack)
    assert loaded is not None
    return loaded


def product(sku_id: str = "M1", **changes: str) -> list[str]:
    """A row of HEADER that is right but for the changes."""
    row = {
        "title": "Mug",
        "description": "Holds tea.",
        "availability": "in stock",
        "condition": "new",
        "price": "10.00 EUR",
        "link": "https://mugs.example/p/1",
        "image_link": "https://mugs.example/p/1.jpg",
        "brand": "Muggers",
    }
    row |= {"sku_id": sku_id} | changes
    return [row.get(name, "") for name in HEADER]


def table(
    rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ","
) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode()


def read(folder: Path, content: bytes) -> Feed:
    """A feed of these bytes, checked."""
    file = folder / "feed"
    file.write_bytes(content)
    return read_feed(file, rules(), mugs().platforms["tiktok"].pack.currencies)


def told(feed: Feed) -> list[tuple[str, str, str, str, int]]:
    """Level, rule, column, message and count of each finding."""
    return [(one.level, one.rule, one.column, one.message, one.count) for one in feed.findings]


def viewed(*items: dict[str, Any], event: str = "view_item", **shop: Any) -> dict[str, Any]:
    """A message of the data layer; its value is what the items cost."""
    prices = [(item.get("price", 0), item.get("quantity", 1)) for item in items]
    value = sum(price * quantity for price, quantity in prices if not isinstance(price, str))
    content = {"value": value, "currency": "EUR", "items": list(items)} | shop
    return {"event": event, "ecommerce": content}


def match(spec: Spec, folder: Path, feed: bytes, records: Iterable[Any]) -> CatalogueResult:
    """The records, as JSON Lines, against the feed."""
    file = folder / "feed"
    file.write_bytes(feed)
    content = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    return run_catalogue(spec, file, [("events", pieces_of(io.BytesIO(content)))])
