"""``gtmgen catalogue``: what it prints in each format, and its exit code."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from catalogue.feeds import SPEC, product, table, viewed
from recordings.recorded import lines

from gtmgen.cli.main import main

RIGHT = [product("M1", item_group_id="M"), product("M2", item_group_id="M")]
FORMULA = '=HYPERLINK("http://evil.example")'
MARKUP = '<script>alert(1)</script>"'


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = SPEC.replace("SETTING_ID", "item_id").replace("SETTING_TYPE", "product")
    Path("mugs.yaml").write_text(text)
    Path("feed.csv").write_bytes(table(RIGHT))


def run(*arguments: str) -> int:
    return main(["catalogue", "feed.csv", "--spec", "mugs.yaml", *arguments])


def record(*ids: str) -> None:
    views = [viewed({"item_id": one, "price": 10.0, "quantity": 1}) for one in ids]
    Path("events.jsonl").write_bytes(lines(views))


def test_a_feed_that_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert capsys.readouterr() == ("feed.csv: CSV, 2 products, 1 parent, EUR\n\nno errors\n", "")


def test_a_feed_is_no_stream(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "-", "--spec", "mugs.yaml"]) == 2
    assert capsys.readouterr().err == (
        "error: a feed is a file, not `-`\n\nhint: gtmgen catalogue feed.csv --spec SPEC\n"
    )


def test_events_that_do_not_match(capsys: pytest.CaptureFixture[str]) -> None:
    record("M1", "m2", "M", "X\x1b[31m", "M")
    assert run("--events", "events.jsonl") == 1
    expected = """\
feed.csv: CSV, 2 products, 1 parent, EUR

TikTok: IDs of events in the feed
  event        sent by       events  with IDs  matched
  ViewContent  data layer         5         5  20.0%  below 90%

  Not in the feed:
  1 ID, sent 2 times: the ID of a parent (`item_group_id`), sent as the
    product's
  1 ID, sent 1 time: no product of the feed has it
  1 ID, sent 1 time: only capitals and small letters differ
    "M", 2 times, events.jsonl:3
    "X\\u001b[31m", 1 time, events.jsonl:4
    "m2" like `M2`, 1 time, events.jsonl:2

  `content_id: item_id` with `content_type: product_group` would match 40.0% of
    the items; `content_id: item_id` with `content_type: product`, as the spec
    has it, matches 20.0%
  1 of 2 products of the feed are in these events

1 kind of error
"""
    assert capsys.readouterr() == (expected, "")


@pytest.mark.parametrize("colour", ["", "1"])
def test_long_names_keep_to_eighty_columns(
    colour: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", colour)
    long = f"A1-{'X' * 90}-de"
    rows = [*RIGHT, product(long, condition=f"cracked {'somewhere ' * 9}")]
    feed = Path(f"{'feed-of-the-shop-' * 6}2026-11-29.csv")
    feed.write_bytes(table(rows))
    record("M1", long.lower(), f"{long}-41")
    Path("events.jsonl").rename(f"{'recording-of-a-visit-' * 5}.jsonl")
    (events,) = Path().glob("recording*")
    arguments = ["catalogue", str(feed), "--spec", "mugs.yaml", "--events", str(events)]
    assert main(arguments) == 1
    printed = capsys.readouterr().out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    assert (plain != printed) == bool(colour)
    assert [line for line in plain.splitlines() if len(line) > 80] == []
    assert (
        plain
        == f"""\
feed-of-the-shop-feed-of-the-shop-feed…shop-feed-of-the-shop-2026-11-29.csv:
    CSV, 3 products, 1 parent, EUR

error[condition] condition: it is none of `new`, `refurbished`, `used`
  feed-of-the-shop-feed-of-the-s…ed-of-the-shop-2026-11-29.csv:4:122:
    A1-{"X" * 17}…{"X" * 16}-de, "cracked somewhere somewhere
    somewhere somewhere somewhere somewhere somewhere somewhere somewhere "

TikTok: IDs of events in the feed
  event        sent by       events  with IDs  matched
  ViewContent  data layer         3         3  33.3%  below 90%

  Not in the feed:
  1 ID, sent 1 time: no product of the feed has it
  1 ID, sent 1 time: only capitals and small letters differ
    "A1-{"X" * 27}…{"X" * 23}-de-41", 1 time,
      recording-of-a-visit-recording…t-recording-of-a-visit-.jsonl:3
    "a1-{"x" * 27}…{"x" * 26}-de" like
      `A1-{"X" * 33}…{"X" * 31}-de`,
      1 time, recording-of-a-visit-recording…t-recording-of-a-visit-.jsonl:2

  `content_id: item_id` with `content_type: product` matches 33.3% of the items;
    nothing matches better
  1 of 3 products of the feed are in these events

