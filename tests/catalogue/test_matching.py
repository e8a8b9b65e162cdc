"""The IDs of recorded events against a feed: what matches, and why the rest does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogue.feeds import HEADER, match, mugs, product, read, table, viewed
from gtmgen.catalogue.causes import MismatchCause, explain_ids
from gtmgen.catalogue.index import NO_OFFER, ProductIndex
from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.prices import is_within
from gtmgen.report.catalogue_words import advice_text, cause_text


def item(item_id: Any, **fields: Any) -> dict[str, Any]:
    return {"item_id": item_id, "price": 10.0, "quantity": 1} | fields


def listing(items: Any) -> dict[str, Any]:
    """A view whose items are anything."""
    message = viewed(item("M1"))
    message["ecommerce"] |= {"items": items}
    return message


def account(folder: Path, ids: list[str], sent: list[Any], **settings: str) -> AccountMatch:
    """Each ID sent by one view, against a feed of products with these IDs."""
    rows = [product(one, item_group_id=f"G{number // 2}") for number, one in enumerate(ids)]
    views = [viewed(item(one)) for one in sent]
    return match(mugs(**settings), folder, table(rows), views).accounts[0]


def causes(result: AccountMatch) -> dict[str, MismatchCause]:
    return {one.id: one.cause for one in result.unmatched}


IDS = ["ADP-12", "ADP-34", "ADP-56", "ADP-78"]


def test_what_matches_is_counted_by_event(tmp_path: Path) -> None:
    feed = table([product("M1"), product("M2")])
    records = [
        viewed(item("M1")),
        viewed(item("M1"), item("M2")),
        viewed(item("M1"), item("X")),
        viewed(),
        viewed(item("M2"), event="purchase", transaction_id="1"),
        {"event": "something_else"},
    ]
    result = match(mugs(), tmp_path, feed, records)
    (found,) = result.accounts
    counted = [(e.event, e.side, e.events, e.with_ids, e.matched, e.ids) for e in found.events]
    assert counted == [("Purchase", "site", 1, 1, 1, 1), ("ViewContent", "site", 4, 3, 2, 5)]
    assert [round(one.share or 0, 1) for one in found.events] == [100.0, 66.7]
    assert (found.seen, result.errors, result.least) == (2, 1, 90)


@pytest.mark.parametrize(
    ("ids", "sent", "expected"),
    [
        (["M1"], " M1", MismatchCause("blanks", "M1")),
        (["Mug-Blue"], "mug-blue", MismatchCause("case", "Mug-Blue")),
        (["00123"], 123, MismatchCause("zeros", "00123")),
        (["119"], "119.0", MismatchCause("decimal", "119")),
        (["M1"], "G0", MismatchCause("parent")),
        (["M1"], "Z9", MismatchCause("unknown")),
    ],
)
def test_why_one_id_does_not_match(
    tmp_path: Path, ids: list[str], sent: Any, expected: MismatchCause
) -> None:
    assert causes(account(tmp_path, ids, [sent])) == {str(sent): expected}


def test_a_number_is_compared_as_text(tmp_path: Path) -> None:
    assert account(tmp_path, ["119", "8.5"], [119, 119.0, 8.5]).unmatched == ()


@pytest.mark.parametrize(
    ("ids", "sent", "detail", "text"),
    [
        (IDS, ["12", "34", "56"], "feed:ADP-…", "the feed's ID begins with `ADP-`"),
        (["1_black0", "2_black0"], ["1x", "2x"], "", ""),
        (["11_black0", "22_black0"], ["11", "22"], "feed:…_black#",
         "the feed's ID ends with `_black#`"),
        (["shopify_DE_7_11", "shopify_DE_8_22"], ["11", "22"], "feed:shopify_DE_#_…",
         "the feed's ID begins with `shopify_DE_#_`"),
        (["11", "22"], ["sku-11", "sku-22"], "event:sku-…",
         "the event's ID, unlike the feed's, begins with `sku-`"),
    ],
)  # fmt: skip
def test_a_constant_beginning_or_end_is_found(
    tmp_path: Path, ids: list[str], sent: list[Any], detail: str, text: str
) -> None:
    found = causes(account(tmp_path, ids, sent))
    assert {cause.detail for cause in found.values()} == {detail}
    if detail:
        assert {cause_text(cause) for cause in found.values()} == {text}
        assert found[sent[0]].like == ids[0]


def test_digits_that_end_another_id_by_coincidence_are_no_prefix(tmp_path: Path) -> None:
    found = causes(account(tmp_path, ["100012", "100734", "99"], ["12", "34"]))
    assert found == {"12": MismatchCause("unknown"), "34": MismatchCause("unknown")}


def test_the_id_of_another_column(tmp_path: Path) -> None:
    header = [*HEADER, "gtin"]
    rows = [
        [*product("M1", link="https://mugs.example/p/771"), "4006381333931"],
        [*product("M2", link="https://mugs.example/p?id=772"), "4006381333932"],
    ]
    views = [viewed(item(one)) for one in ("4006381333931", "771", "772")]
    result = match(mugs(), tmp_path, table(rows, header), views)
    assert causes(result.accounts[0]) == {
        "4006381333931": MismatchCause("column", "M1", "gtin"),
        "771": MismatchCause("column", "M1", "link"),
        "772": MismatchCause("column", "M2", "link"),
    }


def test_product_groups_are_looked_up_among_parents(tmp_path: Path) -> None:
    found = account(tmp_path, ["M1", "M2"], ["G0", "M2"], content_type="product_group")
    assert causes(found) == {"M2": MismatchCause("variant")}
    assert (found.account.column, found.seen) == ("item_group_id", 1)


def test_the_best_field_and_content_type_are_named(tmp_path: Path) -> None:
    rows = [product("M1", item_group_id="G1"), product("M2", item_group_id="G1")]
    views = [viewed(item("p-1", sku=sku)) for sku in ("M1", "M2", "M1", "gone")]
    found = match(mugs(), tmp_path, table(rows), views).accounts[0]
    assert advice_text(found) == (
        "`content_id: sku` with `content_type: product` would match 75.0% of the items; "
        "`content_id: item_id` with `content_type: product`, as the spec has it, matches 0.0%"
    )
    parents = match(mugs(), tmp_path, table(rows), [viewed(item("G1"))]).accounts[0]
    assert parents.best is not None
    assert (parents.best.content_id, parents.best.content_type) == ("item_id", "product_group")
    right = match(mugs(), tmp_path, table(rows), [viewed(item("M1"))]).accounts[0]
    assert right.best is None
    assert advice_text(right) == (
        "`content_id: item_id` with `content_type: product` matches 100.0% of the items; "
        "nothing matches better"
    )


def test_calls_of_test_results_and_requests_of_both_sides(tmp_path: Path) -> None:
    params = {"contents": [{"content_id": "M1", "price": 10}], "value": 10, "currency": "EUR"}
    call = {"platform": "tiktok", "account": "CMUGSPIXEL0000000001", "event": "ViewContent"}
    call |= {"method": "track", "params": params}
    other = call | {"account": "COTHERPIXEL000000001"}
    page = call | {"method": "page", "event": "Pageview"}
    results = {"format_version": 1, "scenarios": [{"calls": [call, other, page]}]}
    server = {
        "event_source": "web",
        "event_source_id": "CMUGSPIXEL0000000001",
        "data": [
            {"event": "Purchase", "event_time": 1, "user": {}, "properties": params},
            {"event": "Purchase", "event_time": 1, "user": {}, "properties": {"content_ids": "M9"}},
        ],
    }
    pixel = {
        "event": "AddToCart",
        "context": {"pixel": {"code": "CMUGSPIXEL0000000001"}},
        "properties": {"content_id": "M1"},
    }
    logged = {"RequestBody": server | {"event_source_id": "COTHERPIXEL000000001"}}
    records = [results, server, pixel, logged]
    found = match(mugs(), tmp_path, table([product("M1")]), records).accounts[0]
    assert [(e.event, e.side, e.events, e.matched) for e in found.events] == [
        ("AddToCart", "browser", 1, 1),
        ("Purchase", "server", 2, 1),
        ("ViewContent", "browser", 1, 1),
    ]
    (missing,) = found.unmatched
    assert (missing.id, missing.file, missing.place) == ("M9", "events", "line 2 data[1]")


def test_visits_of_verify_hold_messages_calls_and_what_the_backend_sent(tmp_path: Path) -> None:
    params = {"contents": [{"content_id": "M1"}]}
    call = {"platform": "tiktok", "account": "CMUGSPIXEL0000000001", "method": "track"}
    visit = {
        "journey": "buys",
        "entries": [
            {"kind": "message", "order": 1, "message": viewed(item("M1")), "cut": False},
            {"kind": "call", "order": 2, **call, "event": "ViewContent", "params": params},
            {"kind": "call", "order": 3, "platform": "ga4", "event": "x", "params": params},
            {"kind": "request", "order": 4, "method": "POST", "url": "https://x.example/"},
        ],
        "server_events": [{"account": "tiktok", "event": "Purchase", "params": params}],
    }
    result = {"format_version": "1.0", "errors": 0, "visits": [visit]}
    found = match(mugs(), tmp_path, table([product("M1")]), [result]).accounts[0]
    assert [(e.event, e.side, e.events, e.matched) for e in found.events] == [
        ("Purchase", "server", 1, 1),
        ("ViewContent", "browser", 1, 1),
        ("ViewContent", "site", 1, 1),
    ]


def test_events_without_ids_lists_and_other_content_types(tmp_path: Path) -> None:
    listed = [{"content_id": "M1", "content_type": "product_group"}] * 21
    call = {"platform": "tiktok", "event": "ViewContent", "params": {"contents": listed}}
    result = {"format_version": 1, "scenarios": [call]}
    found = match(mugs(), tmp_path, table([product("M1")]), [result, viewed({"sku": "M1"})])
    browser, site = found.accounts[0].events
    assert (browser.lists, dict(browser.other_types)) == (1, {"product_group": 1})
    assert (site.events, site.with_ids, site.share) == (1, 0, None)


NO_SUM = "the value is not the sum of price and quantity"
PRICES = "it is not what the feed has"


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        (1.19, "tax of 19%: the feed has prices without it, the event with it"),
        (1 / 1.07, "tax of 7%: the event has prices without it, the feed with it"),
        (100, "it is 100 times the feed's price: cents, where the feed has the whole unit"),
        (0.01, "it is a hundredth of the feed's price: the feed may be in cents"),
        (1.95, "it is 1.95 times the feed's price for most products: another currency?"),
    ],
)
def test_one_factor_of_many_prices_has_one_cause(
    tmp_path: Path, factor: float, message: str
) -> None:
    rows = [product(f"M{n}", price=f"{n}00.00 EUR") for n in range(1, 6)]
    views = [viewed(item(f"M{n}", price=round(n * 100 * factor, 2))) for n in range(1, 5)]
    views.append(viewed(item("M5", price=3.33)))
    found = match(mugs(), tmp_path, table(rows), views).accounts[0].values
    assert [(one.rule, one.message, one.count) for one in found] == [
        ("price", message, 4),
        ("price", PRICES, 1),
    ]


def test_the_sale_price_counts_within_its_dates(tmp_path: Path) -> None:
    dates = "2026-01-01T00:00+00:00/2026-01-31T23:59+00:00"
    rows = [product(sale_price="8.00 EUR", sale_price_effective_date=dates)]
    view = viewed(item("M1", price=8.0))
    times = ["2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z"]
    records = [view, *({"time": time, "message": view} for time in times)]
    (finding,) = match(mugs(), tmp_path, table(rows), records).accounts[0].values
    assert (finding.level, finding.count, finding.message) == (
        "warning", 1, "it is the sale price, outside of the dates that the feed gives it",
    )  # fmt: skip
    assert finding.examples[0].place == "line 3"


def test_intervals_as_tiktok_writes_them() -> None:
    interval = "2017-12-01 T0:00/2017-12-31 T0:00"
    assert [is_within(interval, time) for time in (1512086400, 1512086399)] == [True, False]


@pytest.mark.parametrize(
    ("view", "rule", "message"),
    [
        (viewed(item("M1"), currency="USD"), "currency",
         "its currency is `USD`, and the feed's is `EUR`"),
        (viewed(item("M1"), currency=None), "currency",
         "it has no currency: what the numbers mean is left to the platform"),
        (viewed(item("M1", price="10,00")), "number", "the price cannot be read"),
        (listing([item("M1", quantity="two")]), "number", "the quantity cannot be read"),
        (viewed(item("M1", quantity=-1), value=-10), "quantity", "the quantity is zero or less"),
        (listing(item("M1")), "items", "the items are an object, not a list"),
        (listing("M1"), "items", "the items are text, not a list"),
        (listing([item("M1"), None]), "items", "an item is null, not an object"),
        (viewed(item("M1"), value=7), "value",
         f"{NO_SUM}; the quantity may be the difference"),
        (viewed(item("M1"), event="purchase", value=7, transaction_id="1"), "value",
         f"{NO_SUM}; shipping, a discount or tax may be the difference"),
        (viewed(item("M2"), event="purchase", transaction_id="1"), "availability",
         "the feed says that it is discontinued: is the feed an old one?"),
    ],
)  # fmt: skip
def test_one_flaw_of_values(tmp_path: Path, view: Any, rule: str, message: str) -> None:
    feed = table([product("M1"), product("M2", availability="Discontinued")])
    (finding,) = match(mugs(), tmp_path, feed, [view]).accounts[0].values
    assert (finding.rule, finding.message, finding.count) == (rule, message, 1)


def test_a_quantity_beyond_a_number_is_told(tmp_path: Path) -> None:
    view = listing([item("M1", quantity=1e300)])
    (finding,) = match(mugs(), tmp_path, table([product("M1")]), [view]).accounts[0].values
    assert finding.examples[0].sent == "the quantity is a number beyond any order"


def test_a_price_that_is_an_object_is_shown_as_the_site_wrote_it(tmp_path: Path) -> None:
    view = viewed(item("M1"))
    view["ecommerce"]["items"][0]["price"] = {"net": True}
    (finding,) = match(mugs(), tmp_path, table([product("M1")]), [view]).accounts[0].values
    assert finding.examples[0].sent == 'the price is no number: `{"net": true}`'


def test_the_price_of_a_parent_is_that_of_any_of_its_products(tmp_path: Path) -> None:
    rows = [
        product("M1", item_group_id="G", price="10.00 EUR", sale_price="8.00 EUR"),
        product("M2", item_group_id="G", price="12.00 EUR"),
        product("M3", item_group_id="H", price="?"),
    ]
    views = [viewed(item("G", price=price)) for price in (8.0, 12.0, 7.5)]
    views.append(viewed(item("H", price=99.0)))
    found = match(mugs(content_type="product_group"), tmp_path, table(rows), views).accounts[0]
    (finding,) = found.values
    assert (finding.message, finding.count) == (
        "it is not among the prices of the parent's products",
        1,
    )
    assert finding.examples[0][2:] == ("G", "7.50", "8.00 to 12.00")


def test_shipping_and_tax_that_are_named_may_be_part_of_the_value(tmp_path: Path) -> None:
    view = viewed(item("M1"), event="purchase", transaction_id="1", value=16.4, shipping=4.5)
    view["ecommerce"]["tax"] = 1.9
    assert match(mugs(), tmp_path, table([product()]), [view]).accounts[0].values == ()


def test_a_broken_record_is_told_and_the_others_count(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.write_bytes(table([product()]))
    from gtmgen.catalogue.run import run_catalogue
    from gtmgen.recordings.reading import Piece

    pieces = [Piece("line 1", error="it is not UTF-8"), Piece("line 2", viewed(item("M1")))]
    result = run_catalogue(mugs(), feed, [("events", pieces)])
    assert [(one.place, one.message) for one in result.unreadable] == [
        ("line 1", "it is not UTF-8")
    ]
    assert (result.accounts[0].events[0].matched, result.errors) == (1, 1)


def test_ids_of_late_events_are_looked_for_in_other_columns_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gtmgen.catalogue.run._MOST_AHEAD", 1)
    feed = table([[*product(), "4006381333931"]], [*HEADER, "gtin"])
    views = [viewed(item("M1")), viewed(item("4006381333931"))]
    (unmatched,) = match(mugs(), tmp_path, feed, views).accounts[0].unmatched
    assert unmatched.cause == MismatchCause("column", "M1", "gtin")


def test_blanks_around_every_price_leave_five_examples(tmp_path: Path) -> None:
    rows = [product(str(n), price=" 10.00 USD") for n in range(9)]
    rows += [product(f"M{n}") for n in range(10)]
    (finding,) = read(tmp_path, table(rows)).findings
    assert (finding.count, len(finding.examples)) == (9, 5)


def test_the_sites_currency_is_compared_with_the_feeds(tmp_path: Path) -> None:
    result = match(mugs(), tmp_path, table([product(price="10.00 USD")]), [])
    assert [(one.level, one.message) for one in result.feed.findings] == [
        ("warning", "the feed is in `USD`, and `site.currency` of the spec is `EUR`")
    ]


def test_a_link_to_another_host_than_the_sites_is_told(tmp_path: Path) -> None:
    links = ["https://MUGS.example/a", "https://mugs.example:443/b", "http://mugs.example", ""]
    elsewhere = ["https://other.example/c", "https://mugs.example.evil.example/d"]
    rows = [product(f"M{n}", link=link) for n, link in enumerate([*links, *elsewhere])]
    feed = match(mugs(), tmp_path, table(rows), []).feed
    told = [one for one in feed.findings if one.rule == "host"]
    assert [(one.level, one.column, one.message, one.count) for one in told] == [
        ("warning", "link", "it leads to a host that `site.hosts` of the spec does not name", 2)
    ]
    assert [one.value for one in told[0].examples] == elsewhere


def explain(known: list[str], ids: list[str]) -> tuple[dict[str, MismatchCause], set[str]]:
    """Causes for IDs that none of the feed's is."""
    index = ProductIndex()
    add = index.adder()
    for line, id_ in enumerate(known):
        add(id_, line, "", NO_OFFER, True)
    return explain_ids(index, sorted(set(ids) - set(known)), "sku_id")


def ids_of(letters: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.text(letters, min_size=1, max_size=3), min_size=1, max_size=9)


@settings(max_examples=150)
@example(["a.0"], ["a"])
@given(st.one_of(ids_of("aA0"), ids_of("a.0"), ids_of("a ")), ids_of("aA0. "))
def test_causes_do_not_depend_on_the_other_products(known: list[str], ids: list[str]) -> None:
    # IDs without blanks and zeros are compared in another way than those beside one with them.
    assert explain(known, ids) == explain([*known, " zzz"], ids)


@settings(max_examples=60)
@given(ids_of("aA0. "))
def test_every_end_and_beginning_of_several_products_is_told(known: list[str]) -> None:
    known = [f"X{one}" for one in known]
    pairs = {one: f"{one}-{number:03}" for number, one in enumerate(known)}
    causes, others = explain([f"SH-{end}" for end in pairs.values()], list(pairs.values()))
    assert others == set()
    if len(pairs) > 1:
        assert {cause.detail for cause in causes.values()} == {"feed:SH-…"}
