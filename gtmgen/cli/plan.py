"""``gtmgen plan``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gtmgen.cli.output import data
from gtmgen.cli.spec import compile_file
from gtmgen.cli.target import connect, describe
from gtmgen.plan.model import Plan
from gtmgen.push.apply import prepare
from gtmgen.report.plan_report import plan_markdown, plan_text, plans_json

EXIT_CHANGES = 3


def run_plan(
    paths: Sequence[Path],
    env: str | None,
    target: str,
    format_: str,
    *,
    exit_code: bool,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show the plan of each spec; with ``exit_code``, 3 when one of them has changes."""
    compiled = [compile_file(path, env, quiet=quiet) for path in paths]
    with connect(target, write=False, quiet=quiet) as manager:
        plans = [
            prepare(manager, container, loaded.spec.container.workspace, describe(target))
            for loaded, container in compiled
        ]
    data(_render(plans, format_, verbose))
    return EXIT_CHANGES if exit_code and any(not plan.is_empty for plan in plans) else 0


def _render(plans: Sequence[Plan], format_: str, verbose: bool) -> str:
    if format_ == "markdown":
        return "\n\n".join(map(plan_markdown, plans))
    if format_ == "json":
        return plans_json(plans)
    return "\n\n".join(plan_text(plan, verbose=verbose) for plan in plans)
