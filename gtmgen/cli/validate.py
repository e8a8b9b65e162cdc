"""``gtmgen validate``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.options import EnvOption, QuietOption, SpecsArgument, Work, one_of
from gtmgen.cli.output import count_line, show_problems, show_written, talk
from gtmgen.cli.spec import find_named, refuse_saved_plan
from gtmgen.compile.compiler import compile_spec
from gtmgen.diagnostics import Diagnostic, Severity, drop_repeated
from gtmgen.errors import SpecError
from gtmgen.report.diagnostics_report import FORMATS, write_diagnostics
from gtmgen.source.document import Source, open_source
from gtmgen.spec.load import load_source
from gtmgen.text import plural


def validate(
    specs: SpecsArgument,
    env: EnvOption = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, github or sarif.")] = "text",
    changed: Annotated[
        bool, typer.Option("--changed", help="Leave out files that belong to no spec.")
    ] = False,
    quiet: QuietOption = False,
) -> Work:
    """Check specs, with all their environments, and report every problem.

    A folder stands for every spec below it, an included file for the specs that include it.
    With --changed, a hook may name all changed files.

    Example: gtmgen validate specs/*.yaml
    """
    one_of("--format", format_, "text", *FORMATS)
    return partial(run_validate, specs, env, format_, quiet, changed=changed)


def run_validate(
    paths: Sequence[Path], env: str | None, format_: str, quiet: bool, *, changed: bool = False
) -> int:
    """Check every spec in every environment (or in one); 1 when there is an error."""
    paths = find_named(paths, others=not changed)
    told = drop_repeated(problem for path in paths for problem in _problems(path, env))
    problems = [problem for problem in told if not quiet or problem.severity is Severity.ERROR]
    if format_ != "text":
        show_written(write_diagnostics(problems, format_))
    elif problems:
        show_problems(problems)
    elif not quiet:
        talk(f"{plural(len(paths), 'spec')} checked: {count_line(problems)}")
    return int(any(problem.severity is Severity.ERROR for problem in problems))


def _problems(path: Path, env: str | None) -> list[Diagnostic]:
    refuse_saved_plan(path)
    try:
        source = open_source(path)
    except SpecError as error:
        return list(error.diagnostics)
    names = [env] if env is not None else [None, *source.environments]
    told: list[Diagnostic] = []
    for name in names:
        # What every environment has is said once, without a name.
        new = drop_repeated([*told, *_problems_in(source, name)])[len(told) :]
        suffix = "" if name is None else f" (`--env {name}`)"
        told += [problem._replace(message=problem.message + suffix) for problem in new]
    return told


def _problems_in(source: Source, env: str | None) -> list[Diagnostic]:
    try:
        loaded = load_source(source, os.environ, env)
        compile_spec(loaded)
    except SpecError as error:
        return list(error.diagnostics)
    return list(loaded.warnings)
