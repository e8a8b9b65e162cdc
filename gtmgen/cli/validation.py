"""What ``gtmgen validate`` does, once its command line is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gtmgen.cli.checked import Checked, check_spec, merge_specs, without_unset
from gtmgen.cli.output import count_line, show_problems, show_written, talk
from gtmgen.cli.spec import find_named
from gtmgen.cli.stdin import refuse_mixed_stdin
from gtmgen.compile.compiler import compile_both
from gtmgen.diagnostics import Severity
from gtmgen.errors import SpecError
from gtmgen.lint.engine import LINT_ONLY
from gtmgen.refusals.find import find_unsound
from gtmgen.source.document import Source
from gtmgen.spec.load import load_source
from gtmgen.text import listing, plural


def run_validate(
    paths: Sequence[Path],
    env: str | None = None,
    format_: str = "text",
    *,
    quiet: bool = False,
    changed: bool = False,
) -> int:
    """Check every spec in every environment (or in one); 1 when there is an error."""
    refuse_mixed_stdin(paths)
    paths = find_named(paths, others=not changed)
    checked = merge_specs(check_spec(path, env, _check) for path in paths)
    problems = [
        problem for problem in checked.problems if not quiet or problem.severity is Severity.ERROR
    ]
    ignored = checked.ignored
    if format_ != "text":
        from gtmgen.report.diagnostics_report import write_diagnostics

        show_written(write_diagnostics(problems, format_, ignored))
    elif problems:
        show_problems(problems, len(ignored))
    elif not quiet:
        talk(f"{plural(len(paths), 'spec')} checked: {count_line(problems, len(ignored))}")
    if checked.unset and format_ == "text" and not quiet:
        names = listing(checked.unset)
        talk(f"not set here: {names}; compile, plan and push need a value")
    return int(any(problem.severity is Severity.ERROR for problem in problems))


def _check(source: Source, env: str | None) -> Checked:
    try:
        loaded = load_source(source, os.environ, env, needs_values=False)
    except SpecError as error:
        return Checked(list(error.diagnostics))
    try:
        unsound = find_unsound(loaded, compile_both(loaded).containers)
    except SpecError as error:
        unsound = list(error.diagnostics)
    problems = without_unset(unsound, loaded)
    if problems:
        return Checked(problems)
    unused = loaded.unused_ignores(loaded.ignored, unchecked=LINT_ONLY)
    unset = sorted(loaded.document.unset)
    return Checked(list(loaded.warnings), list(loaded.ignored), unused, unset)
