"""Files as they come out of other people's systems: other times, flawed rows, nested columns."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gtmgen.errors import GtmgenError
from gtmgen.monitor.run import measure
from gtmgen.monitor.sources.files import OpenedSource, open_files
from gtmgen.monitor.watched import Expectations
from gtmgen.spec.model import Spec

AT = 1_785_715_210
ROW = {"at": AT, "side": "browser", "platform": "tiktok", "event": "Purchase", "value": 59.9}

Open = Callable[[Path], OpenedSource]


@pytest.fixture
def opened(shop: Spec) -> Open:
    packs = [platform.pack for platform in shop.platforms.values()]
    return lambda file: open_files([file], packs)


def times(source: OpenedSource) -> list[Any]:
    rows = source.backend.to_pyarrow(source.records).to_pylist()
    return [row["at"] for row in rows]


def write_table(path: Path, select: str) -> Path:
    duckdb.connect().execute(f"COPY ({select}) TO '{path}'")
    return path


@pytest.mark.parametrize(
    "at",
    [
        AT,
        AT + 0.75,
        AT * 1_000 + 999,
        AT * 1_000_000 + 1,
        AT * 1_000_000_000 + 1,
        str(AT),
        str(AT * 1_000),
        datetime.fromtimestamp(AT, UTC).isoformat(),
    ],
)
def test_a_time_is_a_number_of_any_unit_or_a_timestamp(
    opened: Open, tmp_path: Path, at: Any
) -> None:
    lines, table = tmp_path / "a.jsonl", tmp_path / "a.csv"
    row = {**ROW, "at": at}
    lines.write_text(json.dumps(row), encoding="utf-8")
    table.write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n", encoding="utf-8")
    assert times(opened(lines)) == [AT]
    assert times(opened(table)) == [AT]


@pytest.mark.parametrize(
    "at",
    [
        f"{AT}",
        f"{AT * 1_000}::BIGINT",
        f"{AT * 1_000}.5::DOUBLE",
        f"{AT}.25::DECIMAL(20, 2)",
        f"to_timestamp({AT})",
        f"to_timestamp({AT}) AT TIME ZONE 'UTC'",
    ],
)
def test_so_it_is_in_parquet(opened: Open, tmp_path: Path, at: str) -> None:
    columns = "'browser' AS side, 'tiktok' AS platform, 'Purchase' AS event"
    file = write_table(tmp_path / "a.parquet", f"SELECT {at} AS at, {columns}")
    assert times(opened(file)) == [AT]


def test_what_is_beyond_any_time_is_none(opened: Open, tmp_path: Path) -> None:
    columns = "'browser' AS side, 'tiktok' AS platform, 'Purchase' AS event"
    select = f"SELECT unnest(['nan'::DOUBLE, 'inf'::DOUBLE, 1e99, {AT}]) AS at, {columns}"
    file = write_table(tmp_path / "a.parquet", select)
    assert sorted(times(opened(file)), key=str) == [AT, None, None, None]


def test_a_name_that_is_a_number_is_its_text(opened: Open, tmp_path: Path) -> None:
    select = f"SELECT {AT} AS at, 1 AS side, 'tiktok' AS platform, 7 AS event, 8 AS item_id"
    source = opened(write_table(tmp_path / "a.parquet", select))
    (row,) = source.backend.to_pyarrow(source.records).to_pylist()
    assert (row["side"], row["event"], row["item_id"]) == ("server", "7", "8")


@pytest.mark.parametrize(
    ("column", "value", "type_"),
    [
        ("value", "{'amount': 3, 'currency': 'EUR'}", "struct<amount: int32, currency: string>"),
        ("item_id", "['a', 'b']", "array<string>"),
        ("at", "DATE '2026-08-03'", "date"),
    ],
)
def test_a_column_that_is_no_single_value_is_told(
    opened: Open, tmp_path: Path, column: str, value: str, type_: str
) -> None:
    columns = {"at": str(AT), "side": "'browser'", "platform": "'tiktok'", "event": "'Purchase'"}
    columns[column] = value
    select = ", ".join(f"{text} AS {name}" for name, text in columns.items())
    with pytest.raises(GtmgenError) as failure:
        opened(write_table(tmp_path / "a.parquet", f"SELECT {select}"))
    assert failure.value.message == f"the column `{column}` holds {type_}, not a single value"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("flawed", ["1785715210|browser", "|".join("1234567")])
def test_a_row_that_does_not_fit_its_table_is_passed_over_and_told(
    opened: Open, tmp_path: Path, delimiter: str, flawed: str
) -> None:
    file = tmp_path / "a.csv"
    rows = ["|".join(ROW), *["|".join(map(str, ROW.values()))] * 20]
    rows[5] = flawed
    file.write_text("\n".join(rows).replace("|", delimiter), encoding="utf-8")
    source = opened(file)
    assert times(source) == [AT] * 19
    assert source.unreadable == ((str(file), 6, 1),)


def test_a_table_of_which_many_rows_do_not_fit_is_none(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = [",".join(map(str, ROW.values())), f"{AT},browser"] * 10
    file.write_text("\n".join([",".join(ROW), *rows]), encoding="utf-8")
    with pytest.raises(GtmgenError) as failure:
        opened(file)
    assert failure.value.message == (
        f"{file}:3:1: this row does not have as many cells as the header, and 10 rows do not"
    )


@pytest.mark.parametrize(
    ("flawed", "first"),
    [
        ({6: b'{"at": 1'}, 6),
        ({6: b'{"at": 1', 3: b'{"event": "\xe9"}'}, 3),
        ({3: b'{"at": 1', 6: b'{"event": "\xe9"}'}, 3),
        ({4: b'{"event": "\xe9"}', 5: b"\xff"}, 4),
        ({4: b"", 7: b"\xff", 8: b"[]"}, 7),
        ({2: b"\xff", 3: b"\xff", 4: b"{"}, 2),
    ],
)
def test_the_first_line_that_is_no_record_is_found_among_letters_of_all_kinds(
    opened: Open, tmp_path: Path, flawed: dict[int, bytes], first: int
) -> None:
    right = json.dumps({**ROW, "item_id": "Ärmel 😀 €"}, ensure_ascii=False).encode()
    lines = [flawed.get(number, right) for number in range(1, 41)]
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join(lines))
    source = opened(file)
    assert times(source) == [AT] * (40 - len(flawed))
    assert source.unreadable == ((str(file), first, len([one for one in flawed.values() if one])),)


TYPED = {**ROW, "email": True, "status": 200}


def write_records(folder: Path, rows: list[dict[str, Any]]) -> dict[str, Path]:
    """The same records as JSON Lines and as CSV."""
    lines, table = folder / "a.jsonl", folder / "a.csv"
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*TYPED], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return {"jsonl": lines, "csv": table}


@pytest.mark.parametrize(("kind", "line"), [("jsonl", 4), ("csv", 5)])
@pytest.mark.parametrize(
    "flaw", [{"email": "ada@example.com"}, {"email": "a\nb"}, {"status": "OK"}, {"email": "{}"}]
)
def test_a_cell_that_is_neither_true_nor_false_costs_one_record(
    opened: Open, tmp_path: Path, kind: str, line: int, flaw: dict[str, Any]
) -> None:
    rows = [TYPED] * 3 + [TYPED | flaw] + [TYPED] * 17
    file = write_records(tmp_path, rows)[kind]
    source = opened(file)
    read = source.backend.to_pyarrow(source.records).to_pylist()
    assert [(row["email"], row["status"], row["value"]) for row in read] == [(True, 200, 59.9)] * 20
    assert source.unreadable == ((str(file), line, 1),)


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_what_stands_for_true_or_for_nothing_is_no_flaw(
    opened: Open, tmp_path: Path, kind: str
) -> None:
    emails = {"yes": True, "f": False, 1: True, 0: False, "TRUE": True, "": None, None: None}
    rows = [{**TYPED, "email": email, "status": email and 201} for email in emails]
    # The one that nothing can be made of: what the others mean may not depend on it.
    for flawed in ([], [TYPED | {"email": "?"}]):
        source = opened(write_records(tmp_path, [*rows, *flawed])[kind])
        read = source.backend.to_pyarrow(source.records).to_pylist()
        assert sorted(str(row["email"]) for row in read) == sorted(map(str, emails.values()))
        assert len(source.unreadable) == len(flawed)


@pytest.mark.parametrize("null", ["NULL", r"\N"])
def test_what_databases_write_for_nothing_is_nothing(
    opened: Open, tmp_path: Path, null: str
) -> None:
    rows = [{**TYPED, "email": null, "status": null}] * 3
    source = opened(write_records(tmp_path, rows)["csv"])
    read = source.backend.to_pyarrow(source.records).to_pylist()
    assert [(row["email"], row["status"], row["value"]) for row in read] == [(None, None, 59.9)] * 3
    assert source.unreadable == ()


def test_a_flaw_in_ga4s_export_is_not_read_as_nothing(opened: Open, tmp_path: Path) -> None:
    event = {"event_timestamp": f"{AT}000001", "event_name": "purchase", "event_params": []}
    file = tmp_path / "events.jsonl"
    lines = [event, {**event, "event_timestamp": "soon"}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(GtmgenError) as failure:
        opened(file)
    assert failure.value.message.startswith("the files cannot be read: ")
    assert "in line 2" in failure.value.message


def test_the_columns_of_a_table_may_have_capitals_and_other_names(
    opened: Open, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    right = f"{AT};browser;tiktok;Purchase;true;200\n"
    head = 'AT;side;platform;event;"Email";Response_Status_Code\n'
    file.write_text(head + right * 15 + right.replace("200", "late"), encoding="utf-8")
    source = opened(file)
    assert times(source) == [AT] * 15
    assert source.unreadable == ((str(file), 17, 1),)


@pytest.mark.parametrize("text", ["[\n{}\n]", '[{"at": 1}]', '{\n  "at": 1\n}'])
def test_a_document_of_json_is_no_log(opened: Open, tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GtmgenError) as failure:
        opened(file)
    assert failure.value.message == f"`{file}` is one JSON document, not JSON Lines"
    assert (
        failure.value.hint == f"`jq -c '.[]' {file}` writes the records of a list, each in a line"
    )


def test_a_table_in_utf_16_is_told(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(",".join(ROW), encoding="utf-16")
    with pytest.raises(GtmgenError) as failure:
        opened(file)
    assert failure.value.message == f"`{file}` is not text in UTF-8"
    assert failure.value.hint == f"`iconv -f UTF-16 -t UTF-8 {file}` converts it"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "access.log"])
def test_a_packed_file_whose_name_does_not_say_so_is_told(
    opened: Open, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(json.dumps(ROW).encode()))
    with pytest.raises(GtmgenError) as failure:
        opened(file)
    assert failure.value.message == f"`{file}` is packed with gzip, and its name does not say so"
    assert failure.value.hint == f"`mv {file} {file}.gz`"


def test_lines_that_are_compressed_are_read(opened: Open, tmp_path: Path) -> None:
    row = f"SELECT {AT} AS at, 'browser' AS side, 'tiktok' AS platform, 'Purchase' AS event"
    for name, options in (
        ("a.jsonl.zst", "FORMAT json, COMPRESSION zstd"),
        ("a.jsonl.gz", "FORMAT json, COMPRESSION gzip"),
        ("a.csv.zst", "FORMAT csv, COMPRESSION zstd"),
    ):
        file = tmp_path / name
        duckdb.connect().execute(f"COPY ({row}) TO '{file}' ({options})")
        assert times(opened(file)) == [AT]


@pytest.mark.parametrize(
    ("rows", "message", "more"),
    [
        ([], "the source has no record", ""),
        ([ROW], "the source has no complete day of records", ""),
        (
            [{**ROW, "at": "08/03/2026"}, {**ROW, "at": None}, {**ROW, "platform": "other"}],
            "no record of the source can be counted",
            ": 1 of platforms that the spec does not have, 2 without a time that can be read",
        ),
    ],
)
def test_why_no_day_can_be_judged_is_told(
    shop: Spec, opened: Open, tmp_path: Path, rows: list[Any], message: str, more: str
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    source = opened(file)
    with pytest.raises(GtmgenError) as failure:
        measure(source.records, source.backend, Expectations(shop))
    assert failure.value.message == message + more


def test_ga4s_export_as_bigquery_writes_it_in_json(opened: Open, tmp_path: Path) -> None:
    params = [
        {"key": "value", "value": {"int_value": "5"}},
        {"key": "currency", "value": {"string_value": "EUR"}},
    ]
    event = {"event_timestamp": f"{AT}000001", "event_name": "purchase", "event_params": params}
    more = {"ecommerce": {"transaction_id": "T1"}, "items": [{"item_id": "SKU1"}], "user_id": "7"}
    file = tmp_path / "events.jsonl"
    file.write_text(f"{json.dumps(event)}\n{json.dumps(event | more)}\n", encoding="utf-8")
    source = opened(file)
    rows = source.backend.to_pyarrow(source.records.order_by("transaction_id")).to_pylist()
    seen = [(row["at"], row["value"], row["currency"], row["transaction_id"]) for row in rows]
    assert seen == [(AT, 5.0, "EUR", False), (AT, 5.0, "EUR", True)]
    assert [(row["items"], row["item_id"], row["external_id"]) for row in rows] == [
        (None, None, False),
        (True, "SKU1", True),
    ]


@pytest.mark.parametrize("time", ["NaN", "1e999", 1e30, True, [], "never"])
def test_a_line_of_a_server_log_without_a_time_stops_nothing(
    opened: Open, tmp_path: Path, time: Any
) -> None:
    call = {"event_source_id": "C4A1B2C3D4E5F6G7H8I0", "data": [{"event": "Purchase"}]}
    line = {
        "timestamp": datetime.fromtimestamp(AT, UTC).isoformat(),
        "Type": "Request",
        "RequestUrl": "https://business-api.tiktok.com/open_api/v1.3/event/track/",
        "RequestBody": call,
    }
    file = tmp_path / "server.jsonl"
    lines = [{**line, "TraceId": "1"}, {**line, "TraceId": "2", "timestamp": time}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert sorted(times(opened(file)), key=str) == [AT, None]
