"""Problems as JSON; as text they render themselves (:func:`gtmgen.diagnostics.render`)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from gtmgen.diagnostics import Diagnostic

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
    return json.dumps(
        {"format_version": FORMAT_VERSION, "problems": problems}, indent=2, ensure_ascii=False
    )
