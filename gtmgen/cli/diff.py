"""``gtmgen diff``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from typing import Annotated, NamedTuple

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.colour import paint_for_stdout
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import NoColorOption, QuietOption, TargetOption, one_of
from gtmgen.cli.output import data
from gtmgen.cli.plan import EXIT_CHANGES
from gtmgen.cli.sides import STDIN, DiffSide, is_spec, read_pairs, review_sides
from gtmgen.cli.target import connect, describe
from gtmgen.compare.managed import managed as only_managed
from gtmgen.errors import UsageError
from gtmgen.report.comment_report import Review, write_comment
from gtmgen.report.diff_report import diff_json, diff_markdown, diff_text

FORMATS = ("text", "json", "markdown", "comment")


class DiffOptions(NamedTuple):
    """The options of `gtmgen diff`."""

    old: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A spec, an export (.json), git:REV:path, git:REV (of B), `-` (stdin), GTM-XXXX "
            "(what is published), GTM-XXXX/workspaces/NAME or GTM-XXXX/versions/12 (or live, "
            "latest).",
            show_default=False,
        ),
    ]
    new: Annotated[str, typer.Argument(metavar="B", help="Another of these.", show_default=False)]
    env: Annotated[
        str | None,
        typer.Option("--env", help="An environment of the specs.", show_default=False),
    ] = None
    target: TargetOption = "api"
    format: Annotated[
        str,
        typer.Option("--format", help="text, json, markdown, or comment (for a pull request)."),
    ] = "text"
    managed: Annotated[
        bool, typer.Option("--managed", help="Only what gtmgen made; with a spec, its project's.")
    ] = False
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there are differences.")
    ] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every entity and field, too.")
    ] = False
    no_color: NoColorOption = False
    quiet: QuietOption = False


def diff(options: DiffOptions) -> int:
    """Compare two specs or containers by what they mean. IDs, order and spelling do not count.

    Files and Git revisions need no credentials.

    Example: gtmgen diff git:origin/main:specs/acme-shop.yaml specs/acme-shop.yaml
    """
    one_of("--format", options.format, *FORMATS)
    old, new = options.old, options.new
    if options.env is not None and not (is_spec(old) or is_spec(new) or STDIN in (old, new)):
        raise UsageError("`--env` is for specs, and neither side is one")
    target = locate_state(options.target, [side for side in (old, new) if is_spec(side)])
    with ExitStack() as stack:

        @cache  # both sides may be live, and either alone may not be
        def connected() -> tuple[TagManager, str]:
            manager = stack.enter_context(connect(target, quiet=options.quiet))
            return manager, describe(target)

        pairs = read_pairs(old, new, options.env, connected)
    if options.managed:
        pairs = [_only_managed(*pair) for pair in pairs]
    reviews = [review_sides(before, after) for before, after in pairs]
    data(_render(reviews, options))
    is_empty = all(review.differences.is_empty for review in reviews)
    return EXIT_CHANGES if options.exit_code and not is_empty else 0


def _only_managed(before: DiffSide, after: DiffSide) -> tuple[DiffSide, DiffSide]:
    specs = [side for side in (before, after) if side.spec is not None]
    projects = frozenset(side.spec.spec.project for side in specs if side.spec is not None)
    built_ins = frozenset(key for side in specs for key in side.snapshot.built_ins)
    before, after = (
        side._replace(snapshot=only_managed(side.snapshot, projects, built_ins))
        for side in (before, after)
    )
    return before, after


def _render(reviews: Sequence[Review], options: DiffOptions) -> str:
    if options.format == "json":
        return diff_json(reviews)
    if options.format == "comment":
        return write_comment(reviews)
    if options.format == "markdown":
        return "\n\n".join(diff_markdown(*review) for review in reviews)
    paint = paint_for_stdout(no_color=options.no_color)
    return "\n\n".join(
        diff_text(*review, verbose=options.verbose, paint=paint) for review in reviews
    )
