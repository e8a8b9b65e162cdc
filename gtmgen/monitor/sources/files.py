"""Files as one table of normal records: JSON Lines, CSV, Parquet, and logs of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from glob import glob
from pathlib import Path

import duckdb
import ibis
from ibis.expr.types import Table

from gtmgen.errors import GtmgenError, UsageError
from gtmgen.monitor.layouts.ga4_export import read_ga4_export
from gtmgen.monitor.layouts.records import NAMES, read_records
from gtmgen.monitor.layouts.server_log import read_server_log
from gtmgen.monitor.record import COLUMNS
from gtmgen.monitor.sources.layout import Layout, layout_of_columns, layout_of_file
from gtmgen.monitor.sources.lines import access_log_sql, files_list, server_log_sql
from gtmgen.packs.model import Pack
from gtmgen.packs.server import load_server_api
from gtmgen.text import printable

MEMORY = "3GB"
"""DuckDB's own limit; beyond it, it works on disk."""

_TABLES = (".parquet", ".csv", ".tsv")


def find_files(sources: Sequence[str]) -> list[Path]:
    """The files that paths and globs name, sorted; raises :class:`UsageError` for none."""
    files: dict[Path, None] = {}
    for source in sources:
        matches = _expand(source) if _is_glob(source) else [source]
        regular = [Path(one) for one in matches if Path(one).is_file()]
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
    files: Iterable[Path], packs: Sequence[Pack], layout: Layout | None = None
) -> tuple[ibis.BaseBackend, Table]:
    """An engine of our own, and the records of all files in it, read once."""
    backend = ibis.duckdb.connect(memory_limit=MEMORY, preserve_insertion_order=False)
    groups: dict[tuple[str, Layout | None], list[Path]] = defaultdict(list)
    for file in files:
        kind = _kind(file)
        own = layout or (None if kind in _TABLES else layout_of_file(file))
        groups[kind, own].append(file)
    tables = []
    try:
        for place, ((kind, own), paths) in enumerate(groups.items()):
            records = _read_group(backend, f"source_{place}", kind, own, paths, packs)
            tables.append(records if kind == ".parquet" else _kept(backend, place, records))
    except duckdb.Error as error:
        first = printable(str(error).split("\n")[0])
        raise GtmgenError(
            f"the files cannot be read: {first}",
            hint="`--layout` names the layout where it is not recognised; docs/monitor.md "
            "describes them",
        ) from None
    return backend, ibis.union(*tables) if len(tables) > 1 else tables[0]


def _kept(backend: ibis.BaseBackend, place: int, records: Table) -> Table:
    """The records as a table of their own: several questions are asked of them. Parquet, of
    which only the columns in question are read, needs none."""
    name = f"records_{place}"
    backend.raw_sql(f"CREATE TEMP TABLE {name} AS {ibis.to_sql(records, 'duckdb')}")
    return backend.table(name)


def _kind(file: Path) -> str:
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() not in (".gz", ".zst")]
    return suffixes[-1] if suffixes and suffixes[-1] in _TABLES else "lines"


def _read_group(
    backend: ibis.BaseBackend,
    name: str,
    kind: str,
    layout: Layout | None,
    paths: Sequence[Path],
    packs: Sequence[Pack],
) -> Table:
    files = files_list(paths)
    if kind == ".parquet":
        source = f"SELECT * FROM read_parquet({files}, union_by_name = true)"
    elif kind in _TABLES:
        source = f"SELECT * FROM read_csv({files}, all_varchar = true, union_by_name = true)"
    elif layout is Layout.SERVER_LOG:
        source = server_log_sql(paths, _collect_hosts(packs))
    elif layout is Layout.ACCESS_LOG:
        source = access_log_sql(paths)
    elif layout is Layout.GA4_EXPORT:
        source = f"SELECT * FROM read_json({files}, format = 'newline_delimited')"
    else:
        source = _records_sql(files)
    # A view would take the lines apart again for each of the columns that are read from them.
    kept = "TABLE" if layout is Layout.SERVER_LOG else "VIEW"
    backend.raw_sql(f"CREATE TEMP {kept} {name} AS {source}")
    table = backend.table(name)
    if layout is None:
        layout = layout_of_columns(table.columns)
    return read_layout(table, layout, "duckdb", packs)


def read_layout(table: Table, layout: Layout, engine: str, packs: Sequence[Pack]) -> Table:
    """The normal records of a table of a known layout."""
    if layout is Layout.SERVER_LOG:
        return read_server_log(table, engine, packs)
    if layout is Layout.GA4_EXPORT:
        return read_ga4_export(table)
    return read_records(table)


def _records_sql(files: str) -> str:
    """Lines of records: what may be of any type is read as it is written."""
    aliases = [alias for names in NAMES.values() for alias in names]
    types = {
        name: "BOOLEAN" if type_ == "boolean" else "VARCHAR" for name, type_ in COLUMNS.items()
    }
    types |= {alias: "VARCHAR" for alias in aliases if alias not in types} | {"value": "JSON"}
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in types.items())
    merged = {
        name: f"coalesce({', '.join(map(_identifier, names))}) AS {_identifier(name)}"
        for name, names in NAMES.items()
    }
    chosen = ", ".join(merged.get(name, _identifier(name)) for name in COLUMNS)
    return (
        f"SELECT {chosen} FROM read_json({files}, format = 'newline_delimited', "
        f"columns = {{{columns}}})"
    )


def _identifier(name: str) -> str:
    """In quotes: ``at`` is a keyword of DuckDB."""
    return f'"{name}"'


def _collect_hosts(packs: Sequence[Pack]) -> dict[str, str]:
    """The field by which a body is known, and the host that it is sent to."""
    apis = (load_server_api(pack) for pack in packs)
    return {api.places["account"]: api.log.host for api in apis if api and api.log}
