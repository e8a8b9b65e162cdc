"""Problems as JSON; as text they render themselves (:func:`gtmgen.diagnostics.render`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gtmgen.diagnostics import Diagnostic, Severity
from gtmgen.report.github import annotation
from gtmgen.report.sarif import diagnostics_sarif
from gtmgen.report.visible import json_text

FORMAT_VERSION = "1.0"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def diagnostics_github(diagnostics: Iterable[Diagnostic]) -> str:
    """An annotation for each problem, sorted by place; empty without any."""
    return "\n".join(
        annotation(
            _LEVELS[problem.severity],
            problem.span,
            problem.rule,
            problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}",
        )
        for problem in sorted(diagnostics, key=Diagnostic.sort_key)
    )


def write_diagnostics(diagnostics: Iterable[Diagnostic], format_: str) -> str:
    """The problems in one of :data:`FORMATS`."""
    return FORMATS[format_](diagnostics)


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> str:
    """All problems, sorted by place."""
    problems = [
        {
            "rule": diagnostic.rule,
            "severity": diagnostic.severity.value,
            "message": diagnostic.message,
            "hint": diagnostic.hint,
            "file": diagnostic.span.file,
            "line": diagnostic.span.line,
            "column": diagnostic.span.col,
            "path": list(diagnostic.path),
        }
        for diagnostic in sorted(diagnostics, key=Diagnostic.sort_key)
    ]
    return json_text({"format_version": FORMAT_VERSION, "problems": problems})


FORMATS: dict[str, Callable[[Iterable[Diagnostic]], str]] = {
    "json": diagnostics_json,
    "github": diagnostics_github,
    "sarif": diagnostics_sarif,
}
