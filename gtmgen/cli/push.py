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
from gtmgen.plan.guards import check_together, kind_word
from gtmgen.plan.model import Change
from gtmgen.push.apply import apply, prepare
from gtmgen.report.plan_report import plan_text, summary


def run_push(paths: Sequence[Path], env: str | None, target: str, *, yes: bool, quiet: bool) -> int:
    """Plan, ask and apply, one spec after the other; every spec is checked before the first."""
    compiled = [
        (container, loaded.spec.container.workspace)
        for loaded, container in (compile_file(path, env, quiet=quiet) for path in paths)
    ]
    check_together([container for container, _ in compiled])
    with connect(target, write=True, quiet=quiet) as manager:
        if len(compiled) > 1:
            for container, workspace in compiled:
                prepare(manager, container, workspace, describe(target))
        for container, workspace in compiled:
            _push(manager, container, workspace, target, yes=yes, quiet=quiet)
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
    if not yes:
        _ask()

    def progress(change: Change, done: int, total: int) -> None:
        if not quiet:
            talk(f"[{done}/{total}] {change.action.value} {kind_word(change.kind)} {change.name}")

    try:
        rest = apply(manager, container, plan, progress)
    except KeyboardInterrupt:
        talk("\nwhat was applied so far stays; push again: it goes on from here")
        raise
    if not rest.is_empty:
        raise PartialError(
            f"after the push the workspace still differs: {summary(rest)}",
            hint="somebody else may be changing it; `gtmgen plan` shows what is left",
        )
    data(f"Pushed. Read back: the workspace {workspace} matches the spec.")


def _ask() -> None:
    if not sys.stdin.isatty():
        raise GuardError(
            "nothing was pushed: there is no terminal to ask on",
            hint="give `--yes` to push without a question",
        )
    talk("\nApply these changes? Only `yes` is taken for a yes:")
    if sys.stdin.readline().strip() != "yes":
        raise GuardError("nothing was pushed", hint="answer `yes`, or give `--yes`")
