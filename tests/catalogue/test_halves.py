"""A large table is read by two processes: the same feed, findings and places as in one go."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.feeds import HEADER, mugs, product, rules, table
from gtmgen.catalogue import feed as feeds
from gtmgen.catalogue import halves
from gtmgen.catalogue.causes import ColumnCauses
from gtmgen.catalogue.check import FeedCheck
from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.encoding import open_feed
from gtmgen.catalogue.hosts import SiteHosts
from gtmgen.catalogue.table import TableReader
from gtmgen.errors import GtmgenError


def _check(path: Path, watch: ColumnCauses, use: Callable[[FeedCheck], Feed | None]) -> Feed | None:
    with open_feed(path) as stream:
        reader = TableReader(str(path), stream, rules())
        known = mugs().platforms["tiktok"].pack.currencies
        return use(
            FeedCheck(str(path), reader, rules(), known, watch, SiteHosts(("mugs.example",)))
        )


def _in_one_go(check: FeedCheck) -> Feed:
    check.read()
    return check.finish()


def _describe(feed: Feed, watch: ColumnCauses) -> dict[str, Any]:
    """Everything that a feed is asked for."""
    index = feed.index
    return {
        "columns": feed.columns,
        "counts": (feed.format, feed.records, feed.skipped, feed.currencies),
        "findings": [
            (one.rule, one.level, one.column, one.message, one.count, one.examples)
            for one in feed.findings
        ],
        "products": [repr(index.get(id_)) for id_ in index],
        "parents": [(group, index.price_range(group)) for group in index.iterate_groups()],
        "causes": watch.explain(sorted(watch.ids)),
    }


def _compare(path: Path, ids: tuple[str, ...] = ()) -> bool:
    """Whether it was read in halves, which then agree with the whole."""
    boundary = halves.find_boundary(path)
    if boundary is None:
        return False
    own = ColumnCauses(set(ids))
    feed = _check(path, own, lambda check: halves.read_halves(path, boundary, check))
    if feed is None:
        return False
    whole = ColumnCauses(set(ids))
    expected = _check(path, whole, _in_one_go)
    assert expected is not None
    assert _describe(feed, own) == _describe(expected, whole)
    return True


def _write(folder: Path, content: bytes) -> Path:
    path = folder / "feed.csv"
    path.write_bytes(content)
    return path


def _many(count: int = 40, **changes: str) -> list[list[str]]:
    return [product(f"M{number}", **changes) for number in range(count)]


def test_products_are_those_of_the_whole_feed(tmp_path: Path) -> None:
    rows = _many(item_group_id="MUGS", sale_price="8.00 EUR")
    assert _compare(_write(tmp_path, table(rows)))


def test_an_id_of_the_first_half_counts_in_the_second(tmp_path: Path) -> None:
    rows = _many()
    rows[30:30] = [product("M2", item_group_id="ONLY-HERE"), product("M29"), product("M29")]
    rows.append(
        product("M1", sale_price="8.00 EUR", sale_price_effective_date="2026-01-01/2026-02-01")
    )
    path = _write(tmp_path, table(rows))
    assert _compare(path)
    feed = feeds.read_feed(path, rules(), frozenset())
    (finding,) = [one for one in feed.findings if one.rule == "duplicate"]
    assert (finding.count, [one.value for one in finding.examples]) == (
        4,
        ["first in line 4", "first in line 31", "first in line 31", "first in line 3"],
    )
    assert not feed.index.has_group("ONLY-HERE")


def test_a_repeated_id_is_placed_where_its_column_stands(tmp_path: Path) -> None:
    rows = [["Mug, blue\nlarge", *row[:2], *row[2:]] for row in [*_many(), product("M0")]]
    assert _compare(_write(tmp_path, table(rows, ("note", *HEADER))))


def test_a_currency_of_the_second_half_is_the_odd_one(tmp_path: Path) -> None:
    rows = [*_many(), *(product(f"N{number}", price="9.00 USD") for number in range(9))]
    assert _compare(_write(tmp_path, table(rows)))


def test_a_letter_of_another_encoding_in_the_second_half(tmp_path: Path) -> None:
    rows = table([*_many(), product("Z", title="Caf?")]).replace(b"Caf?", b"Caf\xe9")
    path = _write(tmp_path, rows)
    assert _compare(path)
    feed = feeds.read_feed(path, rules(), frozenset())
    (finding,) = [one for one in feed.findings if one.rule == "encoding"]
    assert finding.examples[0].position == (42, 6)


def test_rows_of_the_template_count_in_both_halves(tmp_path: Path) -> None:
    rows = [["", *row] for row in _many()]
    for position in (2, 35):
        rows.insert(position, ["Example", *product("E")])
    assert _compare(_write(tmp_path, table(rows, ("Columns", *HEADER))))


def test_ids_that_are_watched_are_found_in_both_halves(tmp_path: Path) -> None:
    rows = _many()
    rows[3][3], rows[37][4], rows[38][4] = "early", "late", "early"
    assert _compare(_write(tmp_path, table(rows)), ("early", "late", "1"))


def test_a_quote_within_a_value_leaves_the_boundary_unproved(tmp_path: Path) -> None:
    """With a single quote before it, an even number of quotes is one within a value."""
    rows = table([product("M0", title='5" mug'), *_many(60, description="Holds\ntea.")])
    path = _write(tmp_path, rows.replace(b'"5"" mug"', b'5" mug'))
    boundary = halves.find_boundary(path)
    assert boundary is not None
    assert path.read_bytes()[boundary - 6 : boundary] == b"Holds\n"
    assert not _compare(path)
    assert feeds.read_feed(path, rules(), frozenset()).records == 61


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(table(_many())), id="packed"),
        pytest.param(table(_many()).decode().encode("utf-16"), id="UTF-16"),
        pytest.param(table(_many()).replace(b"\n", b"\r"), id="no line feed"),
        pytest.param(table(_many()).replace(b"tea.", b'"tea', 1), id="odd quotes to the end"),
    ],
)
def test_what_has_no_boundary_is_read_in_one_go(tmp_path: Path, content: bytes) -> None:
    assert halves.find_boundary(_write(tmp_path, content)) is None


@pytest.mark.parametrize("broken", [5, 35])
def test_a_broken_half_is_told_as_the_whole_feed_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    rows = table(_many()).splitlines(keepends=True)
    rows[broken : broken + 1] = [b'"M', b'"' + rows[broken].replace(b"Holds", b'"Holds')]
    path = _write(tmp_path, b"".join([*rows, b'"']))
    _assert_same_end(path, monkeypatch)


def _assert_same_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens, happens alike; a feed of a few rows is large enough here."""

    def read() -> object:
        watch = ColumnCauses({"M1", "x"})
        try:
            feed = feeds.read_feed(path, rules(), frozenset(("EUR",)), watch)
        except GtmgenError as error:
            return str(error)
        return _describe(feed, watch)

    with monkeypatch.context() as patch:
        patch.setattr(halves, "LEAST", 1)
        in_halves = read()
    assert in_halves == read()


