"""``gtmgen monitor``: what it prints, its page, its exit code, and the cause from the history."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from gtmgen.cli.main import main
from tests.monitor.conftest import SHOP, example

DAY = 17
FIRST = example.START + timedelta(days=DAY)


def git(*arguments: str, day: str = "2026-08-01") -> None:
    names = {f"GIT_{who}_{what}": "Ada" for who in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
    mails = {f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")}
    dates = {f"GIT_{who}_DATE": f"{day}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    subprocess.run(
        ["git", *arguments], check=True, capture_output=True,
        env={"PATH": "/usr/bin:/bin", "HOME": ".", **names, **mails, **dates},
    )  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose spec changes on the day when purchases go wrong, and the records."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        text = SHOP.read_text(encoding="utf-8")
        Path("shop.yaml").write_text(text, encoding="utf-8")
        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "The shop")
        changed = text.replace("prefix: purchase_}", "prefix: order_}")
        assert changed != text
        Path("shop.yaml").write_text(changed, encoding="utf-8")
        git("commit", "-qam", "Orders are called orders", day=FIRST.isoformat())
        records = example.make_records(
            3, 20, (example.Fault("ids-differ", "Purchase", DAY, 3),), scale=0.5
        )
        records = records[records["event"].isin(["Purchase", "Subscribe"])]
        records.to_csv("events.csv", index=False)
    return folder


@pytest.fixture(autouse=True)
def _inside(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)


def run(*options: str) -> int:
    return main(["monitor", "events.csv", "--spec", "shop.yaml", "--quiet", *options])


def test_text_names_day_size_owner_and_cause(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--since", "3d") == 1
    printed = capsys.readouterr().out
    days = f"({FIRST} to {FIRST + timedelta(days=2)}, 3 days, growth)"
    assert f"alert[one-sided] purchase: tiktok Purchase\n    {days}\n" in printed
    assert "IDs were seen on one side alone (100%, usually" in printed
    worst = [FIRST + timedelta(days=n) for n in range(3)]
    flat = " ".join(printed.split())
    assert any(f"%), on {day}, the worst day." in flat for day in worst)
    assert f"of {FIRST}, Orders are called orders (Ada)." in printed
    assert "order_" in printed.split("likely cause:")[1]
    assert printed.strip().split("\n")[-1].endswith("2026-08-03 to 2026-08-22: 5 alerts")


def test_json_markdown_and_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json", "--html", "page.html") == 1
    told = json.loads(capsys.readouterr().out)
    finding = next(one for one in told["findings"] if one["rule"] == "one-sided")
    assert (finding["key"], finding["first"], finding["owner"]) == (
        *("purchase", FIRST.isoformat(), "growth"),
    )
    assert finding["causes"][0]["subject"] == "Orders are called orders"
    assert finding["first"] <= finding["worst"] <= finding["last"]
    page = Path("page.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "Orders are called orders" in page
    assert "<script" not in page
    assert run("--format", "markdown") == 1
    assert "- **purchase: tiktok Purchase** (`one-sided`" in capsys.readouterr().out


def test_what_is_known_is_no_alert(capsys: pytest.CaptureFixture[str]) -> None:
    known = """
monitor:
  rules: {one-sided: false, never-seen: false}
