"""Problems as SARIF 2.1.0, which code hosts show beside the lines and keep over time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import gtmgen
from gtmgen.diagnostics import Diagnostic
from gtmgen.report.visible import json_text
from gtmgen.rules.model import Rule
from gtmgen.rules.registry import all_rules
from gtmgen.rules.settings import Ignored

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_diagnostics_sarif(
    diagnostics: Iterable[Diagnostic], ignored: Iterable[Ignored] = ()
) -> str:
    """One run with all problems, sorted by place, and the rules that they are of.

    What the spec says it knows is a result with a suppression, which code hosts show as closed.
    """
    reasons = {problem: entry.reason for problem, entry in ignored}
    problems = sorted([*diagnostics, *reasons], key=Diagnostic.sort_key)
    names = sorted({problem.rule for problem in problems})
    rules = all_rules()
    driver = {
        "name": "gtmgen",
        "version": gtmgen.__version__,
        "rules": [_build_rule(name, rules.get(name)) for name in names],
    }
    results = [
        _build_result(problem, names.index(problem.rule), reasons.get(problem))
        for problem in problems
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _build_rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.reason},
        "help": {"text": rule.reason, "markdown": rule.reason},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _build_result(problem: Diagnostic, index: int, suppression: str | None) -> dict[str, Any]:
    text = problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}"
    region = {
        "startLine": problem.span.line,
        "startColumn": problem.span.col,
        "endColumn": problem.span.col + problem.span.width,
    }
    uri = quote(PurePath(problem.span.file).as_posix())
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    suppressed = (
        {"suppressions": [{"kind": "inSource", "justification": suppression}]}
        if suppression
        else {}
    )
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": problem.severity.value,
        "message": {"text": text},
        "locations": [location],
        **suppressed,
    }
