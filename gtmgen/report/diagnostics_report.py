"""Problems as JSON; as text they render themselves (:func:`gtmgen.diagnostics.render`)."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.diagnostics import Diagnostic
from gtmgen.report.visible import json_text

FORMAT_VERSION = "1.0"


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
        }
        for diagnostic in sorted(diagnostics, key=Diagnostic.sort_key)
    ]
    return json_text({"format_version": FORMAT_VERSION, "problems": problems})
