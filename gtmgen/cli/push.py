"""``gtmgen push``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gtmgen.api.port import TagManager
from gtmgen.cli.output import data, talk
from gtmgen.cli.spec import compile_file
from gtmgen.cli.target import connect, describe
from gtmgen.container.entities import Container
from gtmgen.errors import GuardError, PartialError
from gtmgen.plan.model import Change
from gtmgen.push.apply import apply, prepare
from gtmgen.report.plan_report import plan_text, summary


def run_push(paths: Sequence[Path], env: str | None, target: str, *, yes: bool, quiet: bool) -> int:
    """Plan, ask and apply, one spec after the other; every spec is compiled before the first."""
    compiled = [compile_file(path, env, quiet=quiet) for path in paths]
    with connect(target, write=True, quiet=quiet) as manager:
        for loaded, container in compiled:
            _push(manager, container, loaded.spec.container.workspace, target, yes=yes, quiet=quiet)
    return 0


def _push(
    manager: TagManager,
    container: Container,
    workspace: str,
    target: str,
    *,
    yes: bool,
    quiet: bool,
) -> None:
    plan = prepare(manager, container, workspace, describe(target))
    data(plan_text(plan))
    if plan.is_empty:
        return
    if not yes and not _agreed():
        raise GuardError("nothing was pushed", hint="answer `yes`, or give `--yes`")

    def progress(change: Change, done: int, total: int) -> None:
        if not quiet:
            talk(f"[{done}/{total}] {change.action.value} {change.kind.value} {change.name}")

    rest = apply(manager, container, plan, progress)
    if not rest.is_empty:
        raise PartialError(
            f"after the push the workspace still differs: {summary(rest)}",
            hint="somebody else may be changing it; `gtmgen plan` shows what is left",
        )
    data(f"Pushed. Read back: the workspace {workspace} matches the spec.")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    talk("")
    return input("Apply these changes? Only `yes` is taken for a yes: ").strip() == "yes"
