"""What the monitor found, for a terminal, for Markdown and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gtmgen.docs.markdown import text as md
from gtmgen.monitor.model import Cause, EventTotals, LeftOut, MonitorFinding, MonitorReport
from gtmgen.report.columns import WIDTH, cut_middle, wrap
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.visible import json_text
from gtmgen.text import clip, plural, printable

FORMAT_VERSION = "2.0"
_MOST_NAME = WIDTH - 36  # beside the three columns of numbers
_MOST_PLACES = 3  # of lines that cannot be read


# -- for a terminal --------------------------------------------------------------------


def render_monitor_text(report: MonitorReport, paint: Paint = PLAIN) -> str:
    """Findings by day, the alerts first; then what is known, and the totals."""
    lines = []
    for finding in report.findings:
        if finding.ignored is None:
            lines += [*_write_finding_lines(finding, paint), ""]
    return "\n".join([*lines, *_write_known_lines(report), *_write_total_lines(report, paint)])


def _write_finding_lines(finding: MonitorFinding, paint: Paint) -> Iterator[str]:
    style = "bold red" if finding.level == "alert" else "yellow"
    owner = f", {finding.owner}" if finding.owner else ""
    head = f"{finding.level}[{finding.rule}] {subject(finding)}"
    days = f"({days_text(finding)}{owner})"
    is_short = len(head) + len(days) < WIDTH
    lines = wrap(f"{head} {days}") if is_short else [*wrap(head), *wrap(days, "    ")]
    yield from (paint(style, line) for line in lines)
    yield from _wrap(f"{finding.message}.")
    for cause in finding.causes:
        yield from _wrap(f"likely cause: {cause_text(cause)}")
    yield from _wrap(f"hint: {finding.hint}")


def subject(finding: MonitorFinding) -> str:
    """``purchase: tiktok Purchase, browser``; the spec's key first, where it has one."""
    key = f"{finding.key}: " if finding.key else ""
    side = f", {finding.side}" if finding.side else ""
    return f"{key}{finding.platform} {clip(finding.event)}{side}"


def days_text(finding: MonitorFinding) -> str:
    """``2026-10-02``, or the first and the last day with how many they are."""
    if finding.first == finding.last:
        return finding.first.isoformat()
    return f"{finding.first} to {finding.last}, {plural(finding.days, 'day')}"


def cause_text(cause: Cause) -> str:
    """The commit, and what it changed."""
    sentences = " ".join(cause.sentences)
    commit = f"{cause.commit[:10]} of {cause.day}"
    return f"{commit}, {cause.subject} ({cause.author}). {sentences}".rstrip()


def _wrap(text: str) -> list[str]:
    return wrap(text, "  ")


def _write_known_lines(report: MonitorReport) -> Iterator[str]:
    ignored = [finding for finding in report.findings if finding.ignored is not None]
    for finding in ignored:
        yield from _wrap(
            f"known: {finding.rule}, {subject(finding)}, {days_text(finding)}: {finding.ignored}"
        )
    if ignored:
        yield ""


def _write_total_lines(report: MonitorReport, paint: Paint) -> Iterator[str]:
    rows = [total for total in report.totals if total.browser or total.server]
    names = [cut_middle(printable(f"{one.platform} {one.event}"), _MOST_NAME) for one in rows]
    width = max(map(len, names), default=0)
    if rows:
        yield paint("bold", f"{'event':{width}}  {'browser':>10}  {'server':>10}  both sides")
    for total, name in zip(rows, names, strict=True):
        line = f"{name:{width}}  {total.browser:>10,}  {total.server:>10,}  {both_text(total)}"
        yield line.rstrip()
    if rows:
        yield ""


def both_text(total: EventTotals) -> str:
    """The share of IDs that both sides sent; nothing for an event of one side."""
    if not (total.browser and total.server and total.keys):
        return ""
    return f"{100 * total.both / total.keys:.0f}%"


def summary_line(report: MonitorReport) -> str:
    """``305,855 records, 2026-08-03 to 2026-10-31: 2 alerts, 1 notice``."""
    notices = sum(one.level == "notice" and one.ignored is None for one in report.findings)
    ignored = sum(one.ignored is not None for one in report.findings)
    parts = [plural(len(report.alerts), "alert") if report.alerts else "no alert"]
    parts += [plural(notices, "notice")] if notices else []
    parts += [f"{ignored} known"] if ignored else []
    return f"{report.records:,} records, {report.first} to {report.last}: {', '.join(parts)}"


