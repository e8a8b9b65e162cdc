"""Problems as JSON; as text they render themselves (:func:`gtmgen.diagnostics.render`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gtmgen.diagnostics import Diagnostic
from gtmgen.errors import GtmgenError, SpecError
from gtmgen.report.github import LEVELS, format_annotation
from gtmgen.report.visible import json_text
from gtmgen.rules.settings import Ignored

FORMAT_VERSION = "1.0"


def render_diagnostics_github(
    diagnostics: Iterable[Diagnostic], ignored: Iterable[Ignored] = ()
) -> str:
    """An annotation for each problem, sorted by place; empty without any."""
    del ignored  # an annotation asks for something to be done
    return "\n".join(
        format_annotation(
            LEVELS[problem.severity],
            problem.span,
            problem.rule,
            problem.message if problem.hint is None else f"{problem.message}\n{problem.hint}",
        )
        for problem in sorted(diagnostics, key=Diagnostic.sort_key)
    )


def write_diagnostics(
    diagnostics: Iterable[Diagnostic], format_: str, ignored: Iterable[Ignored] = ()
) -> str:
    """The problems in one of :data:`FORMATS`, beside those that the spec says it knows."""
    return FORMATS[format_](diagnostics, ignored)


def render_diagnostics_json(
    diagnostics: Iterable[Diagnostic], ignored: Iterable[Ignored] = ()
) -> str:
    """All problems, sorted by place."""
    problems = [
        _build_problem_json(problem) for problem in sorted(diagnostics, key=Diagnostic.sort_key)
    ]
    ignored_data = [
        {**_build_problem_json(problem), "reason": entry.reason}
        for problem, entry in sorted(ignored, key=lambda item: item.diagnostic.sort_key())
    ]
    return json_text(
        {"format_version": FORMAT_VERSION, "problems": problems, "ignored": ignored_data}
    )


def render_error_json(error: GtmgenError) -> str:
    """What stopped a command, beside the problems of the spec, if it was they: in their shape."""
    problems = error.diagnostics if isinstance(error, SpecError) else ()
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "problems": [_build_problem_json(problem) for problem in problems],
            "ignored": [],
            "error": {
                "message": error.message,
                "hint": error.hint,
                "exit_code": error.exit_code,
            },
        }
    )


def _build_problem_json(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "file": diagnostic.span.file,
        "line": diagnostic.span.line,
        "column": diagnostic.span.col,
        "path": list(diagnostic.path),
        "fix": diagnostic.fix,
    }


def _render_diagnostics_sarif(
    diagnostics: Iterable[Diagnostic], ignored: Iterable[Ignored] = ()
) -> str:
    from gtmgen.report.sarif import render_diagnostics_sarif  # 3 ms with the pages of the rules

    return render_diagnostics_sarif(diagnostics, ignored)


FORMATS: dict[str, Callable[[Iterable[Diagnostic], Iterable[Ignored]], str]] = {
    "json": render_diagnostics_json,
    "github": render_diagnostics_github,
    "sarif": _render_diagnostics_sarif,
}