_CELLS = st.sampled_from(
    [
        *("M0", "M1", "M2", "", "new", "in stock", "10.00 EUR", "9 USD", "0.00 EUR", "x", "\u2603"),
        *('"a\nb"', '"a ""b"" c"', '5"', '"a"b', '"a\r\nb"', "Example", "https://mugs.example/M1"),
    ]
)
_ROWS = st.lists(
    st.tuples(_CELLS, st.integers(0, len(HEADER)), st.sampled_from(["\n", "\r\n", "\n\n"])),
    min_size=2,
    max_size=30,
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_ROWS, st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
def test_any_table_is_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, int, str]], encoding: str
) -> None:
    text = ",".join(HEADER) + "\n"
    for number, (cell, position, end) in enumerate(rows):
        row = product(f"P{number % 7}", item_group_id=f"G{number % 3}")
        row[position:position] = [cell]
        text += ",".join(row[: len(HEADER)]) + end
    path = _write(tmp_path, text.encode(encoding, "replace"))
    _assert_same_end(path, monkeypatch)


def test_a_process_that_ends_costs_time_and_no_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where memory runs out."""
    monkeypatch.setattr(halves, "LEAST", 1)
    monkeypatch.setattr(halves.RestOfTable, "read", lambda self: os._exit(9))
    path = _write(tmp_path, table(_many()))
    assert feeds.read_feed(path, rules(), frozenset()).records == 40
