"""Visits of a site and what is wrong with them: text, JSON, JUnit, Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import SubElement

from gtmgen.diagnostics import Diagnostic, ReadLine, Severity, render
from gtmgen.report.junit import clean_text, make_root, write_xml
from gtmgen.report.verify_entries import Json, build_entry_json
from gtmgen.report.visible import cell, json_text
from gtmgen.text import plural, printable
from gtmgen.verify.model import (
    RecordedMessage,
    RecordedRequest,
    SentCall,
    StepSeen,
    Verification,
    VisitFinding,
)
from gtmgen.verify.personal import hide_addresses

FORMAT_VERSION = "2.0"
_MOST_HOSTS = 8


def verify_text(verifications: Sequence[Verification], read_line: ReadLine) -> str:
    """Findings with the lines of the spec, and a line for each journey."""
    parts = []
    for one in verifications:
        diagnostics = [_build_diagnostic(finding, one) for finding in one.findings]
        parts += [render(diagnostics, read_line)] if diagnostics else []
        parts.append(format_summary_line(one))
    return "\n\n".join(parts)


def _build_diagnostic(finding: VisitFinding, verification: Verification) -> Diagnostic:
    where = format_moment(finding, verification.recording.steps)
    message = f"{finding.message}{f' ({where})' if where else ''}"
    hint = finding.hint or None
    return Diagnostic(finding.span, finding.kind, Severity(finding.level), message, hint)


def format_moment(finding: VisitFinding, steps: Sequence[StepSeen]) -> str:
    """``step 6 `click #add`, 2.8 s``, ``load /, 0.4 s``; empty for what has no moment."""
    if finding.order < 0:
        return ""
    title = next((one.title for one in steps if one.number == finding.step), "")
    if finding.step < 0:
        return f"{title or 'load'}, {finding.seconds:.1f} s"
    return f"step {finding.step + 1}{f' `{title}`' if title else ''}, {finding.seconds:.1f} s"


def format_summary_line(one: Verification) -> str:
    """``A visitor buys: 1 error; 9 steps, 12 messages, 14 calls (tiktok 9, ga4 5), ...``"""
    entries = one.recording.entries
    counts = Counter(finding.level for finding in one.findings)
    told = [plural(counts[level], level) for level in ("error", "warning") if counts[level]]
    calls = Counter(entry.call.pack for entry in entries if isinstance(entry, SentCall))
    by_pack = ", ".join(f"{pack} {count}" for pack, count in sorted(calls.items()))
    parts = [
        plural(len(one.recording.steps), "step"),
        plural(sum(isinstance(entry, RecordedMessage) for entry in entries), "message"),
        plural(calls.total(), "call") + (f" ({by_pack})" if by_pack else ""),
        *_list_requests(one),
    ]
    name = printable(one.recording.scenario.name)
    return f"{name}: {', '.join(told) or 'nothing found'}; {', '.join(parts)}"


def _list_requests(one: Verification) -> Iterator[str]:
    fates = Counter(
        entry.fate for entry in one.recording.entries if isinstance(entry, RecordedRequest)
    )
    yield plural(fates["sent"], "request") + " sent"
    if fates["recorded"]:
        yield f"{fates['recorded']} recorded"
    if fates["blocked"]:
        yield f"{fates['blocked']} blocked"
    if one.recording.is_insecure:
        yield "certificates not checked"


def describe_blocked(verifications: Sequence[Verification]) -> str:
    """Which hosts were kept away, and how to let them; empty where none was."""
    hosts = Counter(
        entry.host
        for one in verifications
        for entry in one.recording.entries
        if isinstance(entry, RecordedRequest) and entry.fate == "blocked"
    )
    if not hosts:
        return ""
    names = [f"{printable(host)} ({count})" for host, count in hosts.most_common(_MOST_HOSTS)]
    more = f" and {len(hosts) - _MOST_HOSTS} more hosts" if len(hosts) > _MOST_HOSTS else ""
    return f"blocked, since nobody named them (`--allow-host`): {', '.join(names)}{more}"


def describe_unseen(verifications: Sequence[Verification]) -> str:
    """Accounts whose calls nobody could see; empty where there is none."""
    names = dict.fromkeys(name for one in verifications for name in one.unseen)
    return f"not judged, since their calls cannot be seen: {', '.join(names)}" if names else ""


def verify_json(verifications: Sequence[Verification]) -> str:
    """One shape, however many journeys; personal data are stars."""
    findings = [finding for one in verifications for finding in one.findings]
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "errors": sum(one.level == "error" for one in findings),
            "warnings": sum(one.level == "warning" for one in findings),
            "visits": [_visit(one) for one in verifications],
        }
    )


def _visit(one: Verification) -> Json:
    recording = one.recording
    return {
        "journey": recording.scenario.name,
        "url": recording.url,
        "began": recording.began,
        "stopped": recording.stopped,
        "certificates_checked": not recording.is_insecure,
        "not_judged": list(one.unseen),
        "findings": [_build_finding(finding) for finding in one.findings],
        "steps": [
            {
                "number": step.number,
                "title": step.title,
                "url": hide_addresses(step.url),
                "seconds": step.seconds,
            }
            for step in recording.steps
        ],
        "entries": [build_entry_json(entry, one.personal) for entry in recording.entries],
        "server_events": [
            {
                "account": event.account,
                "event": event.event,
                "event_id": event.event_id,
                "params": one.personal.hide_in_params(event.params),
            }
            for event in one.server_events
        ],
    }


def _build_finding(finding: VisitFinding) -> Json:
    return {
        "rule": finding.kind,
        "severity": finding.level,
        "message": finding.message,
        "hint": finding.hint or None,
        "file": finding.span.file,
        "line": finding.span.line,
        "column": finding.span.col,
        "step": finding.step,
        "seconds": finding.seconds,
        "entry": finding.order,
        "platform": finding.platform,
    }


def verify_junit(verifications: Sequence[Verification]) -> str:
    """JUnit XML: a test case for each journey, with a failure for each error."""
    root = make_root()
    failed = sum(one.has_errors for one in verifications)
    suite = SubElement(
        root, "testsuite", name="verify", tests=str(len(verifications)), failures=str(failed)
    )
    for one in verifications:
        steps = one.recording.steps
        seconds = f"{steps[-1].seconds if steps else 0:.3f}"
        name = clean_text(one.recording.scenario.name)
        case = SubElement(suite, "testcase", classname="verify", name=name, time=seconds)
        if one.recording.is_insecure:
            properties = SubElement(case, "properties")
            SubElement(properties, "property", name="certificates", value="not checked")
        for finding in one.findings:
            if finding.level == "error":
                told = clean_text(f"{finding.kind}: {finding.message}")
                element = SubElement(case, "failure", message=told, type=finding.kind)
                where = format_moment(finding, steps)
                lines = filter(None, [str(finding.span), where, finding.hint])
                element.text = clean_text("\n".join(lines))
    return write_xml(root)


def verify_markdown(verifications: Sequence[Verification]) -> str:
    """For a comment in a pull request."""
    lines = []
    for one in verifications:
        lines += [f"**{cell(format_summary_line(one))}**", ""]
        for finding in one.findings:
            where = format_moment(finding, one.recording.steps)
            told = f"`{finding.span}` {cell(finding.message)}{f' ({cell(where)})' if where else ''}"
            lines.append(f"- {finding.level} `{finding.kind}`: {told}")
            lines += [f"  - {cell(finding.hint)}"] if finding.hint else []
        lines += [""] if one.findings else []
    return "\n".join(lines).rstrip() + "\n"
