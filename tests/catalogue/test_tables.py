"""Feeds that are tables: what is read, and what is refused with its place."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogue.feeds import HEADER, product, read, rules, table, told
from gtmgen.catalogue.encoding import Lines
from gtmgen.catalogue.table import TableReader
from gtmgen.errors import GtmgenError


@pytest.mark.parametrize(
    ("delimiter", "format_"),
    [(",", "CSV"), ("\t", "TSV"), (";", "CSV with semicolons"), ("|", "CSV with `|`")],
)
def test_the_separator_is_found(tmp_path: Path, delimiter: str, format_: str) -> None:
    feed = read(tmp_path, table([product("M1"), product("M2")], delimiter=delimiter))
    assert (feed.format, feed.records, told(feed)) == (format_, 2, [])


def test_the_template_of_the_platform_is_read_below_its_instructions(tmp_path: Path) -> None:
    rows = [
        ["", "Fill in the\nproducts below,\none in a row", *[""] * 11],
        ["columns", *HEADER],
        ["context", "Your ID", *["required"] * 11],
        ["example", *product("EXAMPLE")],
        ["", *product("M1")],
    ]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    feed = read(tmp_path, stream.getvalue().encode())
    assert list(feed.index) == ["M1"]
    text = "rows of the platform's own template are no products, and were passed over"
    assert told(feed) == [("warning", "template-rows", "", text, 2)]
    assert [one.position for one in feed.findings[0].examples] == [(5, 1), (6, 1)]


def test_comments_above_the_header_are_passed_over(tmp_path: Path) -> None:
    feed = read(tmp_path, b'# ref_application_id "12, 34\n' + table([product()]))
    assert (list(feed.index), feed.index.line_of("M1")) == (["M1"], 3)


def test_googles_names_stand_for_tiktoks(tmp_path: Path) -> None:
    header = ["g:id", "Title", "image link", *HEADER[2:7], "brand"]
    row = ["7", "Mug", "https://mugs.example/7.jpg", *product()[2:7], "Muggers"]
    feed = read(tmp_path, table([row], header, "\t"))
    assert (list(feed.index), told(feed)) == (["7"], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_of_unicode_are_told_apart(tmp_path: Path, encoding: str) -> None:
    content = table([product("Käse-1", title="Größe ß")]).decode()
    feed = read(tmp_path, content.encode(encoding))
    assert (list(feed.index), told(feed)) == (["Käse-1"], [])


def test_other_bytes_are_read_as_windows_1252_and_told_once(tmp_path: Path) -> None:
    content = table([product("M1", title="Täller"), product("M2", title="XX")])
    feed = read(tmp_path, content.replace(b"XX", "Größe".encode("cp1252")))
    text = "the file is not UTF-8 throughout: other bytes were read as Windows-1252"
    assert told(feed) == [("warning", "encoding", "", text, 1)]
    assert feed.findings[0].examples[0].position == (3, 6)


def test_windows_1252_and_utf_8_in_one_file_keep_every_letter(tmp_path: Path) -> None:
    raw = "ä\n".encode() + b"\x80 \xe4\n" + "€".encode()
    lines = Lines("feed", io.BytesIO(raw))
    assert [line for chunk in lines.chunks() for line in chunk] == ["ä\n", "€ ä\n", "€"]
    assert lines.foreign == (2, 1)


@pytest.mark.parametrize("sign", "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
def test_what_only_unicode_calls_a_line_end_ends_no_line(tmp_path: Path, sign: str) -> None:
    raw = f"a{sign}b\r\nc\rd\ne".encode()
    lines = Lines("feed", io.BytesIO(raw))
    expected = [f"a{sign}b\r\n", "c\r", "d\n", "e"]
    assert [line for chunk in lines.chunks() for line in chunk] == expected


def test_what_is_no_utf_16_is_refused(tmp_path: Path) -> None:
    content = table([product()]).decode().encode("utf-16-le") + b"\x00\xd8"
    with pytest.raises(GtmgenError) as caught:
        read(tmp_path, b"\xff\xfe" + content)
    assert caught.value.message == f"{tmp_path}/feed:3:1: the file is no valid UTF-16"


def test_gzip_is_unpacked_and_a_broken_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(table([product(str(number)) for number in range(5000)]))
    assert read(tmp_path, packed).records == 5000
    with pytest.raises(GtmgenError) as caught:
        read(tmp_path, packed[:-20])
    assert caught.value.message == (
        f"`{tmp_path}/feed` is broken gzip: "
        "Compressed file ended before the end-of-stream marker was reached"
    )


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"PK\x03\x04rest", "`FEED` is a ZIP archive or a workbook, not a feed",
         "unpack it, or save the sheet as CSV"),
        (b"", "FEED: the feed is empty", None),
        (b" \n\n", "FEED: the feed is empty", None),
        (b"name,cost\nMug,1\n", "FEED:1:1: no row names the columns `sku_id` (or `id`) and `title`",
         "the first row of a feed is its header"),
        (b"hotel_id,name\n1,Inn\n",
         "FEED:1:1: no row names the columns `sku_id` (or `id`) and `title`",
         "feeds of e-commerce catalogues are read; this one has `hotel_id`"),
        (b'id,title\n1,Mug\n2,"Mug\n3,Mug\n',
         "FEED:3:3: the quote that opens here is never closed",
         "a quote within a quoted value is written twice"),
        (b'id,title,"price"s\n1,Mug,2\n',
         "FEED:1:17: the header has a quote that does not close where a value ends", None),
        (b'id,title\n1,"' + b"x" * 140_000,
         "FEED:2:3: a value of more than 131,072 characters",
         "a quote within a quoted value is written twice"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_with_its_place(
    tmp_path: Path, content: bytes, message: str, hint: str | None
) -> None:
    with pytest.raises(GtmgenError) as caught:
        read(tmp_path, content)
    assert caught.value.message == message.replace("FEED", f"{tmp_path}/feed")
    assert caught.value.hint == hint


def test_a_broken_row_is_told_with_its_place_and_the_others_are_read(tmp_path: Path) -> None:
    content = table([product("M1"), product("M2"), product("M3")]).decode().split("\n")
    content[2] = 'M2,"a ""good"" one","bad"quote,' + ",".join(product()[3:])
    content.insert(3, "M4,too,short")
    content.insert(4, "")
    content.insert(5, ",".join([*product("M5"), "one", "more"]))
    content.insert(6, ",".join([*product("M6"), "", ""]))
    feed = read(tmp_path, "\n".join(content).encode())
    assert list(feed.index) == ["M1", "M6", "M3"]
    assert [(one.message, one.examples[0].position) for one in feed.findings] == [
        (
            "`q` follows a closing quote, where a separator should; the row was passed over",
            (3, 26),
        ),
        ("the row has 3 cells and the header 12; it was passed over", (4, 1)),
        ("the row has 14 cells and the header 12; it was passed over", (6, 1)),
    ]


def test_places_count_lines_within_quoted_values(tmp_path: Path) -> None:
    rows = [product("M1", description='Holds\n"hot",\r\ntea'), product("M2", condition="cracked")]
    feed = read(tmp_path, table(rows))
    place, sku_id, value = feed.findings[0].examples[0]
    assert (place, sku_id, value) == ((5, 28), "M2", "cracked")


def test_a_hundred_columns_are_read(tmp_path: Path) -> None:
    more = [f"custom_{number}" for number in range(90)]
    feed = read(tmp_path, table([[*product(), *more]], [*HEADER, *more]))
    assert (len(feed.columns), told(feed)) == (102, [])


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(_CELLS, min_size=4, max_size=4), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    # With other line ends, Python leaves a `\r` or `\n` in a value without quotes.
    form=st.sampled_from(
        [
            ("\n", csv.QUOTE_ALL),
            ("\r", csv.QUOTE_ALL),
            ("\r\n", csv.QUOTE_ALL),
            ("\r\n", csv.QUOTE_MINIMAL),
        ]
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example(rows=[["", '"|', "", ""]], delimiter="|", form=("\n", csv.QUOTE_ALL), encoding="utf-8")
def test_what_pythons_csv_writes_is_read_back(
    rows: list[list[str]], delimiter: str, form: tuple[str, int], encoding: str
) -> None:
    """And the place of each value is where it stands in the text."""
    rows = [["M", *row] for row in rows]
    header = ["sku_id", "title", "description", "brand", "condition"]
    stream = io.StringIO(newline="")
    line_end, quoting = form
    options = {"delimiter": delimiter, "lineterminator": line_end, "quoting": quoting}
    csv.writer(stream, **options).writerows([header, *rows])
    text = stream.getvalue()
    reader = TableReader("feed", io.BytesIO(text.encode(encoding)), rules())
    lines = list(io.StringIO(text, newline=""))
    values = []
    for one in reader.products():
        assert isinstance(one, tuple)
        values.append([one[0], one[1], one[2], one[8], one[4]])
        line, column = reader.locate("brand")
        rest = "".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert next(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter))[0] == one[8]
    assert values == rows
