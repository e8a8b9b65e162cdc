"""The command line of ``gtmgen validate``."""

from __future__ import annotations

from typing import Annotated

import typer

from gtmgen.cli.options import EnvOption, QuietOption, SpecsArgument, one_of
from gtmgen.cli.validation import run_validate
from gtmgen.report.diagnostics_report import FORMATS


def validate(
    specs: SpecsArgument,
    env: EnvOption = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, github or sarif.")] = "text",
    changed: Annotated[
        bool, typer.Option("--changed", help="Skip files that belong to no spec.")
    ] = False,
    quiet: QuietOption = False,
) -> int:
    """Check specs, and report every problem with its place. All environments of a spec are checked.

    A folder means every spec below it, an included file the specs that include it. With --changed,
    a pre-commit hook can pass every changed file. `-` reads one spec from stdin.

    Example: gtmgen validate specs/*.yaml
    """
    one_of("--format", format_, "text", *FORMATS)
    return run_validate(specs, env, format_, quiet=quiet, changed=changed)
