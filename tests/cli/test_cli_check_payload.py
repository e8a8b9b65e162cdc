"""``gtmgen check-payload``: what it prints, and its exit code."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from contract.specs import SHOP
from recordings.recorded import lines, pushed, request

from gtmgen.cli.main import main


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("kiosk.yaml").write_text(SHOP, encoding="utf-8")
    return "kiosk.yaml"


def run(spec: str, *records: Any, options: tuple[str, ...] = ()) -> int:
    Path("calls.jsonl").write_bytes(lines(records))
    return main(["check-payload", "calls.jsonl", "--spec", spec, *options])


def test_a_sound_recording(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(spec, request(1), pushed(1)) == 0
    assert capsys.readouterr() == (
        "",
        (
            "1 server request with 1 event, 0 browser events, 1 message: 0 errors, 0 warnings\n"
            "by name and ID: 1 merged, 0 dropped, 0 counted twice; 0 from the browser alone, "
            "0 from the server alone\n"
        ),
    )


def test_findings_and_lost_events(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(spec, request(1, event_time=1767268800000), pushed(2)) == 1
    assert capsys.readouterr() == (
        (
            "calls.jsonl:1: error[time]: data[0].event_time: 1767268800000 are milliseconds, not "
            "seconds\nhint: Seconds since 1970 in UTC, a whole number; not milliseconds.\n"
        ),
        (
            "1 server request with 1 event, 0 browser events, 1 message: 1 error, 0 warnings\n"
            "  time 1\n"
            "by name and ID: 0 merged, 0 dropped, 0 counted twice; 1 from the browser alone, "
            "1 from the server alone\n"
            "  `Purchase` `purchase_1`: the server alone (calls.jsonl:1)\n"
            "  `Purchase` `purchase_2`: the browser alone (calls.jsonl:2)\n"
        ),
    )


def test_json_has_everything(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(spec, request(1, event_id=1), pushed(1), options=("--format", "json")) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["format_version"] == "2.0"
    assert found["findings"] == [
        {
            "file": "calls.jsonl",
            "place": "line 1",
            "path": "data[0].event_id",
            "rule": "event-id",
            "severity": "error",
            "message": "it is a number (1), not text",
            "hint": "The browser's ID of the same event, as text.",
        }
    ]
    assert found["totals"] == {
        "requests": 1,
        "events": 1,
        "browser_events": 0,
        "messages": 1,
        "errors": 1,
        "warnings": 0,
        "rules": {"event-id": 1},
    }
    assert (found["pairs"], found["lost"], found["unpaired"]) == ([], [], 0)


def test_markdown_for_a_comment(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(spec, request(1, event_id="a|b"), options=("--format", "markdown")) == 1
    lines_ = capsys.readouterr().out.splitlines()
    assert lines_[0] == "# Recorded events"
    assert lines_[4:6] == ["| Where | Level | Rule | What |", "|---|---|---|---|"]
    assert lines_[6].startswith(
        '| calls.jsonl:1 | error | event-id | `data[0].event_id`: it is "a\\|b"'
    )


def test_quiet_shows_errors_alone(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    body = request(1)
    del body["data"][0]["properties"]["order_id"]
    assert run(spec, body, options=("--quiet",)) == 0
    assert capsys.readouterr() == ("", "")


def test_a_file_that_is_not_there(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-payload", "none.jsonl", "--spec", spec]) == 1
    error = "error: `none.jsonl` cannot be read: No such file or directory\n"
    assert capsys.readouterr() == ("", error)


def test_a_spec_without_server_events(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("blog.yaml").write_text("gtmgen: 1\nproject: blog\ncontainer: {gtm: GTM-BLOG}\n")
    assert run("blog.yaml", request(1)) == 2
    assert capsys.readouterr() == (
        "",
        "error: the spec sends no event that a backend could send, too\n",
    )


def test_records_from_stdin(
    spec: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(lines([request(1, event_time=12)])))
    monkeypatch.setattr(sys, "stdin", stream)
    assert main(["check-payload", "-", "--spec", spec, "--quiet"]) == 1
    text = "stdin:1: error[time]: data[0].event_time: 12 are not seconds since 1970\n"
    assert capsys.readouterr().out.startswith(text)
