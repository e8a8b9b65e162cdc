"""Which layout a log has, told by its first lines or its columns."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

import duckdb

from gtmgen.errors import GtmgenError
from gtmgen.files.reading import open_regular
from gtmgen.monitor.sources.lines import write_lines_sql

_LOOK = 1024 * 1024  # bytes of the first line at most


class TableLayout(StrEnum):
    """The layouts that can be read."""

    RECORDS = "records"
    SERVER_LOG = "server-log"
    GA4_EXPORT = "ga4-export"
    ACCESS_LOG = "access-log"


def detect_columns_layout(columns: Collection[str]) -> TableLayout:
    """The layout of a table."""
    names = {name.lower() for name in columns}
    if {"event_timestamp", "event_params"} <= names:
        return TableLayout.GA4_EXPORT
    if {"request_body", "type"} <= names:
        return TableLayout.SERVER_LOG
    return TableLayout.RECORDS


def detect_file_layout(path: Path) -> TableLayout:
    """The layout of a file of lines: JSON Lines, or an access log."""
    line = _read_first_line(path)
    if line.lstrip().startswith("[{") or line.strip() in ("[", "{"):
        raise GtmgenError(
            f"`{path}` is one JSON document, not JSON Lines",
            hint=f"`jq -c '.[]' {path}` writes the records of a list, each in a line",
        )
    try:
        value = json.loads(line)
    except ValueError:
        return TableLayout.ACCESS_LOG
    return _detect_value_layout(value) if isinstance(value, dict) else TableLayout.RECORDS


def read_header(path: Path) -> str:
    """The first line of a table."""
    header = _read_first_line(path)
    if "\0" in header:
        raise GtmgenError(
            f"`{path}` is not text in UTF-8", hint=f"`iconv -f UTF-16 -t UTF-8 {path}` converts it"
        )
    return header.strip()


def _detect_value_layout(value: dict[str, Any]) -> TableLayout:
    names = {name.lower().replace("_", "") for name in value}
    is_call = "data" in names and "eventsourceid" in names
    if is_call or {"jsonpayload", "textpayload", "requestbody", "traceid"} & names:
        return TableLayout.SERVER_LOG
    if "eventparams" in names:
        return TableLayout.GA4_EXPORT
    requests = {"httprequest", "requesturl", "requesturi", "request", "url"}
    return TableLayout.ACCESS_LOG if requests & names else TableLayout.RECORDS


def _open_unpacked(path: Path, raw: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(raw)) if path.suffix == ".gz" else raw


def _read_first_line(path: Path) -> str:
    if path.suffix.lower() == ".zst":  # which only the engine reads
        rows = duckdb.connect().execute(f"{write_lines_sql([path])} LIMIT 1").fetchall()
        return str(rows[0][0]) if rows else ""
    try:
        with open_regular(path) as raw, _open_unpacked(path, raw) as stream:
            if path.suffix != ".gz" and raw.peek(2).startswith(b"\x1f\x8b"):
                raise GtmgenError(
                    f"`{path}` is packed with gzip, and its name does not say so",
                    hint=f"`mv {path} {path}.gz`",
                )
            for _ in range(100):
                line = stream.readline(_LOOK)
                if not line or line.strip():
                    return line.decode("utf-8-sig", "replace")
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be read: {error.strerror or error}") from None
    return ""
