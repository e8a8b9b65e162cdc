"""Files and tables of each layout become the same normal records."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gtmgen.errors import GtmgenError, UsageError
from gtmgen.monitor.record import COLUMNS
from gtmgen.monitor.sources.files import find_files, open_files
from gtmgen.monitor.sources.layout import TableLayout
from gtmgen.monitor.sources.warehouses import open_warehouse, read_url
from gtmgen.spec.model import Spec

TIME = "2026-08-03T00:00:10Z"
AT = 1_785_715_210


def read(spec: Spec, *files: Path) -> list[dict[str, Any]]:
    packs = [platform.pack for platform in spec.platforms.values()]
    backend, records, _ = open_files(files, packs)
    assert dict(records.schema().items()).keys() == COLUMNS.keys()
    rows = backend.to_pyarrow(records.order_by("at", "event_id")).to_pylist()
    return [{key: value for key, value in row.items() if value is not None} for row in rows]


def test_json_csv_and_parquet_of_records(shop: Spec, tmp_path: Path) -> None:
    import duckdb

    row = {"time": TIME, "side": "browser", "platform": "tiktok", "event_name": "Purchase"}
    row |= {"event_id": "p1", "email": True, "value": 59.9, "currency": "EUR"}
    lines = [json.dumps(row), json.dumps({**row, "event_id": 7, "value": "59,90"})]
    text = tmp_path / "a.jsonl"
    text.write_text("\n".join(lines), encoding="utf-8")
    packed = tmp_path / "a.ndjson.gz"
    packed.write_bytes(gzip.compress(text.read_bytes()))
    table = tmp_path / "a.csv"
    table.write_text(
        "ts,side,platform,event,event_id,email,value,currency\n"
        f'{TIME},browser,tiktok,Purchase,p1,true,59.9,EUR\n{AT},browser,tiktok,Purchase,7,1,"59,90",EUR\n',
        encoding="utf-8",
    )
    columns = tmp_path / "a.parquet"
    duckdb.sql(
        "SELECT TIMESTAMP '2026-08-03 00:00:10' AS ts, 'browser' AS side, 'tiktok' AS platform, "
        "'Purchase' AS event, 'p1' AS event_id, true AS email, 59.9::DOUBLE AS value, "
        "'EUR' AS currency"
    ).write_parquet(str(columns))
    shared = {"at": AT, "side": "browser", "platform": "tiktok", "event": "Purchase"}
    shared |= {"email": True, "currency": "EUR"}
    right = {**shared, "event_id": "p1", "value": 59.9}
    wrong = {**shared, "event_id": "7", "wrong_type": True}
    for file in (text, packed, table):
        assert read(shop, file) == [wrong, {**right, "wrong_type": False}]
    assert read(shop, columns) == [right]


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "inf", "1e400"])
def test_a_value_that_is_not_finite_is_no_number(shop: Spec, tmp_path: Path, value: str) -> None:
    row = {"time": TIME, "side": "browser", "platform": "tiktok", "event_name": "Purchase"}
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps({**row, "value": value}), encoding="utf-8")
    event = {"event": "Purchase", "event_time": AT, "properties": {"value": value}}
    calls = tmp_path / "calls.jsonl"
    calls.write_text(json.dumps({"event_source_id": "PIXEL", "data": [event]}), encoding="utf-8")
    for file in (records, calls):
        (told,) = read(shop, file)
        assert (told.get("value"), told["wrong_type"]) == (None, True)


def test_lines_of_a_server_log_and_bodies_of_calls(shop: Spec, tmp_path: Path) -> None:
    event = {"event": "Purchase", "event_id": "p1", "event_time": AT, "user": {"ttclid": "x"}}
    body = {"event_source": "web", "event_source_id": "PIXEL", "data": [event]}
    url = "https://business-api.tiktok.com/open_api/v1.3/event/track/"
    line = {"Name": "TikTok", "Type": "Request", "TraceId": "t", "RequestUrl": url}
    files = {
        "console.log": line | {"timestamp": TIME, "RequestBody": json.dumps(body)},
        "cloud.jsonl": {"timestamp": TIME, "jsonPayload": line | {"RequestBody": body}},
        "calls.jsonl": body,
    }
    for name, content in files.items():
        file = tmp_path / name
        file.write_text(json.dumps(content), encoding="utf-8")
        (row,) = read(shop, file)
        assert row["at"] == AT
        told = [row[key] for key in ("side", "platform", "account", "event", "event_id")]
        assert told == ["server", "tiktok", "PIXEL", "Purchase", "p1"]
        keys = ("click_id", "browser_id", "email", "ip_agent", "items")
        assert [row[key] for key in keys] == [True, False, False, False, False]


def test_a_call_with_several_events_is_several_records(shop: Spec, tmp_path: Path) -> None:
    events = [{"event": name, "event_id": name, "event_time": AT} for name in ("A", "B", "C")]
    file = tmp_path / "calls.jsonl"
    file.write_text(json.dumps({"event_source_id": "PIXEL", "data": events}), encoding="utf-8")
    assert [row["event"] for row in read(shop, file)] == ["A", "B", "C"]


def test_an_access_log(shop: Spec, tmp_path: Path) -> None:
    url = "/g/collect?v=2&tid=G-ABC1234567&cid=1.2&en=purchase"
    url += "&ep.event_id=purchase_1%2F2&epn.value=59.9"
    when = "[03/Aug/2026:02:00:10 +0200]"
    lines = (
        f'10.0.0.1 - - {when} "POST {url}&cu=EUR&pr1=idSKU1~nmShoe HTTP/1.1" 204 0 "-" "Mozilla"',
        json.dumps({"timestamp": TIME, "httpRequest": {"requestUrl": f"https://s.example{url}"}}),
        f'10.0.0.1 - - {when} "GET /favicon.ico HTTP/1.1" 200 1 "-" "Mozilla"',
    )
    file = tmp_path / "access.log"
    file.write_text("\n".join(lines), encoding="utf-8")
    first, second = sorted(read(shop, file), key=len, reverse=True)
    assert (first["at"], first["event"], first["event_id"]) == (AT, "purchase", "purchase_1/2")
    assert (first["value"], first["currency"], first["item_id"]) == (59.9, "EUR", "SKU1")
    assert (second["at"], second["account"], second["browser_id"]) == (AT, "G-ABC1234567", True)


def test_ga4s_export(shop: Spec, tmp_path: Path) -> None:
    def param(key: str, **value: Any) -> dict[str, Any]:
        kinds = ("string_value", "int_value", "float_value", "double_value")
        return {"key": key, "value": dict.fromkeys(kinds) | value}

    row = {
        "event_timestamp": AT * 1_000_000,
        "event_name": "purchase",
        "event_params": [
            *(param("event_id", int_value=1001), param("value", double_value=59.9)),
            param("currency", string_value="EUR"),
        ],
        "user_pseudo_id": "1.2",
        "user_id": None,
        "stream_id": "12",
        "ecommerce": {"transaction_id": "1001"},
        "items": [{"item_id": "SKU1"}],
    }
    file = tmp_path / "events.json"
    file.write_text(f"{json.dumps(row)}\n{json.dumps(row | {'user_id': 'u'})}", encoding="utf-8")
    first, _ = read(shop, file)
    told = ("at", "platform", "event", "event_id", "value", "currency", "item_id")
    assert [first[key] for key in told] == [AT, "ga4", "purchase", "1001", 59.9, "EUR", "SKU1"]


def test_a_file_that_is_no_log_is_told(shop: Spec, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("side,platform,event\nbrowser,tiktok,Purchase\n", encoding="utf-8")
    with pytest.raises(GtmgenError) as error:
        read(shop, file)
    assert error.value.message == ("the source has no column `at` or `ts` or `time` or `timestamp`")
    packs = [platform.pack for platform in shop.platforms.values()]
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"at": 1}\n', encoding="utf-8")
    with pytest.raises(GtmgenError) as error:
        open_files([lines], packs, TableLayout.GA4_EXPORT)
    assert error.value.message == (
        f"`{lines}` is not an export of GA4: its first line has no `event_params`"
    )
    with pytest.raises(UsageError, match=r"^there is no file `nothing\*\.jsonl`$"):
        find_files(["nothing*.jsonl"])


def test_a_line_that_is_cut_off_is_passed_over_and_told(shop: Spec, tmp_path: Path) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    row = {"at": AT, "side": "browser", "platform": "tiktok", "event": "Purchase"}
    call = {"event_source": "web", "event_source_id": "C1"}
    call["data"] = [{"event": "Purchase", "event_time": AT, "event_id": "p1"}]
    access = tmp_path / "access.log"
    access.write_text("what is no request\n" * 3, encoding="utf-8")
    for value in (row, call):
        line = json.dumps(value)
        file = tmp_path / "a.jsonl.gz"
        file.write_bytes(gzip.compress(f"\n{line}\n{line[:40]}\n{line}\n".encode()))
        backend, records, unreadable = open_files([file, access], packs)
        assert unreadable == ((str(file), 3, 1),)
        rows = backend.to_pyarrow(records).to_pylist()
        assert [one["event"] for one in rows] == ["Purchase", "Purchase"]


def test_a_line_that_is_no_utf_8_is_passed_over_and_told(shop: Spec, tmp_path: Path) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    row = {"at": AT, "side": "browser", "platform": "tiktok", "event": "Purchase"}
    line = json.dumps(row | {"event_id": "Zürich"}, ensure_ascii=False)
    file = tmp_path / "a.jsonl"
    lines = [*[line.encode()] * 19, b"\xff\xfe", line.encode("latin-1")]
    file.write_bytes(b"\n".join(lines))
    backend, records, unreadable = open_files([file], packs)
    assert unreadable == ((str(file), 20, 2),)
    rows = backend.to_pyarrow(records).to_pylist()
    assert [one["event_id"] for one in rows] == ["Zürich"] * 19


def test_json_that_is_no_object_is_passed_over_and_told(shop: Spec, tmp_path: Path) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    row = {"at": AT, "side": "browser", "platform": "tiktok", "event": "Purchase"}
    lines = [*[json.dumps(row)] * 20, "[]", '"Purchase"']
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    backend, records, unreadable = open_files([file], packs)
    assert unreadable == ((str(file), 21, 2),)
    assert backend.to_pyarrow(records).num_rows == 20


def test_an_access_log_may_hold_bytes_that_are_no_utf_8(shop: Spec, tmp_path: Path) -> None:
    start = '1.2.3.4 - - [02/Nov/2026:10:00:00 +0000] "GET /g/collect?v=2&tid=G-1&en='
    lines = [f'{start}purchase HTTP/1.1" 204 0 "-" "{agent}"' for agent in ("Müller", "x")]
    file = tmp_path / "access.log"
    file.write_bytes("\n".join(lines).encode("latin-1"))
    backend, records, unreadable = open_files(
        [file], [platform.pack for platform in shop.platforms.values()]
    )
    assert unreadable == ()
    events = backend.to_pyarrow(records).to_pylist()
    assert [(one["event"], one["status"]) for one in events] == [("purchase", 204)] * 2


def test_an_access_log_with_letters_of_two_encodings_loses_the_foreign_lines(
    shop: Spec, tmp_path: Path
) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    start = '1.2.3.4 - - [02/Nov/2026:10:00:00 +0000] "GET /g/collect?v=2&tid=G-1&en='
    line = start + 'purchase HTTP/1.1" 204 0 "-" "{}"\n'
    file = tmp_path / "access.log"
    right, foreign = line.format("😀 €").encode(), line.format("Müller").encode("latin-1")
    file.write_bytes(right * 3 + foreign + right * 17)
    backend, records, unreadable = open_files([file], packs)
    assert unreadable == ((str(file), 4, 1),)
    assert len(backend.to_pyarrow(records)) == 20
    file.write_bytes(right * 3 + foreign * 17)
    with pytest.raises(GtmgenError) as error:
        open_files([file], packs)
    assert error.value.message == (
        f"{file}:4:1: this line is not UTF-8, and 17 lines of 20 are not"
    )


@pytest.mark.parametrize(
    ("name", "start", "end", "longest"),
    [
        ("access.log", "/g/collect?v=2&en=purchase", "", 10_000_000),
        ("a.csv", "at,side,platform,event", "", 2_000_000),
        ("a.jsonl", '{"TraceId": "1", "RequestBody": "', '"}', 16_777_216),
    ],
)
def test_an_endless_line_is_told(
    shop: Spec, tmp_path: Path, name: str, start: str, end: str, longest: int
) -> None:
    file = tmp_path / name
    file.write_text(f"{start}{end}\n{start}{'x' * 2 * longest}{end}\n", encoding="utf-8")
    with pytest.raises(GtmgenError) as error:
        read(shop, file)
    told = f"a line of the files has more than {longest:,} bytes, which no record has"
    assert error.value.message == told
    assert error.value.hint == f"`awk 'length > {longest} {{print FILENAME, FNR}}' FILES` finds it"


def test_a_file_with_many_broken_lines_is_no_log(shop: Spec, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"at": 1}\n{\n  "at": 2\n}\n', encoding="utf-8")
    with pytest.raises(GtmgenError) as error:
        read(shop, file)
    assert error.value.message == (
        f"{file}:2:1: this line is not a JSON object, and 3 lines of 4 are not"
    )
    assert error.value.hint == "a log has one record a line; docs/monitor.md describes the layouts"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        find_files([str(tmp_path)])
    assert error.value.message == f"`{tmp_path}` is a folder"
    assert error.value.hint == f"`{tmp_path}/*.jsonl`, in quotes, names the files in it"


def test_the_url_of_a_warehouse_takes_its_secrets_from_the_environment() -> None:
    source = "postgres://monitor:${DB_PASSWORD}@db.example/logs#public.events,public.more"
    warehouse = read_url(source, {"DB_PASSWORD": "s3cret"})
    assert warehouse.url == "postgres://monitor:s3cret@db.example/logs"
    assert warehouse.shown == "postgres://monitor:***@db.example/logs"
    assert warehouse.tables == ("public.events", "public.more")
    with pytest.raises(UsageError) as error:
        read_url(source, {})
    assert error.value.message == (
        "the environment variable `DB_PASSWORD` is not set, which the source names"
    )
    with pytest.raises(UsageError) as error:
        read_url("postgres://monitor:s3cret@db.example/logs", {})
    assert error.value.message == "`postgres://monitor:***@db.example/logs` names no table"
    odd = read_url("postgres://ada:${DB_PASSWORD}@${DB_HOST}/logs#t", {
        "DB_PASSWORD": "a@b/c#d:e+f %", "DB_HOST": "db.example:5432",
    })  # fmt: skip
    assert odd.url == "postgres://ada:a%40b%2Fc%23d%3Ae%2Bf%20%25@db.example:5432/logs"
    assert (odd.shown, odd.tables) == ("postgres://ada:***@${DB_HOST}/logs", ("t",))
    with pytest.raises(UsageError) as error:
        read_url("postgres://ada:s3c:r@et@[::1/logs#t", {})
    assert error.value.message == "`postgres://ada:***@[::1/logs` is not a URL"
    with pytest.raises(UsageError, match=r"^`oracle://` is not an engine that can be read$"):
        read_url("oracle://db#t", {})


def test_a_database_of_duckdb_is_read_and_never_made(shop: Spec, tmp_path: Path) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    file = tmp_path / "logs.db"
    with pytest.raises(UsageError) as error:
        open_warehouse(read_url(f"duckdb://{file}#events", {}), packs)
    assert error.value.message == f"there is no database `{file}`"
    assert not file.exists()
    with duckdb.connect(file) as made:
        made.execute("CREATE TABLE events AS SELECT 1785715210 AS at, 'browser' AS side, "
                     "'tiktok' AS platform, 'Purchase' AS event")  # fmt: skip
    opened = open_warehouse(read_url(f"duckdb://{file}#events", {}), packs)
    assert opened.backend.to_pyarrow(opened.records.count()).as_py() == 1
    with pytest.raises(UsageError) as error:
        open_warehouse(read_url(f"duckdb://{file}#event", {}), packs)
    assert error.value.message == f"`duckdb://{file}` has no table `event`"