2 kinds of error
"""
    )


def test_what_has_to_match_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    record("M1", "X")
    assert run("--events", "events.jsonl", "--least", "50") == 0
    assert "  50.0%\n" in capsys.readouterr().out


def test_what_has_to_match_is_a_percentage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--least", "nan") == 2
    assert capsys.readouterr() == ("", "error: `--least` is a percentage, not `nan`\n")


def test_quiet_shows_errors_alone(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [product("M1", condition="cracked"), product("M2", availability="backorder")]
    Path("feed.csv").write_bytes(table(rows))
    assert run("--quiet") == 1
    expected = (
        "error[condition] condition: it is none of `new`, `refurbished`, `used`\n"
        '  feed.csv:2:28: M1, "cracked"\n\n1 kind of error\n'
    )
    assert capsys.readouterr() == (expected, "")


def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    Path("feed.csv").write_bytes(table([*RIGHT, product("M3", price="9")]))
    record("M1", "m2")
    assert run("--events", "events.jsonl", "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["format_version"], document["errors"]) == ("2.0", 2)
    assert document["feed"]["findings"] == [
        {
            "rule": "price",
            "severity": "error",
            "column": "price",
            "message": "the currency is missing: `9.97 USD`",
            "count": 1,
            "examples": [{"line": 4, "column": 32, "product": "M3", "value": "9"}],
        }
    ]
    (account,) = document["accounts"]
    assert (account["account"], account["products_seen"]) == ("tiktok", 1)
    assert account["events"][0]["share"] == 50.0
    assert account["unmatched"] == [
        {
            "id": "m2",
            "count": 1,
            "reason": "case",
            "message": "only capitals and small letters differ",
            "like": "M2",
            "file": "events.jsonl",
            "place": "line 2",
        }
    ]


def test_csv_holds_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    Path("feed.csv").write_bytes(table([product(FORMULA, brand="", title="@SUM(1)")]))
    record(FORMULA, "+1")
    assert run("--events", "events.jsonl", "--format", "csv") == 1
    text = capsys.readouterr().out.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["part"], row["rule"], row["product"]) for row in rows] == [
        ("feed", "missing", f"'{FORMULA}"),
        ("match", "match-rate", ""),
        ("unmatched", "unknown", "'+1"),
    ]
    assert not re.search(r'(?:^|[,;\t\r\n])"?\s*[=+\-@]', text)


def test_html_is_one_page_that_runs_and_loads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("feed.csv").write_bytes(table([product(MARKUP, condition=MARKUP)]))
    record(MARKUP, f"{MARKUP}2")
    options = ("--events", "events.jsonl", "--format", "html", "--out", "report.html")
    assert run(*options) == 1
    assert capsys.readouterr() == ("", "wrote report.html: 2 kinds of error\n")
    page = Path("report.html").read_text()
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="(?!#|data:,)', page)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;&#34;") >= 3


def test_markdown_is_a_table_for_an_issue(capsys: pytest.CaptureFixture[str]) -> None:
    Path("feed.csv").write_bytes(table([product("M1", condition="a|b"), product("M2")]))
    record("M1", "m2", "<b>")
    assert run("--events", "events.jsonl", "--format", "markdown") == 1
    expected = """\
# feed.csv

CSV, 2 products, EUR

**2 kinds of error**

## The feed

- **error** (`condition`): `condition`: it is none of `new`, `refurbished`, `used`
  - line 2, column 28: `M1`, `a|b`

## TikTok

| event | sent by | events | with IDs | matched | |
|---|---|--:|--:|--:|---|
| ViewContent | data layer | 3 | 3 | 33.3% | below 90% |

- 1 ID not in the feed, sent 1 time: no product of the feed has it
- 1 ID not in the feed, sent 1 time: only capitals and small letters differ
- `content_id: item_id` with `content_type: product` matches 33.3% of the items; nothing matches \
better
- 1 of 2 products of the feed are in these events
"""
    assert capsys.readouterr() == (expected, "")


@pytest.mark.parametrize(
    "content",
    ['{"name": "shop"}\n{"name": "other"}\n', "[1, 2]", '{"tests": [{"steps": []}]}', "3"],
)
def test_a_file_that_is_no_recording_is_refused(
    content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("events.json").write_text(content)
    assert run("--events", "events.json") == 1
    expected = (
        "error: `events.json` is no recording of events\n\n"
        "hint: `--events` reads results of `gtmgen test` and `gtmgen verify` (`--format json`), "
        "messages of the data layer, requests of the pixel or of a backend, HAR files, and logs "
        "of a server container\n"
    )
    assert capsys.readouterr() == ("", expected)


def test_a_feed_is_no_recording(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--events", "feed.csv") == 1
    assert capsys.readouterr().err.startswith(
        "error: `feed.csv` is no recording of events: it is not JSON: Expecting value: line 1 "
        "column 1 (char 0)\n\nhint: `--events` reads results of"
    )


def test_the_files_that_were_checked_are_the_recording(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("events.jsonl").write_text(json.dumps(viewed({"item_id": "M1"})))
    main(["check-payload", "events.jsonl", "--spec", "mugs.yaml", "--format", "json"])
    Path("result.json").write_text(capsys.readouterr().out)
    assert run("--events", "result.json") == 1
    assert capsys.readouterr().err == (
        "error: `result.json` is no recording of events\n\n"
        "hint: a result of `gtmgen check-payload` keeps nothing of the events: name the files that "
        "it checked\n"
    )


def test_a_recording_without_products_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("events.jsonl").write_text('{"event": "gtm.js"}\n{"event": "sign_up"}\n')
    assert run("--events", "events.jsonl") == 0
    expected = """\
