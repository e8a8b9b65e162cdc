"""The records of a file: JSON, JSON Lines or HAR, read piece by piece where the form allows it."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from gtmgen.errors import GtmgenError
from gtmgen.files.reading import open_regular

MAX_DOCUMENT = 256 * 1024 * 1024
"""Bytes of a document that has to be read whole: a HAR, or JSON that is one value."""

_CHUNK = 1 << 20
_BOM = codecs.BOM_UTF8
_BLANK = _BOM + b" \t\r\n"


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number there")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class Piece(NamedTuple):
    """A value with its place in the file; ``error`` says why there is none."""

    place: str
    value: Any = None
    error: str = ""


def read_pieces(path: Path) -> Iterator[Piece]:
    """The values of a file; raises :class:`GtmgenError` where it cannot be read at all."""
    try:
        stream = open_regular(path)
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be read: {error.strerror or error}") from None
    with stream:
        yield from pieces_of(stream)


def pieces_of(stream: IO[bytes]) -> Iterator[Piece]:
    """The entries of a list or of a HAR, each line of JSON Lines, or the one value."""
    number, line = 1, stream.readline(MAX_DOCUMENT)
    while line and not line.strip(_BLANK):
        number, line = number + 1, stream.readline(MAX_DOCUMENT)
    if not line:
        return
    if line.lstrip(_BLANK).startswith(b"["):
        yield from _read_entries(line, stream)
        return
    piece = _parse(line)
    if _is_har(piece.value):
        yield from _read_har(piece.value)
    elif piece.error:
        yield from _read_document(number, line, stream)
    else:
        yield from _read_lines(number, line, stream)


def _parse(raw: bytes) -> Piece:
    try:
        return Piece("", _DECODER.decode(raw.removeprefix(_BOM).decode()))
    except UnicodeDecodeError:
        return Piece("", error="it is not UTF-8")
    except RecursionError:
        return Piece("", error="it is nested too deep")
    except ValueError as error:
        return Piece("", error=f"it is not JSON: {error}")


def _read_lines(number: int, line: bytes, stream: IO[bytes]) -> Iterator[Piece]:
    while line:
        if line.strip(_BLANK):
            yield _parse(line)._replace(place=f"line {number}")
        number, line = number + 1, stream.readline(MAX_DOCUMENT)


def _read_document(number: int, line: bytes, stream: IO[bytes]) -> Iterator[Piece]:
    """A value over several lines; or JSON Lines, of which the first is broken."""
    raw = line + stream.read(MAX_DOCUMENT)
    if len(raw) > MAX_DOCUMENT:
        raise GtmgenError(
            f"a document of more than {MAX_DOCUMENT // 1024**2} MiB is not read whole",
            hint="write JSON Lines, one record a line: those are read piece by piece",
        )
    piece = _parse(raw)
    if _is_har(piece.value):
        yield from _read_har(piece.value)
    elif piece.error and any(isinstance(_parse(one).value, dict) for one in raw.splitlines()):
        stream = io.BytesIO(raw)
        yield from _read_lines(number, stream.readline(), stream)
    else:
        yield piece._replace(place="document")


def _is_har(document: Any) -> bool:
    log = document.get("log") if isinstance(document, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def _read_har(document: dict[str, Any]) -> Iterator[Piece]:
    for index, entry in enumerate(document["log"]["entries"]):
        yield Piece(f"entries[{index}]", {"har": entry})


def _read_entries(first: bytes, stream: IO[bytes]) -> Iterator[Piece]:
    """The entries of a list, decoded one after the other while the file is read."""
    text = _Text(first, stream)
    text.skip("[")
    number = 0
    while not text.at_end("]"):
        piece = text.next_value()
        yield piece._replace(place=f"[{number}]")
        if piece.error:
            return
        number += 1
        if not text.skip(",") and not text.at_end("]"):
            yield Piece(f"[{number}]", error="it is not JSON: a comma or `]` is missing")
            return
    if not text.skip("]"):
        yield Piece(f"[{number}]", error="it is not JSON: the list ends without its `]`")
    elif not text.at_end(""):
        yield Piece(f"[{number}]", error="it is not JSON: something follows the list's `]`")


class _Text:
    """The text of a stream from a position on; more is read when a value needs it."""

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._start = 0
        self._feed(first)

    def skip(self, character: str) -> bool:
        """Pass over a character, if it is the next; blanks before it, always."""
        is_next = self._read_next_character() == character
        self._start += is_next
        return is_next

    def at_end(self, closing: str) -> bool:
        return self._read_next_character() in (closing, "")

    def next_value(self) -> Piece:
        self._read_next_character()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._start)
            except RecursionError:
                return Piece("", error="it is nested too deep")
            except ValueError as error:
                if len(self._text) - self._start > MAX_DOCUMENT or not self._read_more():
                    return Piece("", error=f"it is not JSON: {error}")
                continue
            # A number may go on in what has not been read yet.
            if end == len(self._text) and self._read_more():
                continue
            self._start = end
            return Piece("", value)

    def _read_next_character(self) -> str:
        while True:
            while self._start < len(self._text) and self._text[self._start] in " \t\r\n":
                self._start += 1
            if self._start < len(self._text):
                return self._text[self._start]
            if not self._read_more():
                return ""

    def _read_more(self) -> bool:
        chunk = self._stream.read(max(_CHUNK, len(self._text) - self._start))
        if not chunk:
            return False
        self._feed(chunk)
        return True

    def _feed(self, chunk: bytes) -> None:
        try:
            text = self._decoder.decode(chunk)
        except UnicodeDecodeError:
            raise GtmgenError("the file is not UTF-8") from None
        self._text, self._start = self._text[self._start :] + text, 0