def left_out_text(report: MonitorReport) -> str:
    """``5 records are not counted: 3 of the future, 2 without a time``; "" where all are. Lines
    that are no records have a sentence of their own."""
    return ". ".join(
        filter(None, (_describe_left_out(report.left_out), _describe_unreadable(report)))
    )


def _describe_left_out(counts: LeftOut) -> str:
    total = sum(counts)
    are = "record is" if total == 1 else "records are"
    return f"{total:,} {are} not counted: {', '.join(counts.reasons)}" if total else ""


def _describe_unreadable(report: MonitorReport) -> str:
    total = sum(one.lines for one in report.unreadable)
    noun = "line is no record" if total == 1 else "lines are no records"
    places = [printable(f"{one.file}:{one.line}") for one in report.unreadable[:_MOST_PLACES]]
    more = " and elsewhere" if len(report.unreadable) > _MOST_PLACES or total > len(places) else ""
    return f"{total:,} {noun} and passed over: {', '.join(places)}{more}" if total else ""


# -- for Markdown ----------------------------------------------------------------------


def render_monitor_markdown(report: MonitorReport) -> str:
    """A list of the findings and a table of the events, for an issue or a chat."""
    lines = [f"# {md.text(report.project)}: events of both sides", "", summary_line(report), ""]
    if left_out := left_out_text(report):
        lines += [left_out, ""]
    findings = [finding for finding in report.findings if finding.ignored is None]
    for level, title in (("alert", "Alerts"), ("notice", "Notices")):
        of_level = [finding for finding in findings if finding.level == level]
        if of_level:
            lines += [f"## {title}", "", *map(_format_markdown_item, of_level), ""]
    lines += _write_markdown_table(report.totals)
    return "\n".join(lines).rstrip()


def _format_markdown_item(finding: MonitorFinding) -> str:
    owner = f", {md.text(finding.owner)}" if finding.owner else ""
    head = f"- **{md.text(subject(finding))}** (`{finding.rule}`, {days_text(finding)}{owner})"
    sentences = (md.sentence(printable(text)) for text in (finding.message, finding.hint))
    parts = [f"{head}: {'. '.join(sentences)}."]
    parts += [
        f"  Likely cause: {md.sentence(printable(cause_text(one)))}" for one in finding.causes
    ]
    return "\n".join(parts)


def _write_markdown_table(totals: Sequence[EventTotals]) -> Iterator[str]:
    rows = [total for total in totals if total.browser or total.server]
    if rows:
        yield from ("| event | platform | browser | server | both sides |", "|---|---|--:|--:|--:|")
    for total in rows:
        cells = (clip(total.title), f"{total.platform} {clip(total.event)}")
        counts = f"{total.browser:,} | {total.server:,} | {both_text(total)}"
        yield f"| {' | '.join(md.text(printable(cell)) for cell in cells)} | {counts} |"


# -- for machines ----------------------------------------------------------------------


def render_monitor_json(report: MonitorReport) -> str:
    """Everything, in one document."""
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "project": report.project,
            "first": report.first.isoformat(),
            "last": report.last.isoformat(),
            "records": report.records,
            "timezone": report.timezone,
            "left_out": report.left_out._asdict(),
            "unreadable": [one._asdict() for one in report.unreadable],
            "alerts": len(report.alerts),
            "findings": [_build_finding_data(finding) for finding in report.findings],
            "events": [total._asdict() for total in report.totals],
            "match_keys": [
                {"platform": platform, "event": event, "side": side}
                | {key: round(percent, 1) for key, percent in shares.items()}
                for (platform, event, side), shares in report.coverage.items()
            ],
        }
    )


def _build_finding_data(finding: MonitorFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.level,
        "platform": finding.platform,
        "event": finding.event,
        "side": finding.side or None,
        "key": finding.key,
        "owner": finding.owner or None,
        "first": finding.first.isoformat(),
        "last": finding.last.isoformat(),
        "days": finding.days,
        "worst": finding.worst.isoformat() if finding.worst else None,
        "count": finding.count,
        "of": round(finding.expected, 1),
        "message": finding.message,
        "hint": finding.hint or None,
        "ignored": finding.ignored,
        "causes": [
            {
                "commit": cause.commit,
                "day": cause.day.isoformat(),
                "author": cause.author,
                "subject": cause.subject,
                "changes": list(cause.sentences),
            }
            for cause in finding.causes
        ],
    }
