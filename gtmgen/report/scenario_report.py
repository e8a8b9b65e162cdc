"""The results of scenarios as text, JSON, JUnit, Markdown and GitHub's annotations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from gtmgen.diagnostics import ReadLine, Span, excerpt
from gtmgen.report.github import format_annotation
from gtmgen.report.junit import clean_text, make_root, write_xml
from gtmgen.scenarios.model import Call, Failure, Result, Status
from gtmgen.text import printable

FORMAT_VERSION = "2.0"
_ORDER = (Status.FAILED, Status.NOT_TESTED, Status.PASSED)


def render_scenario_text(results: Sequence[Result], read_line: ReadLine) -> str:
    """Failures with their excerpts, what was not tested, and a line of counts."""
    parts = []
    for result in results:
        if result.status is Status.FAILED:
            parts.append(_render_failed(result, read_line))
        elif result.status is Status.NOT_TESTED:
            parts.append(f"NOT TESTED  {printable(result.scenario.name)}\n  {result.reason}")
    return "\n\n".join([*parts, count_line(results)])


def _render_failed(result: Result, read_line: ReadLine) -> str:
    lines = [f"FAILED  {printable(result.scenario.name)}"]
    for failure in result.failures:
        lines += ["", f"{printable(str(failure.span))}: {printable(failure.message)}"]
        lines += excerpt(failure.span, read_line)
        lines += [f"  {printable(text)}" for text in failure.details]
    return "\n".join(lines)


def count_line(results: Sequence[Result]) -> str:
    """``2 failed, 1 not tested, 14 passed``."""
    counts = Counter(result.status for result in results)
    parts = [f"{counts[status]} {status.value}" for status in _ORDER if counts[status]]
    return ", ".join(parts) or "no scenarios"


def render_scenario_json(results: Sequence[Result]) -> str:
    """One shape, however many specs."""
    counts = Counter(result.status for result in results)
    document = {
        "format_version": FORMAT_VERSION,
        "passed": counts[Status.PASSED],
        "failed": counts[Status.FAILED],
        "not_tested": counts[Status.NOT_TESTED],
        "scenarios": [_build_json(result) for result in results],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _build_json(result: Result) -> dict[str, Any]:
    return {
        "name": result.scenario.name,
        "status": result.status.value.replace(" ", "_"),
        **_place(result.span),
        "engine": result.engine,
        "seconds": round(result.seconds, 4),
        "reason": result.reason,
        "failures": [
            {**_place(one.span), "message": one.message, "details": list(one.details)}
            for one in result.failures
        ],
        "calls": [_call(call) for call in result.calls],
    }


def _place(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line, "column": span.col}


def _call(call: Call) -> dict[str, Any]:
    return {
        "platform": call.pack,
        "account": call.account,
        "method": call.method,
        "event": call.event,
        "step": call.step,
        "event_id": call.event_id,
        "params": dict(call.params),
        "identify": dict(call.identify),
        "state": call.state,
        "addressed": call.addressed,
    }


def render_scenario_junit(results: Sequence[Result]) -> str:
    """JUnit XML: a test suite for each file, a test case for each scenario."""
    root = make_root()
    suites: dict[str, list[Result]] = {}
    for result in results:
        suites.setdefault(result.span.file, []).append(result)
    for file, members in suites.items():
        counts = Counter(result.status for result in members)
        suite = SubElement(
            root,
            "testsuite",
            name=file,
            tests=str(len(members)),
            failures=str(counts[Status.FAILED]),
            skipped=str(counts[Status.NOT_TESTED]),
            time=f"{sum(result.seconds for result in members):.3f}",
        )
        for result in members:
            _add_junit_case(suite, result)
    return write_xml(root)


def _add_junit_case(suite: Element, result: Result) -> None:
    name = clean_text(result.scenario.name)
    seconds = f"{result.seconds:.3f}"
    case = SubElement(suite, "testcase", classname=result.span.file, name=name, time=seconds)
    case.set("file", result.span.file)
    case.set("line", str(result.span.line))
    for failure in result.failures:
        element = SubElement(case, "failure", message=clean_text(failure.message))
        element.text = clean_text("\n".join([str(failure.span), *failure.details]))
    if result.status is Status.NOT_TESTED:
        SubElement(case, "skipped", message=clean_text(result.reason))


def render_scenario_markdown(results: Sequence[Result]) -> str:
    """For a comment in a pull request."""
    lines = [f"**Scenarios:** {count_line(results)}", ""]
    unpassed = [result for result in results if result.status is not Status.PASSED]
    for result in unpassed:
        lines.append(f"- **{result.status.value}**: {_escape_markdown(result.scenario.name)}")
        if result.reason:
            lines.append(f"  - {_escape_markdown(result.reason)}")
        for failure in result.failures:
            lines.append(f"  - `{failure.span}` {_escape_markdown(failure.message)}")
            if failure.details:
                inner = [f"    {text}" for text in failure.details]
                lines += ["", "    ```text", *inner, "    ```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _escape_markdown(text: str) -> str:
    return printable(text).replace("|", "\\|").replace("<", "&lt;")


def render_scenario_github(results: Sequence[Result]) -> str:
    """GitHub's workflow commands: an error at each failed expectation."""
    lines = []
    for result in results:
        for failure in result.failures:
            lines.append(_format_annotation("error", result, failure))
        if result.status is Status.NOT_TESTED:
            not_tested = Failure(result.span, f"not tested: {result.reason}")
            lines.append(_format_annotation("notice", result, not_tested))
    return "\n".join([*lines, count_line(results)])


def _format_annotation(level: str, result: Result, failure: Failure) -> str:
    body = "\n".join([failure.message, *failure.details])
    return format_annotation(level, failure.span, result.scenario.name, body)
