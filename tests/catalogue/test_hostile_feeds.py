"""Whatever a file holds: it is read, or refused by a message; nothing else happens."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogue.feeds import mugs, product, rules, table
from catalogue.test_markup import ITEM, rss
from gtmgen.catalogue.feed import read_feed
from gtmgen.catalogue.run import run_catalogue
from gtmgen.errors import GtmgenError
from gtmgen.recordings.reading import Piece

FEEDS = [
    table([product("M1"), product("Ü2", title='a "b"\n', sale_price="8.00 EUR")]),
    table([product("M1")], delimiter="\t").decode().encode("utf-16"),
    rss(ITEM, ITEM.replace("M1", "M2")),
    gzip.compress(rss(ITEM), mtime=0),
]


@settings(max_examples=150, deadline=None)
@given(
    feed=st.sampled_from(FEEDS),
    place=st.integers(0, 700),
    cut=st.integers(0, 40),
    put=st.binary(max_size=12) | st.sampled_from([b'"', b"\r", b"\0", b"<", b"&x;", b"]]>", b","]),
)
@example(FEEDS[0], 0, 0, b"\xff\xfe")
@example(FEEDS[0], 700, 0, b"\r")
def test_a_spoilt_feed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, feed: bytes, place: int, cut: int, put: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "spoilt"
    file.write_bytes(feed[:place] + put + feed[place + cut :])
    try:
        found = read_feed(file, rules(), frozenset())
    except GtmgenError:
        return
    assert found.records + found.skipped >= len(found.index)
    for finding in found.findings:
        assert all(min(one.position) >= 1 for one in finding.examples)


_KEYS = (
    *("event", "ecommerce", "items", "item_id", "price", "quantity", "value", "currency"),
    *("properties", "contents", "content_id", "data", "event_source", "user", "message"),
    *("format_version", "visits", "scenarios", "params", "account", "time", "type"),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner | st.sampled_from(["view_item", "purchase", "M1"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(records=st.lists(_JSON, max_size=4))
@example([{"event": "view_item", "ecommerce": {"items": [{"item_id": 10**400, "price": 1e308}]}}])
@example([{"event": "view_item", "ecommerce": {"items": [{"item_id": "M1", "price": -(10**400)}]}}])
def test_whatever_a_recording_holds(
    tmp_path_factory: pytest.TempPathFactory, records: list[object]
) -> None:
    file = tmp_path_factory.getbasetemp() / "right"
    file.write_bytes(FEEDS[0])
    pieces = [Piece(f"line {number}", one) for number, one in enumerate(records)]
    try:
        result = run_catalogue(mugs(), file, [("events", pieces)])
    except GtmgenError:
        return
    for account in result.accounts:
        for one in account.events:
            assert one.events >= one.with_ids >= one.matched >= 0
            assert one.share is None or 0 <= one.share <= 100


def test_a_feed_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GtmgenError) as caught:
        read_feed(tmp_path, rules(), frozenset())
    assert caught.value.message == f"`{tmp_path}` cannot be read: Is a directory"
