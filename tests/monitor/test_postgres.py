"""The same findings on a second engine: a real PostgreSQL, started here, on a socket of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pytest

from gtmgen.monitor.judge import Judge
from gtmgen.monitor.layouts.server_log import COLUMNS, read_server_log
from gtmgen.monitor.run import measure
from gtmgen.monitor.sources.warehouses import open_warehouse, read_url
from gtmgen.monitor.watched import Expectations
from gtmgen.spec.model import Spec
from tests.monitor.conftest import example, judge

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)
pytestmark = pytest.mark.skipif(BINARIES is None, reason="there is no PostgreSQL here")

FAULTS = (
    example.Fault("double-push", "Purchase", 21),
    example.Fault("ids-differ", "Purchase", 24),
    example.Fault("text-value", "AddToCart", 22),
    example.Fault("late-server", "InitiateCheckout", 23),
    example.Fault("server-silence", "Search", 25),
    example.Fault("constant-id", "ViewContent", 20, 1),
)


URL = "https://business-api.tiktok.com/open_api/v1.3/event/track/"


def call(*, event_id: Any = "purchase_1001", contents: Any = None, **params: Any) -> Any:
    """The body of a call."""
    items = [{"content_id": "SKU1"}] if contents is None else contents
    event = {"event": "Purchase", "event_time": 1_785_715_200, "user": {"email": ["0" * 64]}}
    event["properties"] = {**params, "contents": items}
    if event_id is not None:
        event["event_id"] = event_id
    return {"event_source": "web", "event_source_id": "C4A1B2C3D4E5F6G7H8I0", "data": [event]}


def dumped(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _as_postgres(*command: str, cwd: str) -> None:
    """PostgreSQL refuses to run as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *command], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server's socket directory."""
    assert BINARIES is not None
    folder = tempfile.mkdtemp(prefix="gtmgen-pg-")  # a socket's path is at most 107 bytes long
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = f"{folder}/data"
    try:
        _as_postgres(
            f"{BINARIES}/initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
            "--no-sync", cwd=folder,
        )  # fmt: skip
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        log = f"{folder}/log"
        _as_postgres(
            f"{BINARIES}/pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start", cwd=folder
        )
        yield folder
        _as_postgres(f"{BINARIES}/pg_ctl", "-D", data, "-m", "immediate", "stop", cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load(folder: str, records: Any) -> None:
    """The records as a table of the engine's own types."""
    import psycopg

    types = {"at": "bigint", "value": "double precision", "status": "bigint", "code": "bigint"}
    columns = [
        f'"{name}" {types.get(name, "boolean" if records[name].dtype == bool else "text")}'
        for name in records.columns
    ]
    with psycopg.connect(host=folder, user="postgres", dbname="postgres") as connection:
        connection.execute(f"CREATE TABLE events ({', '.join(columns)})")
        with connection.cursor().copy("COPY events FROM STDIN (FORMAT csv)") as copy:
            copy.write(records.to_csv(index=False, header=False))


def test_postgresql_and_duckdb_find_the_same(server: str, shop: Spec) -> None:
    records = example.make_records(5, 28, FAULTS, scale=0.25)
    records["transaction_id"] = records["transaction_id"].astype(bool)
    _load(server, records)
    warehouse = read_url(
        "postgres://${PGUSER}@/postgres?host=${PGDIR}#public.events",
        {"PGUSER": "postgres", "PGDIR": server},
    )
    backend, table, _ = open_warehouse(warehouse, [])
    measures = measure(table, backend, Expectations(shop))
    there = Judge(shop, measures).report()
    here = judge(shop, records)
    assert there.findings == here.findings
    assert replace(there, findings=()) == replace(here, findings=())
    assert {finding.rule for finding in here.findings} >= {
        *("duplicate", "one-sided", "wrong-type", "late", "silence", "constant-id"),
    }
    backend.disconnect()


LOG = (
    # trace, type, event, url, body, status, answer
    (
        "a",
        "Request",
        "purchase",
        URL,
        call(value=59.9, currency="EUR", order_id="1001"),
        None,
        None,
    ),
    ("a", "Response", "purchase", None, None, 200, {"code": 0}),
    ("b", "request", "purchase", URL, call(event_id=None, value="59.90"), None, None),
    ("b", "response", "purchase", None, None, 200, {"code": 40002, "message": "event_id"}),
    ("c", "Request", "purchase", URL, call(event_id=17, value=0, contents=[]), None, None),
    ("d", "Request", "purchase", "https://elsewhere.example/", call(value=1), None, None),
)


def test_a_log_table_of_a_server_container_is_read_there_as_here(server: str, shop: Spec) -> None:
    import psycopg

    packs = [platform.pack for platform in shop.platforms.values()]
    rows = [
        (1_785_715_200_000 + place, type_, trace, "TikTok", event, url, dumped(body), status,
         dumped(answer))
        for place, (trace, type_, event, url, body, status, answer) in enumerate(LOG)
    ]  # fmt: skip
    names = ("timestamp", *list(COLUMNS)[1:])
    with psycopg.connect(host=server, user="postgres", dbname="postgres") as connection:
        types = {"int64": "bigint", "string": "text", "json": "json"}
        columns = ", ".join(f'"{name}" {types[COLUMNS[name]]}' for name in names)
        connection.execute(f"CREATE TABLE log ({columns})")
        for row in rows:
            marks = ", ".join(["%s"] * len(row))
            connection.execute(f"INSERT INTO log VALUES ({marks})", row)
    warehouse = read_url(f"postgres://postgres@/postgres?host={server}#log", {})
    backend, records, _ = open_warehouse(warehouse, packs)
    there = rows_of(backend, records)
    backend.disconnect()
    own = ibis.duckdb.connect()
    own.create_table("log", schema=ibis.schema(COLUMNS))
    for row in rows:
        own.con.execute(f"INSERT INTO log VALUES ({', '.join('?' * len(row))})", row)
    here = rows_of(own, read_server_log(own.table("log"), "duckdb", packs))
    assert there == here
    assert [
        (row["event_id"], row["value"], row["wrong_type"], row["items"], row["email"], row["code"])
        for row in here
    ] == [
        ("purchase_1001", 59.9, False, True, True, 0),
        (None, 59.9, True, True, True, 40002),
        ("17", 0.0, False, False, True, None),
    ]


def rows_of(backend: ibis.BaseBackend, records: ibis.Table) -> list[dict[str, Any]]:
    return backend.to_pyarrow(records.order_by("at", "code", "value")).to_pylist()
