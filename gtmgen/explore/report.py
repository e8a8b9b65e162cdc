"""What exploring found, as text, JSON, Markdown and GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import yaml

from gtmgen.diagnostics import ReadLine, excerpt
from gtmgen.explore.model import Exploration, ExploreFinding
from gtmgen.report.github import LEVELS, format_annotation
from gtmgen.text import plural, printable

FORMAT_VERSION = "2.0"


def exploration_text(exploration: Exploration, read_line: ReadLine) -> str:
    """Each finding with its place, its sentence and a scenario that reproduces it."""
    parts = [_format_finding(one, read_line) for one in exploration.findings]
    if exploration.not_tested:
        lines = [f"  {event}: {reason}" for event, reason in dict.fromkeys(exploration.not_tested)]
        parts.append("\n".join(["not tested:", *lines]))
    return "\n\n".join([*parts, summary(exploration)])


def summary(exploration: Exploration) -> str:
    """One line of counts."""
    missing = len(dict.fromkeys(exploration.not_tested))
    left = f", {missing} not tested" if missing else ""
    findings = plural(len(exploration.findings), "finding")
    return f"{exploration.scenarios} scenarios explored, {findings}{left}"


def _format_finding(one: ExploreFinding, read_line: ReadLine) -> str:
    head = f"{printable(str(one.span))}: {one.severity}[{one.code}]"
    lines = [f"{head}: {one.event}, {one.variant}: {printable(one.message)}"]
    lines += excerpt(one.span, read_line)
    if one.also:
        lines.append(f"  also: {'; '.join(one.also)}")
    lines += ["  reproduce it, under `tests`:", *_indent(reproduction_yaml(one), "    ")]
    return "\n".join(lines)


def reproduction_yaml(one: ExploreFinding) -> str:
    """The scenario as an entry of `tests`."""
    return yaml.safe_dump(
        [one.scenario], sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )


def _indent(text: str, by: str) -> Sequence[str]:
    return [f"{by}{printable(line)}" for line in text.rstrip().split("\n")]


def exploration_json(exploration: Exploration) -> str:
    """One shape, however many specs."""
    document = {
        "format_version": FORMAT_VERSION,
        "scenarios": exploration.scenarios,
        "findings": [_build_finding_data(one) for one in exploration.findings],
        "not_tested": [
            {"event": event, "reason": reason}
            for event, reason in dict.fromkeys(exploration.not_tested)
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _build_finding_data(one: ExploreFinding) -> dict[str, Any]:
    return {
        "rule": one.code,
        "severity": one.severity.value,
        "event": one.event,
        "message": one.message,
        "file": one.span.file,
        "line": one.span.line,
        "column": one.span.col,
        "variant": one.variant,
        "also": list(one.also),
        "scenario": one.scenario,
    }


def exploration_markdown(exploration: Exploration) -> str:
    """For a comment in a pull request."""
    lines = [f"**Explored:** {summary(exploration)}", ""]
    for one in exploration.findings:
        lines.append(
            f"- `{one.span}` **{one.code}** {one.event}, {one.variant}: {printable(one.message)}"
        )
    return "\n".join(lines) + "\n"


def exploration_github(exploration: Exploration) -> str:
    """GitHub's workflow commands."""
    lines = [
        format_annotation(
            LEVELS[one.severity], one.span, one.code, f"{one.event}, {one.variant}: {one.message}"
        )
        for one in exploration.findings
    ]
    return "\n".join([*lines, summary(exploration)])
