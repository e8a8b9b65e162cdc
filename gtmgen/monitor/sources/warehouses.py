"""Tables of warehouses, named by a URL: ``postgres://user:${DB_PASSWORD}@host/db#schema.table``.

What is secret comes from the environment, by ``${NAME}`` or as the engine's own client takes it,
and is taken out of every message. Nothing is written there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

import ibis
from ibis.common.exceptions import TableNotFound
from ibis.expr.types import Table

from gtmgen.errors import ApiError, UsageError
from gtmgen.monitor.sources.files import OpenedSource, read_layout
from gtmgen.monitor.sources.layout import TableLayout, detect_columns_layout
from gtmgen.packs.model import Pack
from gtmgen.text import listing, printable

ENGINES = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "snowflake": "snowflake",
    "duckdb": "duckdb",
}
"""Schemes of URLs, and what ibis calls the engine."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Warehouse(NamedTuple):
    """Where a table is; ``url`` has its secrets, ``shown`` has none."""

    engine: str
    url: str
    shown: str
    tables: tuple[str, ...]


def is_url(source: str) -> bool:
    """Whether a source is a warehouse's and no file."""
    return "://" in source


def read_url(source: str, environ: Mapping[str, str]) -> Warehouse:
    """Take a source apart, with the environment's values in it; raises :class:`UsageError`."""
    scheme = source.split("://")[0].lower()
    if scheme not in ENGINES:
        raise UsageError(
            f"`{printable(scheme)}://` is not an engine that can be read",
            hint=f"engines: {listing(sorted(set(ENGINES.values())))}",
        )
    address, has_tables, tables = source.rpartition("#")
    if not has_tables:
        address, tables = source, ""
    if not tables:
        raise UsageError(
            f"`{_hide_secrets(address)}` names no table",
            hint=f"add it behind #: `{scheme}://...#schema.table`, several with commas",
        )
    login, has_login, place = address.rpartition("@")
    # A password is what it is: in a URL, its signs would end it.
    login = _VARIABLE.sub(lambda match: quote(_read_value(match.group(1), environ), ""), login)
    place = _VARIABLE.sub(lambda match: _read_value(match.group(1), environ), place)
    url = f"{ENGINES[scheme]}://{f'{login}{has_login}{place}'.split('://', 1)[1]}"
    try:
        urlsplit(url)
    except ValueError:  # an unfinished IPv6 address
        raise UsageError(f"`{_hide_secrets(address)}` is not a URL") from None
    return Warehouse(ENGINES[scheme], url, _hide_secrets(address), tuple(tables.split(",")))


def _read_value(name: str, environ: Mapping[str, str]) -> str:
    if not environ.get(name):
        raise UsageError(f"the environment variable `{name}` is not set, which the source names")
    return environ[name]


def _hide_secrets(address: str) -> str:
    """The address without a password that is written in it, and without its options."""
    return re.sub(r"://([^:@/]*):.*@", r"://\1:***@", printable(address)).split("?")[0]


def open_warehouse(
    warehouse: Warehouse, packs: Sequence[Pack], layout: TableLayout | None = None
) -> OpenedSource:
    """A connection, and the records of the tables; raises :class:`ApiError`, without secrets."""
    try:
        backend = _connect(warehouse)
        tables = [_open_table(backend, name) for name in warehouse.tables]
    except ImportError as error:
        raise UsageError(
            f"the client of {warehouse.engine} is not installed: {str(error).splitlines()[0]}",
            hint=f"pip install 'ibis-framework[{warehouse.engine}]'",
        ) from None
    except TableNotFound as error:
        raise UsageError(f"`{warehouse.shown}` has no table `{printable(str(error))}`") from None
    except UsageError:
        raise
    except Exception as error:  # each engine's client has errors of its own
        raise ApiError(
            f"`{warehouse.shown}` cannot be read: {_redact(str(error), warehouse)}",
            hint="check the address, the table's name and the credentials",
        ) from None
    records = [
        read_layout(table, layout or detect_columns_layout(table.columns), warehouse.engine, packs)
        for table in tables
    ]
    return OpenedSource(backend, ibis.union(*records) if len(records) > 1 else records[0])


def _connect(warehouse: Warehouse) -> ibis.BaseBackend:
    if warehouse.engine != "duckdb":
        return ibis.connect(warehouse.url)
    path = Path(unquote(warehouse.url.split("://", 1)[1].split("?")[0]))
    if not path.is_file():  # which DuckDB would make
        raise UsageError(f"there is no database `{path}`", hint="`duckdb://path/to/file.db#table`")
    return ibis.duckdb.connect(path, read_only=True)


def _open_table(backend: ibis.BaseBackend, name: str) -> Table:
    *database, table = name.split(".")
    if "*" in table:  # BigQuery's wildcard over daily tables, which is no table of its own
        return backend.sql(f"SELECT * FROM `{name}`")
    return backend.table(table, database=".".join(database) or None)


def _redact(message: str, warehouse: Warehouse) -> str:
    text = message.split("\n")[0]
    password = urlsplit(warehouse.url).password
    for secret in (warehouse.url, password, unquote(password) if password else None):
        if secret:
            text = text.replace(secret, "***")
    return printable(text)
