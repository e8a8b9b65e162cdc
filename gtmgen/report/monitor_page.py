"""One HTML file with the monitor's findings and charts; it reads like the documentation.

Everything is drawn here. What the spec and the logs say is escaped by the template, and by
:func:`draw_chart`.
"""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from gtmgen.docs.html.branding import Branding
from gtmgen.monitor.model import MonitorFinding, MonitorReport, Series
from gtmgen.report.html import mark_code, read_styles, render_page
from gtmgen.report.monitor_chart import draw_chart
from gtmgen.report.monitor_report import (
    both_text,
    cause_text,
    days_text,
    left_out_text,
    subject,
    summary_line,
)
from gtmgen.text import clip, printable

_KEYS = {
    "email": "e-mail",
    "phone": "phone",
    "external_id": "external ID",
    "click_id": "click ID",
    "browser_id": "browser ID",
    "ip_agent": "IP and agent",
}


class _Chart(NamedTuple):
    title: str
    event: str
    platform: str
    svg: Markup


class _Coverage(NamedTuple):
    event: str
    side: str
    shares: tuple[float, ...]


def render_monitor_page(report: MonitorReport) -> str:
    """The page; the same report gives the same text."""
    return render_page(
        "monitor/page.html",
        report=report,
        branding=Branding(),
        style=read_styles("docs/html/style.css", "monitor/style.css"),
        summary=summary_line(report),
        lead=_write_lead(report),
        told=[one for one in report.findings if one.ignored is None],
        known=[one for one in report.findings if one.ignored is not None],
        totals=[one for one in report.totals if one.browser or one.server],
        charts=list(_list_charts(report)),
        coverage=_build_coverage(report),
        keys=list(_KEYS.values()),
        subject=subject,
        days=days_text,
        cause_text=cause_text,
        both=both_text,
        sentence=mark_code,
    )


def _write_lead(report: MonitorReport) -> str:
    left_out = left_out_text(report)
    suffix = f" {left_out}." if left_out else ""
    if not report.alerts:
        return f"Nothing is out of line with the days before, or with the spec.{suffix}"
    keys = sorted({one.key or clip(one.event) for one in report.alerts})
    return f"Look at: {', '.join(map(printable, keys))}.{suffix}"


def _list_charts(report: MonitorReport) -> list[_Chart]:
    """One for each event, with both sides in it; events with findings first."""
    sides: dict[tuple[str, str], list[Series]] = {}
    for series in report.series:
        sides.setdefault((series.platform, series.event), []).append(series)
    titles = {(one.platform, one.event): one.title for one in report.totals}
    findings: dict[tuple[str, str], list[MonitorFinding]] = {}
    for finding in report.findings:
        findings.setdefault((finding.platform, finding.event), []).append(finding)
    order = sorted(sides, key=lambda key: key not in findings)
    return [
        _Chart(titles[key], key[1], key[0], draw_chart(sides[key], findings.get(key, [])))
        for key in order
    ]


def _build_coverage(report: MonitorReport) -> list[_Coverage]:
    return [
        _Coverage(event, side, tuple(shares[key] for key in _KEYS))
        for (_, event, side), shares in report.coverage.items()
    ]
