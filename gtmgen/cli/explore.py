"""``gtmgen test --explore``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gtmgen.cli.output import data, make_line_reader
from gtmgen.cli.spec import load_spec
from gtmgen.cli.test import TestOptions, pick_halves, read_export
from gtmgen.diagnostics import Severity
from gtmgen.errors import UsageError
from gtmgen.explore.model import Exploration
from gtmgen.explore.report import (
    exploration_github,
    exploration_json,
    exploration_markdown,
    exploration_text,
)
from gtmgen.explore.run import explore


def run_explore(specs: Sequence[Path], options: TestOptions) -> int:
    """Explore each spec; 1 when an error is found."""
    if options.format == "junit":
        raise UsageError("`--explore` has no `junit`", hint="use text, json, markdown or github")
    exported = read_export(options.container) if options.container is not None else None
    total = Exploration((), (), 0)
    for path in specs:
        loaded = load_spec(path, options.env, quiet=options.quiet, needs_values=False)
        export, server = pick_halves(loaded, exported)
        one = explore(loaded, export, options.setting, options.keyword, server)
        total = Exploration(
            total.findings + one.findings,
            total.not_tested + one.not_tested,
            total.scenarios + one.scenarios,
        )
    if options.format == "text":
        data(exploration_text(total, make_line_reader()))
    else:
        report = {
            "json": exploration_json,
            "markdown": exploration_markdown,
            "github": exploration_github,
        }
        data(report[options.format](total))
    return int(any(one.severity is Severity.ERROR for one in total.findings))
