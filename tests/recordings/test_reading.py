"""Every form of a recording gives the same records; what is broken is told, the rest read."""

from __future__ import annotations

import io
import json

import pytest

from gtmgen.errors import GtmgenError
from gtmgen.recordings.reading import Piece, pieces_of
from recordings.recorded import check, lines, message, request, told


def pieces(content: bytes) -> list[Piece]:
    return list(pieces_of(io.BytesIO(content)))


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("blank", ["", "\ufeff", "\n\n  "])
def test_a_list_and_lines_have_the_same_records(indent: int | None, blank: str) -> None:
    records = [request(1), message(1), {"a": "é" * 3}, {}]
    as_list = f"{blank}{json.dumps(records, indent=indent, ensure_ascii=False)}\n".encode()
    assert [piece.value for piece in pieces(as_list)] == records
    assert [piece.place for piece in pieces(as_list)] == ["[0]", "[1]", "[2]", "[3]"]
    as_lines = blank.encode() + lines(records)
    assert [piece.value for piece in pieces(as_lines)] == records
    first = blank.count("\n") + 1
    assert [piece.place for piece in pieces(as_lines)] == [
        f"line {first + number}" for number in range(4)
    ]


def test_one_value_over_several_lines_is_one_record() -> None:
    content = json.dumps(request(), indent=2).encode()
    assert pieces(content) == [Piece("document", request())]


def test_nothing_has_no_records() -> None:
    assert pieces(b"") == pieces(b" \n\n") == pieces(b"[]") == []


class Slow(io.BytesIO):
    """Counts what has been read of it."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = super().read(size)
        self.given += len(chunk)
        return chunk

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.given += len(line)
        return line


@pytest.mark.parametrize("form", ["list", "lines"])
def test_a_large_file_is_read_piece_by_piece(form: str) -> None:
    records = [request(number) for number in range(6000)]
    content = lines(records) if form == "lines" else json.dumps(records, indent=1).encode()
    stream = Slow(content)
    first = next(pieces_of(stream))
    assert first.value == records[0]
    assert stream.given < len(content) / 2
    assert sum(1 for _ in pieces_of(io.BytesIO(content))) == 6000


def test_a_broken_line_stops_no_other() -> None:
    content = b"{broken\n" + lines([request(1)]) + b'{"value": NaN}\n' + lines([request(2)])
    assert [(piece.place, bool(piece.error)) for piece in pieces(content)] == [
        ("line 1", True),
        ("line 2", False),
        ("line 3", True),
        ("line 4", False),
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{", "it is not JSON: Expecting property name enclosed in double quotes"),
        (b'{"a": NaN}', "it is not JSON: NaN is not a number there"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b'{"a":' * 100_000, "it is nested too deep"),
        (b'[{"a": 1} {"b": 2}]', "it is not JSON: a comma or `]` is missing"),
        (b"[" * 100_000, "it is nested too deep"),
        (b'[{"a": 1}, oops]', "it is not JSON: Expecting value"),
        (b'[{"a": 1},\n', "it is not JSON: the list ends without its `]`"),
        (b'[]\n{"a": 1}\n', "it is not JSON: something follows the list's `]`"),
    ],
)
def test_what_cannot_be_read_is_told(content: bytes, error: str) -> None:
    assert pieces(content)[-1].error.startswith(error)


@pytest.mark.parametrize("value", ["[]", "null", "5", '"text"', "[[]]"])
def test_a_line_that_is_no_record_is_a_finding(value: str) -> None:
    content = lines([message(1)]) + f"{value}\n".encode()
    place = "line 2[0]" if value == "[[]]" else "line 2"
    assert (place, "", "form", "a record is a JSON object") in told(content)


def test_a_list_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(GtmgenError, match="the file is not UTF-8"):
        pieces(b'["\xff"]')


def test_half_a_character_is_a_finding() -> None:
    body = json.dumps(request()).replace("EUR", "\\ud800").encode()
    text = "a text holds half a character (a lone surrogate)"
    assert told(body + b"\n") == [("line 1", "data[0]", "form", text)]


def test_a_body_that_is_no_json_is_a_finding() -> None:
    url = "https://business-api.tiktok.com/open_api/v1.3/event/track/"
    entry = {"request": {"url": url, "postData": {"text": "event=Purchase"}}}
    content = json.dumps({"log": {"entries": [entry]}}).encode()
    assert told(content) == [("entries[0]", "", "form", "the body is not a JSON object")]
    findings, summary = check(content)
    assert (len(findings), summary.requests, summary.events) == (1, 1, 0)
