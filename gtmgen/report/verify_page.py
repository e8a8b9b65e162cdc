"""Visits as one HTML file: findings, a timeline of each step, and pictures of the pages.

It runs no script and asks nobody for anything; whatever a page said is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import jinja2
from markupsafe import Markup, escape

import gtmgen
from gtmgen.diagnostics import ReadLine, excerpt
from gtmgen.packs.load import templates_directory
from gtmgen.report.verify_entries import build_entry_json, format_entry_title, name_kind
from gtmgen.report.verify_report import (
    describe_blocked,
    describe_unseen,
    format_moment,
    format_summary_line,
)
from gtmgen.report.visible import json_text
from gtmgen.text import plural, printable
from gtmgen.verify.model import (
    Entry,
    RecordedMessage,
    RecordedRequest,
    SentCall,
    StepSeen,
    Verification,
    VisitFinding,
)
from gtmgen.verify.personal import hide_addresses

_SKIPPED = ("kind", "order", "step", "seconds", "document")
_LOAD = -1
_MOST_ENTRIES = 200  # of a step; what else nothing is found in stands behind one line
_CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True)
class _ShownFinding:
    id: str
    level: str
    kind: str
    message: str
    hint: str
    place: str
    moment: str
    entry: str
    excerpt: str


@dataclass(frozen=True)
class _ShownEntry:
    id: str
    time: str
    kind: str
    title: str
    details: str = ""
    findings: tuple[_ShownFinding, ...] = ()


@dataclass(frozen=True)
class _ShownStep:
    title: str
    url: str
    picture: str
    entries: tuple[_ShownEntry, ...] = ()
    requests: tuple[_ShownEntry, ...] = ()
    requests_title: str = ""
    more: tuple[_ShownEntry, ...] = ()
    more_title: str = ""


@dataclass(frozen=True)
class _ShownVisit:
    id: str
    name: str
    summary: str
    findings: tuple[_ShownFinding, ...] = ()
    steps: tuple[_ShownStep, ...] = field(default_factory=tuple)


def verify_page(verifications: Sequence[Verification], spec: str, read_line: ReadLine) -> str:
    """The page; ``spec`` is the name of the spec's file, ``read_line`` gives lines of it."""
    style = (templates_directory() / "verify" / "visit.css").read_text(encoding="utf-8").strip()
    counts = Counter(one.level for visit in verifications for one in visit.findings)
    counted = [plural(counts[level], level) for level in ("error", "warning") if counts[level]]
    first = verifications[0].recording if verifications else None
    return _build_template().render(
        title=f"Visit of {first.url}" if first else "Visit",
        began=_format_time(first.began) if first else "",
        spec=spec,
        version=gtmgen.__version__,
        verdict=", ".join(counted) or "nothing found",
        errors=counts["error"],
        warnings=counts["warning"],
        notes=[
            text
            for text in (describe_blocked(verifications), describe_unseen(verifications))
            if text
        ],
        visits=[_visit(index, one, read_line) for index, one in enumerate(verifications)],
        style=Markup(style),  # noqa: S704  (a file of ours)
        style_hash=f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}",
    )


@cache
def _build_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_directory() / "verify"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["code"] = _mark_code
    return environment.get_template("visit.html")


def _mark_code(text: str) -> Markup:
    """The text escaped, and what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped)


def _format_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _visit(index: int, one: Verification, read_line: ReadLine) -> _ShownVisit:
    prefix = f"visit-{index + 1}"
    findings = tuple(
        _build_finding(f"{prefix}-finding-{number + 1}", prefix, finding, one, read_line)
        for number, finding in enumerate(one.findings)
    )
    by_order: dict[int, list[_ShownFinding]] = {}
    for shown, finding in zip(findings, one.findings, strict=True):
        by_order.setdefault(finding.order, []).append(shown)
    return _ShownVisit(
        prefix,
        one.recording.scenario.name,
        format_summary_line(one).removeprefix(f"{printable(one.recording.scenario.name)}: "),
        findings,
        tuple(_build_step(prefix, step, one, by_order) for step in _list_steps(one)),
    )


def _list_steps(one: Verification) -> list[StepSeen]:
    """The steps, and those whose entries were seen though they did not come to their end."""
    steps = list(one.recording.steps)
    described = {step.number for step in steps}
    for number in sorted({entry.at.step for entry in one.recording.entries} - described):
        steps.append(StepSeen(number, "not finished", "", 0.0))
    return steps


def _build_finding(
    id_: str, prefix: str, finding: VisitFinding, one: Verification, read_line: ReadLine
) -> _ShownFinding:
    return _ShownFinding(
        id_,
        finding.level,
        finding.kind,
        finding.message,
        finding.hint,
        str(finding.span),
        format_moment(finding, one.recording.steps),
        f"{prefix}-entry-{finding.order}",
        "\n".join(excerpt(finding.span, read_line)),
    )


def _build_step(
    prefix: str, step: StepSeen, one: Verification, by_order: dict[int, list[_ShownFinding]]
) -> _ShownStep:
    of_step = [entry for entry in one.recording.entries if entry.at.step == step.number]
    requests = tuple(
        _build_entry(prefix, e, one, by_order) for e in of_step if _is_quiet(e, by_order)
    )
    entries = tuple(
        _build_entry(prefix, e, one, by_order) for e in of_step if not _is_quiet(e, by_order)
    )
    told = [entry for entry in entries[_MOST_ENTRIES:] if entry.findings]
    more = tuple(entry for entry in entries[_MOST_ENTRIES:] if not entry.findings)
    name = f"Step {step.number + 1}: " if step.number > _LOAD else ""
    picture = base64.b64encode(step.picture).decode()
    return _ShownStep(
        printable(f"{name}{step.title}"),
        str(hide_addresses(step.url)),
        f"data:image/jpeg;base64,{picture}" if picture else "",
        (*entries[:_MOST_ENTRIES], *told),
        requests,
        plural(len(requests), "request"),
        more,
        f"{len(more):,} more",
    )


def _is_quiet(entry: Entry, by_order: dict[int, list[_ShownFinding]]) -> bool:
    """Requests are many: those without a finding stand behind one line."""
    return isinstance(entry, RecordedRequest) and entry.at.order not in by_order


def _build_entry(
    prefix: str, entry: Entry, one: Verification, by_order: dict[int, list[_ShownFinding]]
) -> _ShownEntry:
    kind: str = entry.fate if isinstance(entry, RecordedRequest) else name_kind(entry)
    details = ""
    if isinstance(entry, RecordedMessage | SentCall):
        data = build_entry_json(entry, one.personal)
        more = {key: value for key, value in data.items() if key not in _SKIPPED}
        details = json_text(more)
    return _ShownEntry(
        f"{prefix}-entry-{entry.at.order}",
        f"{entry.at.seconds:.1f}",
        kind,
        format_entry_title(entry),
        details,
        tuple(by_order.get(entry.at.order, ())),
    )
