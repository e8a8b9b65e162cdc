"""``gtmgen test --explore``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from gtmgen.cli.output import data, read_source_line
from gtmgen.cli.spec import compile_file
from gtmgen.cli.test import TestOptions, read_export
from gtmgen.container.export import export_json
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
from gtmgen.scenarios.run import Setting


def run_explore(specs: Sequence[Path], options: TestOptions) -> int:
    """Explore each spec; 1 when an error is found."""
    if options.format == "junit":
        raise UsageError("`--explore` has no `junit`", hint="use text, json, markdown or github")
    given = read_export(options.container) if options.container is not None else None
    found = Exploration((), (), 0)
    for path in specs:
        loaded, container = compile_file(path, options.env, quiet=options.quiet)
        export = json.loads(export_json(container)) if given is None else given
        setting = Setting(engine=options.engine, executable=options.chromium, trace=options.trace)
        one = explore(loaded, export, setting, options.keyword)
        found = Exploration(
            found.findings + one.findings,
            found.not_tested + one.not_tested,
            found.scenarios + one.scenarios,
        )
    if options.format == "text":
        data(exploration_text(found, lru_cache(maxsize=1024)(read_source_line)))
    else:
        report = {
            "json": exploration_json,
            "markdown": exploration_markdown,
            "github": exploration_github,
        }
        data(report[options.format](found))
    return int(any(one.severity is Severity.ERROR for one in found.findings))
