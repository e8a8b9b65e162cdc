"""The documentation as CSV, read back."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from typing import Any

import pytest

from gtmgen.docs.event_model import OwnTag
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet import csv_files
from gtmgen.docs.words import load_words

from .conftest import build_documentation, documentation, event, of_data
from .hostile import PLAIN, TEXTS, hostile

WIDTHS = {"events.csv": 13, "parameters.csv": 16, "data-layer.csv": 14, "qa-checklist.csv": 8}


def files(found: Documentation) -> dict[str, bytes]:
    return csv_files.render(found, load_words(found.language))


def rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    stream = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(stream, delimiter=delimiter, strict=delimiter == ","))


def test_the_files_and_their_columns() -> None:
    found = {name: rows(content) for name, content in files(documentation()).items()}
    assert {name: len(lines[0]) for name, lines in found.items()} == WIDTHS
    head = ["Event", "Title", "Description", "What happens", "Purpose", "Owner"]
    assert found["events.csv"][0][:6] == head
    assert [line[0] for line in found["events.csv"][1:]] == [
        "view_item",
        "add_to_cart",
        "begin_checkout",
        "search",
        "newsletter",
        "purchase",
    ]
    assert found["qa-checklist.csv"][1][4:] == ["open", "", "", ""]
    phone = next(line for line in found["data-layer.csv"] if line[0] == "customer_phone")
    assert phone[8] == "'+4915112345678"


def test_excel_finds_utf_8_and_every_line_ends_as_rfc_4180_says() -> None:
    for content in files(documentation()).values():
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        unquoted = re.sub(rb'"[^"]*"', b"", content)
        assert unquoted.count(b"\n") == unquoted.count(b"\r\n") == len(rows(content))


def test_the_same_documentation_gives_the_same_bytes() -> None:
    assert files(build_documentation()) == files(documentation())


def test_a_spec_with_nothing_in_it_has_the_headings() -> None:
    assert {
        name: len(rows(content)) for name, content in files(of_data()).items()
    } == dict.fromkeys(WIDTHS, 1)


def test_an_event_without_a_platform_still_has_a_row() -> None:
    found = files(_changed(deliveries=(), own_tags=(OwnTag("Own tag", ()),)))
    row = ["purchase", "Order paid", "growth", *[""] * 12, "Own tag"]
    assert row in rows(found["parameters.csv"])


def _changed(**fields: Any) -> Documentation:
    """The example shop with another purchase."""
    found = documentation()
    purchase = dataclasses.replace(event(found, "purchase"), **fields)
    return dataclasses.replace(found, events=(purchase,))


# -- a hostile spec ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacked() -> dict[str, bytes]:
    return files(hostile())


def test_no_text_makes_a_row_or_a_cell(attacked: dict[str, bytes]) -> None:
    harmless = files(hostile(PLAIN))
    for name, content in attacked.items():
        assert {len(row) for row in rows(content)} == {WIDTHS[name]}
        assert len(rows(content)) == len(rows(harmless[name]))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_whatever_a_spreadsheet_divides_at(
    attacked: dict[str, bytes], delimiter: str
) -> None:
    for content in attacked.values():
        for row in rows(content, delimiter):
            for value in row:
                assert not re.match(r'[\s"]*[=+\-@]', value), value
                assert not value.startswith(("\t", "\r"))


def test_nothing_is_lost(attacked: dict[str, bytes]) -> None:
    found = [row[1] for row in rows(attacked["events.csv"])[1:]]
    written = [text.replace("'", "") for text in TEXTS]
    assert [text.replace("'", "") for text in found] == written


def test_what_cannot_be_encoded_is_replaced() -> None:
    found = files(_changed(title="a\x07b\ud800c"))
    assert rows(found["events.csv"])[1][1] == "a\ufffdb\ufffdc"
