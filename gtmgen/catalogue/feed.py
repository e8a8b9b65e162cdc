"""Reads a feed, whatever its format."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from gtmgen.catalogue.check import FeedCheck
from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.encoding import open_feed
from gtmgen.catalogue.halves import can_read_halves, find_boundary, read_halves
from gtmgen.catalogue.hosts import SiteHosts
from gtmgen.catalogue.markup import MarkupReader
from gtmgen.catalogue.model import FeedError, FeedReader, IdWatch
from gtmgen.catalogue.table import TableReader
from gtmgen.packs.catalogue import CatalogueRules

_LOOK = 64  # bytes at the start


def open_reader(file: str, stream: IO[bytes], rules: CatalogueRules) -> FeedReader:
    """The reader for what the first bytes look like."""
    assert isinstance(stream, io.BufferedReader)
    start = stream.peek(_LOOK)[:_LOOK]
    text = start.replace(b"\0", b"").strip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not text:
        raise FeedError(file, None, "the feed is empty")
    reader = MarkupReader if text.startswith(b"<") else TableReader
    return reader(file, stream, rules)


def read_feed(
    path: Path,
    rules: CatalogueRules,
    currencies: frozenset[str],
    watch: IdWatch | None = None,
    hosts: Sequence[str] = (),
) -> Feed:
    """Read and check a feed; ``currencies`` are those that the platform knows, if it says so,
    ``watch`` takes the products that name its IDs, and ``hosts`` are the site's, if they are known.

    Raises :class:`GtmgenError` for a feed that cannot be read to its end, with line and column
    where one is to blame.
    """
    with open_feed(path) as stream:
        reader = open_reader(str(path), stream, rules)
        check = FeedCheck(str(path), reader, rules, currencies, watch, SiteHosts(hosts))
        if isinstance(reader, TableReader) and can_read_halves(path):
            boundary = find_boundary(path)
            feed = None if boundary is None else read_halves(path, boundary, check)
            if feed is not None:
                return feed
        check.read()
        return check.finish()
