"""Reads a large table in two processes, a half of its products each: half of the time.

Where the second half begins is a guess that the first one proves: behind a line end, with an even
number of quotes before it. A reader that comes to its end there, and is not within a quoted value,
has come to the end of a row. Where anything is otherwise, the feed is read in one go.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

from gtmgen.catalogue.check import FeedCheck
from gtmgen.catalogue.checked_feed import Feed, FeedPart
from gtmgen.catalogue.encoding import CHUNK, MAX_LINE, encoding_of, open_feed
from gtmgen.catalogue.model import FeedPosition
from gtmgen.catalogue.table import TableHeader, TableReader
from gtmgen.errors import GtmgenError
from gtmgen.files.reading import open_regular

LEAST = 1 << 24
"""Bytes of a feed below which a second process costs more than it saves."""

_MOST_LINES = 10_000  # behind the middle; the quotes are odd where a value holds a single one


def can_read_halves(path: Path) -> bool:
    """Whether a table is large, and there are two processors for it."""
    return (
        path.stat().st_size >= LEAST
        and (os.cpu_count() or 1) > 1
        and "fork" in multiprocessing.get_all_start_methods()
        and threading.active_count() == 1  # a lock that a thread holds would stay locked
    )


def find_boundary(path: Path) -> int | None:
    """Where the second half of a table may begin, in bytes; None for one that is packed, is not
    UTF-8, or has no such place."""
    with open_regular(path) as file:
        start = file.peek(4)[:4]
        if start.startswith(b"\x1f\x8b") or not encoding_of(start).startswith("utf-8"):
            return None
        remaining, quotes = os.fstat(file.fileno()).st_size // 2, 0
        while chunk := file.read(min(CHUNK, remaining)):
            quotes += chunk.count(b'"')
            remaining -= len(chunk)
        for _ in range(_MOST_LINES):
            line = file.readline(MAX_LINE)
            quotes += line.count(b'"')
            if not line.endswith(b"\n"):
                return None
            if quotes % 2 == 0:
                return file.tell()
    return None


def read_halves(path: Path, boundary: int, check: FeedCheck) -> Feed | None:
    """Read a table of which nothing but the header has been read; None where ``check``, of which
    nothing is taken, has to read it in one go."""
    assert isinstance(check.reader, TableReader)
    second = RestOfTable(path, boundary, check.reader.header, check)
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    worker = context.Process(target=_read_rest, args=(second, sending), daemon=True)
    worker.start()
    sending.close()
    try:
        with open_feed(path) as stream:
            reader = TableReader(check.file, _cut_off(stream, boundary), check.rules)
            first = check.start_part(reader)
            first.read()
        part: FeedPart = receiving.recv()
    except (GtmgenError, EOFError, OSError):  # its own error, or the other process has ended
        return None
    finally:
        receiving.close()
        worker.kill()
        worker.join()
    first.take_over(part, reader.lines_read, partial(second.place_ids, reader.lines_read))
    return first.finish()


@dataclass(frozen=True)
class RestOfTable:
    """What follows a place in a table whose header is known."""

    path: Path
    start: int
    header: TableHeader
    check: FeedCheck

    def read(self) -> FeedPart:
        """Read and check it to its end; raises :class:`GtmgenError`."""
        with open_feed(self.path) as stream:
            part = self.check.start_part(self._open(stream))
            part.read()
            return part.pack()

    def place_ids(self, before: int, lines: Iterable[int]) -> list[FeedPosition]:
        """Where the IDs of products stand whose lines in the whole table these are; ``before`` is
        how many lines stand in the first half.

        Nobody keeps the places of millions of IDs: for the few that are shown, it is read again.
        """
        places: dict[int, FeedPosition] = {}
        targets = {line - before for line in lines}
        if targets:
            with open_feed(self.path) as stream:
                reader = self._open(stream)
                for _ in reader.products():
                    if reader.line in targets:
                        places[reader.line] = reader.locate("sku_id")
                        if len(places) == len(targets):
                            break
        return [
            FeedPosition(places[line].line + before, places[line].column) for line in sorted(places)
        ]

    def _open(self, stream: IO[bytes]) -> TableReader:
        stream.seek(self.start)
        return TableReader(self.check.file, stream, self.check.rules, self.header)


def _read_rest(second: RestOfTable, sending: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is told, and ends this one
    try:
        part = second.read()
    except GtmgenError:  # told by a process that reads the whole feed, with the right line
        return
    sending.send(part)


def _cut_off(stream: IO[bytes], end: int) -> IO[bytes]:
    return io.BufferedReader(_Beginning(stream, end), CHUNK)


class _Beginning(io.RawIOBase):
    """The first bytes of a file."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file = file
        self._remaining = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._file.read(min(len(buffer), self._remaining))
        buffer[: len(chunk)] = chunk
        self._remaining -= len(chunk)
        return len(chunk)
