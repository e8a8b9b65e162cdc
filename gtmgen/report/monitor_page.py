"""One HTML file with the monitor's findings and charts; it reads like the documentation.

Everything is drawn here: there is no script in it, and nothing that it loads. What the spec and
the logs say is escaped by the template, and by :func:`chart_svg`.
"""

from __future__ import annotations

from typing import NamedTuple

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from gtmgen.docs.html.branding import Branding
from gtmgen.docs.html.page import make_policy
from gtmgen.monitor.model import MonitorFinding, MonitorReport, Series
from gtmgen.packs.load import templates_directory
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

_POLICY = "GTMGEN-POLICY"
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
    folder = templates_directory()
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([folder / "monitor", folder / "docs/html"]),
        autoescape=True,
        finalize=_make_visible,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    styles = [folder / "docs/html/style.css", folder / "monitor/style.css"]
    style = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    page = environment.get_template("page.html").render(
        report=report,
        policy=_POLICY,
        branding=Branding(),
        style=Markup(style),  # noqa: S704  (ours)
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
        sentence=_format_sentence,
    )
    return page.replace(_POLICY, make_policy(page), 1)


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


def _make_visible(value: object) -> object:
    """Control characters of logs as text; what is markup of ours stays it."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _format_sentence(text: str) -> Markup:
    """A sentence that marks code with backticks, as HTML."""
    parts = printable(text).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )
