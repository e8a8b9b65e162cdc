"""A feed's bytes: packed or not, and in which encoding."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gtmgen.catalogue.model import FeedError, FeedPosition
from gtmgen.errors import GtmgenError
from gtmgen.files.reading import open_regular

CHUNK = 1 << 17  # what the processor's cache holds
MAX_LINE = 1 << 23
"""Characters of a line: a table's longest would be 100 columns at their limits."""

_OTHER_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line for ``str.splitlines``, and for no feed."""

_FALLBACK = "gtmgen-windows-1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@contextmanager
def open_feed(path: Path) -> Iterator[IO[bytes]]:
    """The feed's bytes, unpacked where it is gzip; raises :class:`GtmgenError`, also for what
    turns out to be broken while it is read."""
    try:
        with open_regular(path) as file:
            start = file.peek(4)[:4]
            if start.startswith(b"PK\x03\x04"):
                raise GtmgenError(
                    f"`{path}` is a ZIP archive or a workbook, not a feed",
                    hint="unpack it, or save the sheet as CSV",
                )
            if start.startswith(b"\x1f\x8b"):
                with gzip.open(file) as unpacked:
                    yield io.BufferedReader(unpacked, CHUNK)
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise GtmgenError(f"`{path}` is broken gzip: {error}") from None
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be read: {error.strerror or error}") from None


def encoding_of(start: bytes) -> str:
    """A codec's name from the first bytes: by the mark, or by the zeros of UTF-16 without one."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    if len(start) >= 4 and start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le"
    if len(start) >= 4 and start[0] == start[2] == 0 and start[1] and start[3]:
        return "utf-16-be"
    return "utf-8"


class Lines:
    """The lines of a feed, with their line ends; bytes that are no UTF-8 are read as Windows-1252.

    ``foreign`` is then where the first of them stands. In a file of Windows-1252 that reads every
    such letter rightly, and in one that has been put together from both, too. Without ``encoding``,
    the first bytes tell it.
    """

    def __init__(self, file: str, stream: IO[bytes], encoding: str = "") -> None:
        self._file = file
        self._stream = stream
        self._start = stream.read(4)
        self.encoding = encoding or encoding_of(self._start)
        self.foreign: FeedPosition | None = None
        self._decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._complete = 0  # lines that have been given
        self._rest = ""

    def chunks(self) -> Iterator[list[str]]:
        """The lines, some thousands at a time: a list costs less than a generator's every step."""
        while True:
            chunk = self._start + self._stream.read(CHUNK)
            self._start = b""
            text = self._rest + self._decode(chunk)
            # Only `\n`, `\r` and both end a line, whatever Unicode calls a line end.
            if any(sign in text for sign in _OTHER_LINE_ENDS):
                lines = list(io.StringIO(text, newline=""))
            else:  # in half of the time
                lines = text.splitlines(keepends=True)
            if not chunk:
                yield lines
                return
            # The last one may go on; a `\r` at the end may be half of a line end.
            self._rest = lines.pop() if lines else ""
            if len(self._rest) > MAX_LINE:
                position = FeedPosition(self._complete + len(lines) + 1, 1)
                raise FeedError(
                    self._file, position, f"a line of more than {MAX_LINE:,} characters"
                )
            yield lines
            self._complete += len(lines)

    def _decode(self, chunk: bytes) -> str:
        try:
            return self._decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            position = self._place_of(error)
        if not self.encoding.startswith("utf-8"):
            raise FeedError(self._file, position, f"the file is no valid {self.encoding.upper()}")
        self.foreign = position
        pending = self._decoder.getstate()[0]
        self._decoder = codecs.getincrementaldecoder("utf-8")(_FALLBACK)
        return self._decoder.decode(pending + chunk, not chunk)

    def _place_of(self, error: UnicodeDecodeError) -> FeedPosition:
        before = self._rest + error.object[: error.start].decode(self.encoding, "replace")
        lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return FeedPosition(self._complete + len(lines), len(lines[-1]) + 1)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    raw = error.object[error.start : error.end]
    return raw.decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _as_windows_1252)
