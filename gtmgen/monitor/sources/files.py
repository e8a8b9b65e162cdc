"""Files as one table of normal records: JSON Lines, CSV, Parquet, and logs of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from glob import glob
from pathlib import Path
from typing import NamedTuple

import duckdb
import ibis
import ibis.expr.datatypes as dt
from ibis.backends.sql.datatypes import DuckDBType
from ibis.expr.types import Table

from gtmgen.errors import GtmgenError, UsageError
from gtmgen.monitor.failures import find_reason, restore_error
from gtmgen.monitor.layouts.ga4_export import COLUMNS as EXPORT_COLUMNS
from gtmgen.monitor.layouts.ga4_export import read_ga4_export
from gtmgen.monitor.layouts.records import read_records
from gtmgen.monitor.layouts.server_log import read_server_log
from gtmgen.monitor.model import UnreadableLines
from gtmgen.monitor.sources.layout import (
    TableLayout,
    detect_columns_layout,
    detect_file_layout,
    read_header,
)
from gtmgen.monitor.sources.lines import (
    join_paths,
    quote,
    write_access_log_sql,
    write_server_log_sql,
)
from gtmgen.monitor.sources.tables import write_csv_sql, write_records_sql
from gtmgen.monitor.sources.unreadable import (
    find_flawed_table,
    find_longest,
    find_unreadable,
    is_beyond_latin,
    is_foreign_text,
    is_malformed,
    is_mistyped,
    is_ragged,
    list_ragged,
)
from gtmgen.packs.model import Pack
from gtmgen.packs.server import load_server_api

MEMORY = "3GB"
"""DuckDB's own limit; beyond it, it works on disk."""

_PASSED_OVER = (is_malformed, is_foreign_text, is_ragged, is_mistyped)
"""What of a log is passed over and told, where there is little of it."""

# A browser's name or a search may be no UTF-8; what is read of an address is ASCII. DuckDB's
# Latin-1 has no letters from 0x80 to 0x9F, of which UTF-8 makes use.
_OF_ENCODING = {
    "utf-8": "",
    "latin-1": ", encoding = 'latin-1'",
    "rejects": ", store_rejects = true",
}

_TEXT_TABLES = (".csv", ".tsv")
_TABLES = (".parquet", *_TEXT_TABLES)


class OpenedSource(NamedTuple):
    """An engine of our own, the records of all files in it, and the lines that are passed over."""

    backend: ibis.BaseBackend
    records: Table
    unreadable: tuple[UnreadableLines, ...] = ()


def find_files(sources: Sequence[str]) -> list[Path]:
    """The files that paths and globs name, sorted; raises :class:`UsageError` for none."""
    files: dict[Path, None] = {}
    for source in sources:
        matches = _expand(source) if _is_glob(source) else [source]
        regular = [Path(one) for one in matches if Path(one).is_file()]
        if not regular and source and Path(source).is_dir():
            hint = f"`{Path(source) / '*.jsonl'}`, in quotes, names the files in it"
            raise UsageError(f"`{source}` is a folder", hint=hint)
        if not regular:
            hint = "a file, a glob in quotes, or the URL of a warehouse's table"
            raise UsageError(f"there is no file `{source}`", hint=hint)
        files.update(dict.fromkeys(regular))
    return list(files)


def _expand(source: str) -> list[str]:
    return sorted(glob(source, recursive=True))  # noqa: PTH207  (it takes absolute patterns)


def _is_glob(source: str) -> bool:
    return any(char in source for char in "*?[") and not Path(source).is_file()


def open_files(
    files: Sequence[Path], packs: Sequence[Pack], layout: TableLayout | None = None
) -> OpenedSource:
    """The records of all files, read once; lines that are no records are passed over and
    counted.

    Raises :class:`GtmgenError` for a file that is no log, or of which a tenth cannot be read.
    """
    try:
        return _open_files(files, packs, layout)
    except duckdb.Error as error:
        if not any(is_it(error) for is_it in _PASSED_OVER):
            raise _make_error(error) from None
        # A log that is cut off by a full disk, or by a process that was killed.
        has_types = {file: _has_types(file, layout) for file in files if _is_json(file, layout)}
        unreadable = find_unreadable(has_types)
        if not unreadable and is_malformed(error):  # the flaw is within a record
            raise _make_error(error) from None
        if not unreadable and is_mistyped(error) and not all(has_types.values()):
            raise _make_error(error) from None  # a layout whose cells are not looked at
    try:
        opened = _pass_over(files, packs, layout)
    except duckdb.Error as error:
        raise _make_error(error) from None
    return opened._replace(unreadable=(*unreadable, *opened.unreadable))


def _pass_over(
    files: Sequence[Path], packs: Sequence[Pack], layout: TableLayout | None
) -> OpenedSource:
    try:
        return _open_files(files, packs, layout, passes_over=True)
    except duckdb.Error as error:
        if not is_beyond_latin(error):
            raise
    return _open_files(files, packs, layout, passes_over=True, is_latin=False)


def _make_error(error: duckdb.Error) -> GtmgenError:
    if flawed := find_flawed_table(error):
        return GtmgenError(
            f"`{flawed}` is not a table: too many rows do not have as many cells as its header",
            hint="docs/monitor.md describes the layouts",
        )
    if longest := find_longest(error):
        return GtmgenError(
            f"a line of the files has more than {longest:,} bytes, which no record has",
            hint=f"`awk 'length > {longest} {{print FILENAME, FNR}}' FILES` finds it",
        )
    return GtmgenError(
        f"the files cannot be read: {find_reason(error)}",
        hint="`--layout` names the layout where it is not recognised; docs/monitor.md "
        "describes them",
    )


