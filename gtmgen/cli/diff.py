"""``gtmgen diff``."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache, partial
from typing import Annotated

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import QuietOption, TargetOption, Work, one_of
from gtmgen.cli.output import data
from gtmgen.cli.plan import EXIT_CHANGES
from gtmgen.cli.sides import is_spec, read_side
from gtmgen.cli.target import connect, describe
from gtmgen.compare.changes import compare
from gtmgen.errors import UsageError
from gtmgen.report.diff_report import diff_json, diff_markdown, diff_text


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A spec, an export (.json), git:REV:path, GTM-XXXX (what is published), "
            "GTM-XXXX/workspaces/NAME or GTM-XXXX/versions/12 (or live, latest).",
            show_default=False,
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="B", help="Another of these.", show_default=False)],
    env: Annotated[
        str | None,
        typer.Option("--env", help="An environment of the specs.", show_default=False),
    ] = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there are differences.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the fields of what is added or removed.")
    ] = False,
    quiet: QuietOption = False,
) -> Work:
    """Compare two containers by what they mean: IDs, order and spelling never show.

    Files and Git revisions need no credentials.

    Example: gtmgen diff git:origin/main:specs/acme-shop.yaml specs/acme-shop.yaml
    """
    one_of("--format", format_, "text", "json", "markdown")
    return partial(
        run_diff,
        old,
        new,
        env,
        target,
        format_,
        exit_code=exit_code,
        verbose=verbose,
        quiet=quiet,
    )


def run_diff(
    old: str,
    new: str,
    env: str | None,
    target: str,
    format_: str,
    *,
    exit_code: bool,
    verbose: bool,
    quiet: bool,
) -> int:
    """Show what the second one has otherwise; with ``exit_code``, 3 when there is something."""
    if env is not None and not (is_spec(old) or is_spec(new)):
        raise UsageError("`--env` is for specs, and neither side is one")
    target = locate_state(target, [side for side in (old, new) if is_spec(side)])
    with ExitStack() as stack:

        @cache  # both sides may be live, and either alone may not be
        def connected() -> tuple[TagManager, str]:
            manager = stack.enter_context(connect(target, quiet=quiet))
            return manager, describe(target)

        before, after = (read_side(side, env, connected) for side in (old, new))
    found = compare(before.snapshot, after.snapshot)
    if format_ == "json":
        data(diff_json(before.name, after.name, found))
    elif format_ == "markdown":
        data(diff_markdown(before.name, after.name, found))
    else:
        data(diff_text(before.name, after.name, found, verbose=verbose))
    return EXIT_CHANGES if exit_code and not found.is_empty else 0
