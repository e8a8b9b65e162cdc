"""What is wrong with products of a feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.feeds import HEADER, product, read, table, told

AVAILABILITY = (
    "it is none of `available`, `available for order`, `discontinued`, `in stock`, "
    "`out of stock`, `preorder`"
)


def test_a_feed_that_is_right(tmp_path: Path) -> None:
    rows = [
        product("M1", availability="In Stock", sale_price="8.00 EUR"),
        product("m1", availability="OUT_OF_STOCK", condition="New", item_group_id="M"),
        product("00012", price="10 EUR", link="http://mugs.example/1"),
    ]
    feed = read(tmp_path, table(rows))
    assert told(feed) == []
    assert (feed.records, len(feed.index), feed.index.groups) == (3, 3, 1)


@pytest.mark.parametrize(
    ("changes", "level", "rule", "column", "message"),
    [
        ({"title": "x" * 501}, "error", "length", "title", "it has more than 500 characters"),
        ({"sku_id": "x" * 101}, "error", "length", "sku_id", "it has more than 100 characters"),
        ({"description": "x" * 10_001}, "error", "length", "description",
         "it has more than 10,000 characters"),
        ({"title": "Mug \U0001f600"}, "error", "characters", "title",
         "it holds emoji or control characters"),
        ({"sku_id": "M\t1"}, "error", "characters", "sku_id",
         "it holds emoji or control characters"),
        ({"sku_id": " M1"}, "warning", "id", "sku_id", "blanks stand around it"),
        ({"sku_id": "8,01E+12"}, "error", "id", "sku_id",
         "a spreadsheet has rounded it: format the column as text before saving"),
        ({"sku_id": "119.0"}, "warning", "id", "sku_id",
         "a spreadsheet has made a decimal number of it"),
        ({"availability": "plenty"}, "error", "availability", "availability", AVAILABILITY),
        ({"availability": "backorder"}, "warning", "availability", "availability",
         "`backorder` is a word of other platforms; `available for order` is nearest"),
        ({"condition": "cracked"}, "error", "condition", "condition",
         "it is none of `new`, `refurbished`, `used`"),
        ({"price": "10.00"}, "error", "price", "price", "the currency is missing: `9.97 USD`"),
        ({"price": "10.00 eur"}, "error", "price", "price",
         "a currency is three capital letters behind the number: `9.97 USD`"),
        ({"price": "EUR 10.00"}, "error", "price", "price",
         "the currency stands behind the number: `9.97 USD`"),
        ({"price": "1.299,00 EUR"}, "error", "price", "price",
         "a comma: decimals have a point, and thousands nothing: `1299.00 USD`"),
        ({"price": "\u20ac 9"}, "error", "price", "price", "a price is written as `9.97 USD`"),
        ({"sale_price": "8"}, "error", "price", "sale_price",
         "the currency is missing: `9.97 USD`"),
        ({"sale_price": "8 USD"}, "error", "currency", "sale_price",
         "its currency is not the price's"),
        ({"sale_price": "12 EUR"}, "warning", "price", "sale_price", "it is higher than the price"),
        ({"sale_price": "8 EUR", "sale_price_effective_date": "May"}, "warning", "dates",
         "sale_price_effective_date", "it is not read as two dates with `/` between them"),
        ({"sale_price": "8 EUR", "sale_price_effective_date": "2026-12-01/2026-11-01"}, "warning",
         "dates", "sale_price_effective_date",
         "it ends before it starts: the sale price never applies"),
        ({"link": "https://mugs.example/p 1"}, "error", "address", "link",
         "an address has no blanks in it: write `%20`"),
        ({"link": "https://mugs.example/p\t1"}, "error", "address", "link",
         "an address has no tabs in it"),
        ({"image_link": "ftp://mugs.example/1.jpg"}, "error", "address", "image_link",
         "an address begins with `https://`, not `ftp://`"),
        ({"link": "/p/1"}, "error", "address", "link",
         "an address begins with its scheme, `https://`"),
        ({"image_link": "www.mugs.example/1.jpg"}, "error", "address", "image_link",
         "an address begins with its scheme, `https://`"),
        ({"link": "https:///p/1"}, "error", "address", "link",
         "an address names a host: `https://shop.example/`"),
        ({"image_link": "https://?p=1"}, "error", "address", "image_link",
         "an address names a host: `https://shop.example/`"),
        ({"link": "javascript:open(1)"}, "error", "address", "link",
         "an address begins with its scheme, `https://`"),
        ({"price": "0.00 EUR"}, "warning", "price", "price", "it is zero: is the product free?"),
        ({"price": "0 EUR "}, "warning", "price", "price", "it is zero: is the product free?"),
        ({"sale_price": "0 EUR"}, "warning", "price", "sale_price",
         "it is zero: is the product free?"),
        ({"brand": ""}, "error", "missing", "brand", "it is required, and empty"),
    ],
)  # fmt: skip
def test_one_flaw_of_one_product(
    tmp_path: Path, changes: dict[str, str], level: str, rule: str, column: str, message: str
) -> None:
    wrong = product(**{"sku_id": "M2"} | changes)
    feed = read(tmp_path, table([product("M1"), wrong]))
    assert told(feed) == [(level, rule, column, message, 1)]
    (example,) = feed.findings[0].examples
    line = table([product("M1"), wrong]).decode().split("\n")[2]
    assert example.position.line == 3
    assert (
        line[example.position.column - 1 :]
        .lstrip('"')
        .startswith(changes[column].split("\t")[0][:5] or ",")
    )


def test_a_column_that_no_product_has(tmp_path: Path) -> None:
    feed = read(tmp_path, table([product()[:8], product("M2")[:8]], HEADER[:8]))
    text = "no product has `brand`, which is required"
    assert told(feed) == [("error", "missing", "brand", text, 2)]


def test_a_column_that_stands_there_twice(tmp_path: Path) -> None:
    header = [*HEADER, "Price", "g:brand"]
    feed = read(tmp_path, table([[*product(), "12.00 EUR", ""]], header))
    text = "a column of this name stands before it; only the first is read"
    assert told(feed) == [("warning", "double-column", "", text, 2)]
    column = len(",".join(HEADER)) + 2
    assert feed.findings[0].examples[0] == ((1, column), "", "price")
    assert feed.index.get("M1").offer.price == 10  # type: ignore[union-attr]


def test_a_repeated_id_names_the_first_one(tmp_path: Path) -> None:
    feed = read(tmp_path, table([product(), product("M2"), product(price="12.00 EUR")]))
    text = "an earlier product has the same ID; rows that share one are ignored"
    assert told(feed) == [("error", "duplicate", "sku_id", text, 1)]
    assert feed.findings[0].examples == [((4, 1), "M1", "first in line 2")]
    first = feed.index.get("M1")
    assert first is not None
    assert first.offer.price == 10


def test_a_catalogue_has_one_currency(tmp_path: Path) -> None:
    rows = [product("M1", price="11.00 BGN"), product("M2"), product("M3")]
    assert told(read(tmp_path, table(rows))) == [
        ("error", "currency", "price",
         "`BGN`, where most have `EUR`: a catalogue has one currency", 1),
        ("warning", "currency", "price",
         "`BGN` is not in the platform's list of currencies", 1),
    ]  # fmt: skip


def test_blanks_around_a_price_are_no_flaw(tmp_path: Path) -> None:
    feed = read(tmp_path, table([product(price=" 10.00 EUR ", sale_price="8.00 EUR")]))
    known = feed.index.get("M1")
    assert known is not None
    assert (known.offer, told(feed)) == ((10.0, 8.0, "EUR", ""), [])


def test_a_header_alone_is_no_feed(tmp_path: Path) -> None:
    text = "the feed has no product that can be read"
    assert told(read(tmp_path, table([]))) == [("error", "empty", "", text, 0)]


def test_every_price_of_zero_is_counted(tmp_path: Path) -> None:
    feed = read(tmp_path, table([product(str(n), price="0.00 EUR") for n in range(9)]))
    assert told(feed) == [("warning", "price", "price", "it is zero: is the product free?", 9)]


def test_many_flaws_are_counted_and_a_few_shown(tmp_path: Path) -> None:
    feed = read(tmp_path, table([product(str(n), condition="cracked") for n in range(100)]))
    (finding,) = feed.findings
    assert (finding.count, len(finding.examples)) == (100, 5)
