"""Text of logs and specs stays text in the page, in Markdown and on a terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from gtmgen.monitor.model import (
    Cause,
    DayPoint,
    EventTotals,
    LeftOut,
    MonitorFinding,
    MonitorReport,
    Series,
    UnreadableLines,
)
from gtmgen.report.monitor_page import render_monitor_page
from gtmgen.report.monitor_report import (
    left_out_text,
    render_monitor_json,
    render_monitor_markdown,
    render_monitor_text,
    summary_line,
)

EVIL = "</title><script>alert(1)</script>\"'&\x1b[31m`x`"
DAY = date(2026, 8, 3)


def report() -> MonitorReport:
    cause = Cause("f" * 40, DAY, EVIL, EVIL, (EVIL,))
    finding = MonitorFinding(
        "drop", "alert", EVIL, EVIL, "browser", DAY, DAY, 1, 3, 10.0, EVIL, EVIL,
        key=EVIL, owner=EVIL, causes=(cause,),
    )  # fmt: skip
    points = tuple(DayPoint(DAY + timedelta(days=n), n, 0.0, 2.0 * n) for n in range(3))
    return MonitorReport(
        project="shop",
        first=DAY,
        last=DAY + timedelta(days=2),
        records=3,
        findings=(finding,),
        series=(Series(EVIL, EVIL, "browser", EVIL, points),),
        totals=(EventTotals(EVIL, EVIL, EVIL, EVIL, EVIL, 3, 3, 3, 3),),
        coverage={(EVIL, EVIL, "browser"): dict.fromkeys(
            ("email", "phone", "external_id", "click_id", "browser_id", "ip_agent"), 50.0)},
    )  # fmt: skip


def test_the_page_holds_no_markup_of_others_and_asks_nobody() -> None:
    page = render_monitor_page(report())
    assert "<script" not in page
    assert "\x1b" not in page
    assert page.count("</title><script") == 0
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page
    assert page == render_monitor_page(report())


def test_a_terminal_gets_no_escapes_and_markdown_no_markup() -> None:
    assert "\x1b" not in render_monitor_text(report())
    assert "\x1b" not in render_monitor_json(report())
    assert "\x1b" not in render_monitor_markdown(report())
    assert "<script" not in render_monitor_markdown(report()).replace("\\<script", "")


def test_what_is_passed_over_is_told_with_its_first_places() -> None:
    places = tuple(UnreadableLines(f"{n}.jsonl", n, 1) for n in range(1, 5))
    told = (
        "4 lines are not JSON objects and passed over: 1.jsonl:1, 2.jsonl:2, 3.jsonl:3 and "
        "elsewhere"
    )
    damaged = replace(report(), unreadable=places)
    assert left_out_text(damaged) == told
    assert f"\n{told}\n" in render_monitor_markdown(damaged)
    assert f"{told}." in render_monitor_page(damaged)
    assert json.loads(render_monitor_json(damaged))["unreadable"][3] == {
        "file": "4.jsonl", "line": 4, "lines": 1,
    }  # fmt: skip
    both = replace(damaged, unreadable=places[:1], left_out=LeftOut(future=1))
    assert left_out_text(both) == (
        "1 record is not counted: 1 with a time in the future. "
        "1 line is not a JSON object and passed over: 1.jsonl:1"
    )


def test_the_summary_counts() -> None:
    assert summary_line(report()) == "3 records, 2026-08-03 to 2026-08-05: 1 alert"
