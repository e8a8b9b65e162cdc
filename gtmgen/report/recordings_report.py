"""What a recording has wrong, and which events of browser and server pair, as text or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from gtmgen.recordings.model import Pair, RecordingFinding, Sighting, Summary
from gtmgen.report.visible import json_text
from gtmgen.text import plural, printable, quoted

FORMAT_VERSION = "2.0"
_MOST = 20
_T = TypeVar("_T")


def render_finding(finding: RecordingFinding) -> str:
    """``calls.jsonl:3: error[event-id]: data[0].event_id: ...`` and a hint."""
    path = f"{finding.path}: " if finding.path else ""
    where = place_text(finding.file, finding.place)
    line = printable(f"{where}: {finding.level}[{finding.rule}]: {path}{finding.message}")
    return f"{line}\nhint: {printable(finding.hint)}" if finding.hint else line


def place_text(file: str, position: str) -> str:
    """``calls.jsonl:3`` for a line, ``calls.har: entries[3]`` for anything else."""
    kind, _, number = position.partition(" ")
    return f"{file}:{number}" if kind == "line" and number.isdigit() else f"{file}: {position}"


def render_summary(summary: Summary) -> str:
    """The totals, and with both sides given how the events pair."""
    return "\n".join([*_write_totals(summary), *_write_pairs(summary)])


def _write_totals(summary: Summary) -> Iterator[str]:
    parts = [
        f"{plural(summary.requests, 'server request')} with {plural(summary.events, 'event')}",
        plural(summary.browser_events, "browser event"),
        plural(summary.messages, "message"),
    ]
    flaws = [plural(summary.errors, "error"), plural(summary.warnings, "warning")]
    yield f"{', '.join(parts)}: {', '.join(flaws)}"
    if summary.rules:
        counted = sorted(summary.rules.items(), key=lambda item: (-item[1], item[0]))
        yield f"  {', '.join(f'{rule} {count}' for rule, count in counted)}"


def _write_pairs(summary: Summary) -> Iterator[str]:
    if summary.pairs or summary.both_sides:
        states = Counter(pair.state for pair in summary.pairs)
        sides = Counter(one.side for one in summary.lost)
        counts = [f"{states[state]} {state}" for state in ("merged", "dropped", "counted twice")]
        if states["time unknown"]:
            counts.append(f"{states['time unknown']} paired at a time unknown")
        line = f"by name and ID: {', '.join(counts)}"
        if summary.both_sides:
            alone = (f"{sides[side]} from the {side} alone" for side in ("browser", "server"))
            line += f"; {', '.join(alone)}"
        yield line
    if summary.unpaired:
        yield (
            f"{plural(summary.unpaired, 'message')} whose ID the browser makes: no server event "
            "can have it"
        )
    doubled = [pair for pair in summary.pairs if pair.state == "counted twice"]
    yield from _list_first(doubled, _pair_line)
    yield from _list_first(summary.lost, _format_lost_line)


def _list_first(items: Sequence[_T], line: Callable[[_T], str]) -> Iterator[str]:
    """A line for each of the first ones, and how many there are more."""
    yield from map(line, items[:_MOST])
    if len(items) > _MOST:
        yield f"  and {len(items) - _MOST} more"


def _pair_line(pair: Pair) -> str:
    first = place_text(pair.first.file, pair.first.place)
    second = place_text(pair.second.file, pair.second.place)
    return f"  {_name(pair.first)}: counted twice ({first}, {second})"


def _format_lost_line(one: Sighting) -> str:
    return f"  {_name(one)}: the {one.side} alone ({place_text(one.file, one.place)})"


def _name(one: Sighting) -> str:
    return f"{quoted(one.event)} {quoted(one.event_id or '')}"


def render_recordings_json(findings: Iterable[RecordingFinding], summary: Summary) -> str:
    """Everything, in one document."""
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "findings": [_build_finding_data(finding) for finding in findings],
            "totals": {
                "requests": summary.requests,
                "events": summary.events,
                "browser_events": summary.browser_events,
                "messages": summary.messages,
                "errors": summary.errors,
                "warnings": summary.warnings,
                "rules": dict(sorted(summary.rules.items())),
            },
            "pairs": [
                {
                    "account": pair.first.account,
                    "event": pair.first.event,
                    "event_id": pair.first.event_id,
                    "state": pair.state,
                    "seconds": pair.seconds,
                    "first": _build_sighting(pair.first),
                    "second": _build_sighting(pair.second),
                }
                for pair in summary.pairs
            ],
            "lost": [
                {"account": one.account, "event": one.event, "event_id": one.event_id}
                | _build_sighting(one)
                for one in summary.lost
            ],
            "unpaired": summary.unpaired,
        }
    )


def _build_finding_data(finding: RecordingFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.level,
        "message": finding.message,
        "hint": finding.hint or None,
        "file": finding.file,
        "place": finding.place,
        "path": finding.path,
    }


def _build_sighting(one: Sighting) -> dict[str, object]:
    return {"side": one.side, "file": one.file, "place": one.place, "time": one.time}


def render_recordings_markdown(findings: Iterable[RecordingFinding], summary: Summary) -> str:
    """A table of the findings and the totals, for a comment."""
    rows = list(findings)
    lines = ["# Recorded events", "", next(_write_totals(summary)), ""]
    if rows:
        lines += ["| Where | Level | Rule | What |", "|---|---|---|---|"]
        lines += [_make_row(finding) for finding in rows]
        lines.append("")
    pairs = [line.strip() for line in _write_pairs(summary)]
    lines += [f"- {line}" for line in pairs]
    return "\n".join(lines).rstrip()


def _make_row(finding: RecordingFinding) -> str:
    path = f"`{finding.path}`: " if finding.path else ""
    where = place_text(finding.file, finding.place)
    cells = (where, finding.level, finding.rule, f"{path}{finding.message}")
    return f"| {' | '.join(printable(cell).replace('|', chr(92) + '|') for cell in cells)} |"