def _open_files(
    files: Iterable[Path],
    packs: Sequence[Pack],
    layout: TableLayout | None,
    *,
    passes_over: bool = False,
    is_latin: bool = True,
) -> OpenedSource:
    """``passes_over``: lines that are no JSON object, and rows of a table with too few or too many
    cells, are no records, and bytes of an access log that are no UTF-8 are letters, or without
    ``is_latin`` cost their line; none is an error."""
    backend = ibis.duckdb.connect(memory_limit=MEMORY, preserve_insertion_order=False)
    groups: dict[tuple[str, TableLayout | None, str], list[Path]] = defaultdict(list)
    for file in files:
        kind = _find_kind(file)
        file_layout = layout or (None if kind in _TABLES else detect_file_layout(file))
        groups[kind, file_layout, read_header(file) if kind in _TEXT_TABLES else ""].append(file)
    tables = []
    for number, ((kind, file_layout, header), paths) in enumerate(groups.items()):
        source = (
            write_csv_sql(paths, header, passes_over=passes_over)
            if kind in _TEXT_TABLES
            else _write_source_sql(
                kind, file_layout, paths, packs, passes_over=passes_over, is_latin=is_latin
            )
        )
        records = _read_group(backend, f"source_{number}", source, file_layout, packs)
        tables.append(records if kind == ".parquet" else _keep_table(backend, number, records))
    records = ibis.union(*tables) if len(tables) > 1 else tables[0]
    return OpenedSource(backend, records, list_ragged(backend) if passes_over else ())


def _keep_table(backend: ibis.BaseBackend, number: int, records: Table) -> Table:
    """The records as a table of their own: several questions are asked of them. Parquet, of
    which only the columns in question are read, needs none."""
    name = f"records_{number}"
    try:
        backend.raw_sql(f"CREATE TEMP TABLE {name} AS {ibis.to_sql(records, 'duckdb')}")
    except UnicodeDecodeError as error:
        raise restore_error(error) from None
    return backend.table(name)


def _is_json(file: Path, layout: TableLayout | None) -> bool:
    """Whether each line of a file is JSON; an access log may be text."""
    if _find_kind(file) in _TABLES:
        return False
    return (layout or detect_file_layout(file)) is not TableLayout.ACCESS_LOG


def _has_types(file: Path, layout: TableLayout | None) -> bool:
    """Whether a file of JSON Lines has records, whose columns have types."""
    return (layout or detect_file_layout(file)) is TableLayout.RECORDS


def _find_kind(file: Path) -> str:
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() not in (".gz", ".zst")]
    return suffixes[-1] if suffixes and suffixes[-1] in _TABLES else "lines"


def _write_source_sql(
    kind: str,
    layout: TableLayout | None,
    paths: Sequence[Path],
    packs: Sequence[Pack],
    *,
    passes_over: bool,
    is_latin: bool,
) -> str:
    files = join_paths(paths)
    if kind == ".parquet":
        return f"SELECT * FROM read_parquet({files}, union_by_name = true)"
    if layout is TableLayout.ACCESS_LOG:
        encoding = ("latin-1" if is_latin else "rejects") if passes_over else "utf-8"
        return write_access_log_sql(paths, _OF_ENCODING[encoding])
    lines = f"{files}, format = 'newline_delimited', ignore_errors = {passes_over}"
    if layout is TableLayout.SERVER_LOG:
        return write_server_log_sql(lines, _collect_hosts(packs))
    if layout is TableLayout.GA4_EXPORT:
        _check_ga4_export(paths)
        return _write_ga4_export(lines)
    return write_records_sql(lines, passes_over=passes_over)


def _read_group(
    backend: ibis.BaseBackend,
    name: str,
    source: str,
    layout: TableLayout | None,
    packs: Sequence[Pack],
) -> Table:
    # A view would take the lines apart again for each of the columns that are read from them.
    kept = "TABLE" if layout is TableLayout.SERVER_LOG else "VIEW"
    backend.raw_sql(f"CREATE TEMP {kept} {name} AS {source}")
    table = backend.table(name)
    if layout is None:
        layout = detect_columns_layout(table.columns)
    return read_layout(table, layout, "duckdb", packs)


def read_layout(table: Table, layout: TableLayout, engine: str, packs: Sequence[Pack]) -> Table:
    """The normal records of a table of a known layout."""
    if layout is TableLayout.SERVER_LOG:
        return read_server_log(table, engine, packs)
    if layout is TableLayout.GA4_EXPORT:
        return read_ga4_export(table)
    return read_records(table)


def _check_ga4_export(paths: Sequence[Path]) -> None:
    for path in paths:
        if detect_file_layout(path) is not TableLayout.GA4_EXPORT:
            raise GtmgenError(
                f"`{path}` is not an export of GA4: its first line has no `event_params`",
                hint="docs/monitor.md describes the layouts; leave `--layout` out where one is "
                "recognised",
            )


def _write_ga4_export(lines: str) -> str:
    """BigQuery writes whole numbers as texts, and leaves out what is null."""
    types = {name: DuckDBType.to_string(dt.dtype(type_)) for name, type_ in EXPORT_COLUMNS.items()}
    columns = ", ".join(f"{quote(name)}: {quote(type_)}" for name, type_ in types.items())
    return f"SELECT * FROM read_json({lines}, columns = {{{columns}}})"


def _collect_hosts(packs: Sequence[Pack]) -> dict[str, str]:
    """The field by which a body is known, and the host that it is sent to."""
    apis = (load_server_api(pack) for pack in packs)
    return {api.places["account"]: api.log.host for api in apis if api and api.log}