feed.csv: CSV, 2 products, 1 parent, EUR

TikTok: IDs of events in the feed
  no event with products in these files

warning[no-products] events.jsonl: no event with products among 2 records:
    nothing was matched with the feed

no errors
"""
    assert capsys.readouterr() == (expected, "")


def test_of_several_recordings_the_one_without_products_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    record("M1", "M2")
    Path("empty.jsonl").write_text("")
    name = "not `this`.jsonl"
    Path(name).write_bytes(lines([viewed()]))
    files = [part for file in ("events.jsonl", name, "empty.jsonl") for part in ("--events", file)]
    assert run(*files) == 0
    text = capsys.readouterr().out
    assert "among 2 records" not in text
    warnings = text[text.index("warning[") :]
    assert warnings == (
        "warning[no-products] not `this`.jsonl: no event with products among 1 record:\n"
        "    nothing was matched with the feed\n"
        "warning[no-products] empty.jsonl: no event with products among 0 records:\n"
        "    nothing was matched with the feed\n"
        "\n"
        "no errors\n"
    )

    told = "no event with products among 1 record: nothing was matched with the feed"
    assert run(*files, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["recordings"] == [
        {"file": "events.jsonl", "records": 2, "with_products": 2},
        {"file": name, "records": 1, "with_products": 0},
        {"file": "empty.jsonl", "records": 0, "with_products": 0},
    ]
    assert run(*files, "--format", "csv") == 0
    rows = csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff")))
    first = next(row for row in rows if row["part"] == "recording")
    assert (first["level"], first["rule"], first["file"], first["message"]) == (
        *("warning", "no-products"),
        *(name, told),
    )
    for format_ in ("markdown", "html"):
        assert run(*files, "--format", format_) == 0
        assert told in capsys.readouterr().out
    assert run(*files, "--quiet") == 0
    assert "warning" not in capsys.readouterr().out


def test_a_result_of_a_visit_counts_what_it_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    entries = [{"kind": "message", "message": {"event": name}} for name in ("a", "b", "c")]
    result = {"format_version": "1.0", "visits": [{"entries": entries}]}
    Path("visit.json").write_text(json.dumps(result))
    assert run("--events", "visit.json") == 0
    assert "visit.json: no event with products among 3 records" in capsys.readouterr().out


def test_of_many_recordings_without_products_twenty_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = []
    for number in range(23):
        Path(f"{number}.jsonl").write_text('{"event": "a"}\n')
        files += ["--events", f"{number}.jsonl"]
    assert run(*files) == 0
    out = capsys.readouterr().out
    assert out.count("warning[no-products]") == 20
    assert out.endswith("\n  and 3 more files\n\nno errors\n")


def test_a_number_beyond_all_prices_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(viewed({"item_id": "M1", "price": 7, "quantity": 1}))
    Path("events.jsonl").write_text(text.replace('"price": 7', '"price": 1e400'))
    assert run("--events", "events.jsonl") == 1
    shown = capsys.readouterr().out
    assert "events.jsonl:1: M1: the price is a number beyond any price, expected a number" in shown
    assert "inf" not in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.csv", "--spec", "mugs.yaml"], 1,
         "error: `none.csv` cannot be read: No such file or directory\n"),
        (["feed.csv", "--spec", "mugs.yaml", "--events", "none"], 1,
         "error: `none` cannot be read: No such file or directory\n"),
        (["feed.csv", "--spec", "plain.yaml"], 2,
         "error: no platform of the spec has a product catalogue\n"),
        (["feed.csv", "--spec", "mugs.yaml", "--format", "xml"], 2,
         "error: `--format` is text or json or markdown or csv or html, not `xml`\n"),
    ],
)  # fmt: skip
def test_what_is_not_there(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("plain.yaml").write_text("gtmgen: 1\nproject: plain\ncontainer: {gtm: GTM-PLAIN01}\n")
    assert main(["catalogue", *arguments]) == code
    assert capsys.readouterr() == ("", message)