"""
    text = Path("shop.yaml").read_text(encoding="utf-8")
    Path("known.yaml").write_text(text + known, encoding="utf-8")
    assert main(["monitor", "events.csv", "--spec", "known.yaml", "-q", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["alerts"] == 0
    reason = "the platform's name changed"
    ignored = (
        f"\nmonitor:\n  ignore:\n    - {{rule: one-sided, event: purchase, reason: {reason}}}\n"
    )
    Path("known.yaml").write_text(text + ignored, encoding="utf-8")
    main(["monitor", "events.csv", "--spec", "known.yaml", "-q"])
    printed = capsys.readouterr().out
    assert "alert[one-sided]" not in printed
    assert f"known: one-sided, purchase: tiktok Purchase, {FIRST} to" in printed


def test_the_sql_is_printed_without_a_connection(capsys: pytest.CaptureFixture[str]) -> None:
    source = "bigquery://project/data#events"
    assert main(["monitor", source, "--spec", "shop.yaml", "--explain-sql", "bigquery"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("-- volumes\nSELECT")
    assert "FARM_FINGERPRINT" in printed


def test_a_missing_package_names_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert run() == 2
    assert capsys.readouterr().err == (
        "error: `gtmgen monitor` needs a package that is not installed: duckdb\n\n"
        "hint: pip install 'gtmgen[monitor]'\n"
    )


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--since=yesterday", "`--since` is not a day: `yesterday`"),
        ("--since=2026-08-23", "`--since` is after the last day that is judged, 2026-08-22"),
        ("--until=9999-12-31", "`--until` is in the future: 9999-12-31"),
        ("--layout=xml", "`--layout` is records or server-log or ga4-export or access-log, not"),
    ],
)
def test_a_wrong_option_is_told(
    option: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(option) == 2
    assert message in capsys.readouterr().err


def test_a_record_with_an_impossible_time_stops_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = Path("events.csv").read_text(encoding="utf-8")
    header, first, _ = text.split("\n", 2)
    place = header.split(",").index("at")
    wrong = []
    for at in ("1e99", "nan", "never", "5", "3000000000"):
        cells = first.split(",")
        cells[place] = at
        wrong.append(",".join(cells))
    Path("times.csv").write_text(text + "\n".join(wrong) + "\n", encoding="utf-8")
    assert main(["monitor", "times.csv", "--spec", "shop.yaml", "--quiet", "--since", "3d"]) == 1
    odd = capsys.readouterr().out
    run("--since", "3d")
    told = (
        "5 records are not counted: 4 without a time that can be read, 1 with a time in\n"
        "  the future"
    )
    assert f"\n{told}\n" in odd
    assert odd.replace(f"{told}\n", "") == capsys.readouterr().out


def test_a_clock_that_runs_ahead_and_another_platform_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = Path("events.csv").read_text(encoding="utf-8")
    header, first, _ = text.split("\n", 2)
    names = header.split(",")
    rows = []
    for changes in ({"at": "3000000000"}, {"platform": "other"}, {"event": "x" * 5_000}):
        cells = dict(zip(names, first.split(","), strict=True)) | changes
        rows.append(",".join(cells.values()))
    Path("ahead.csv").write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
    options = ["--spec", "shop.yaml", "--quiet"]
    assert main(["monitor", "ahead.csv", *options, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["left_out"] == {"platform": 1, "no_time": 0, "future": 1}
    assert (document["first"], document["last"]) == ("2026-08-03", "2026-08-22")
    for format_ in ("text", "markdown"):
        main(["monitor", "ahead.csv", *options, "--format", format_])
        printed = capsys.readouterr().out
        told = "1 of platforms that the spec does not have, 1 with a time in the future"
        assert f"2 records are not counted: {told}" in " ".join(printed.split())
        assert f"{'x' * 59}…" in printed
        assert "x" * 60 not in printed


@pytest.mark.parametrize("colour", ["", "1"])
def test_long_names_keep_to_eighty_columns(
    colour: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", colour)
    text = Path("events.csv").read_text(encoding="utf-8")
    long = f"sign_up_{'of_the_spring_campaign_' * 5}v2"
    records = Path(f"{'collector-of-events-' * 5}2026-11-29.jsonl")
    rows = csv.DictReader(io.StringIO(text.replace("Subscribe", long)))
    lines = [json.dumps({name: cell for name, cell in row.items() if cell}) for row in rows]
    records.write_text("\n".join([*lines[:9], "{", *lines[9:]]), encoding="utf-8")
    assert main(["monitor", str(records), "--spec", "shop.yaml", "--quiet"]) == 1
    printed = capsys.readouterr().out
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    assert (plain != printed) == bool(colour)
    assert [line for line in plain.splitlines() if len(line) > 80] == []
    assert (
        "notice[unknown-event] tiktok\n"
        f"    {long[:59]}…, browser\n"
        "    (2026-08-03 to 2026-08-22, 20 days)\n"
    ) in plain
    place = "collector-of-events-collector-of-events…ollector-of-events-2026-11-29.jsonl:10"
    assert f"1 line is no record and passed over:\n  {place}\n" in plain


def test_records_that_fail_when_they_are_asked_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import duckdb

    duckdb.sql(
        "SELECT 1785715210 AS at, 'browser' AS side, 'tiktok' AS platform, 'Purchase' AS event, "
        "'ada@example.com' AS email"
    ).write_parquet("times.parquet")
    assert main(["monitor", "times.parquet", "--spec", "shop.yaml", "--quiet"]) == 1
    assert capsys.readouterr().err == (
        "error: the records cannot be read: Conversion Error: Could not convert string *** to BOOL "
        "when casting from source column email\n"
    )
