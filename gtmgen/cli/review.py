"""``gtmgen review``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from gtmgen.cli.options import EnvOption, QuietOption, SpecsArgument, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.sides import DiffSide, pair_specs, read_spec, review_sides
from gtmgen.cli.spec import find_named
from gtmgen.compare.snapshot import Snapshot
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.files.git import SCHEME, GitPlace, exists_at
from gtmgen.files.reading import read_limited
from gtmgen.hosting.comments import NotAllowedError, Thread, github_thread, gitlab_thread
from gtmgen.meaning.model import Risk
from gtmgen.report.comment_report import MARKER, Review, find_worst, write_comment


class ReviewOptions(NamedTuple):
    """The options of `gtmgen review`."""

    specs: SpecsArgument
    base: Annotated[
        str, typer.Option(help="The revision to compare with: git:REV.", show_default=False)
    ]
    env: EnvOption = None
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the comment to this file.", show_default=False),
    ] = None
    post: Annotated[
        str | None,
        typer.Option(
            help="Post the comment on the CI job's pull request: github or gitlab.",
            show_default=False,
        ),
    ] = None
    fail_on: Annotated[
        str | None,
        typer.Option(
            help=f"Exit with 1 at this effect or a graver one: {', '.join(Risk)}.",
            show_default=False,
        ),
    ] = None
    quiet: QuietOption = False


def review(options: ReviewOptions) -> int:
    """Write one comment on a pull request: changes and risks.

    With `--post github`, the job's variables name the pull request, and GITHUB_TOKEN writes the
    comment; with `--post gitlab`, GITLAB_TOKEN does. Each run replaces the previous comment.

    Example: gtmgen review specs --base git:origin/main
    """
    if options.post is not None:
        one_of("--post", options.post, "github", "gitlab")
    if options.fail_on is not None:
        one_of("--fail-on", options.fail_on, *Risk)
    if not options.base.startswith(SCHEME):
        raise UsageError(f"`--base` is `git:REV`, not `{options.base}`")
    reviews = [review for path in find_named(options.specs) for review in _reviews(path, options)]
    comment = write_comment(reviews)
    if options.out is not None:
        write_file(options.out, [comment, "\n"])
    else:
        data(comment)
    worst = find_worst(reviews)
    _write_outputs(os.environ, comment, worst, options.out)
    if options.post is not None:
        _post(options, comment)
    return int(_is_grave(worst, options.fail_on))


def _is_grave(worst: Risk | None, least: str | None) -> bool:
    return worst is not None and least is not None and worst.rank <= Risk(least).rank


def _reviews(path: Path, options: ReviewOptions) -> list[Review]:
    """One of each container that the spec makes, or made."""
    base = GitPlace.read(options.base, str(path))
    new = read_spec(str(path), options.env)
    if not exists_at(base):
        return [
            review_sides(DiffSide(str(base), Snapshot((), context=one.snapshot.context)), one)
            for one in new
        ]
    try:
        old = read_spec(str(base), options.env)
    except SpecError:
        raise GtmgenError(
            f"the spec as it is at `{base}` is not valid, so nothing can be compared with it",
            hint="`gtmgen validate` on that revision tells why",
        ) from None
    return [review_sides(before, after) for before, after in pair_specs(old, new)]


# -- the CI job ------------------------------------------------------------------------


def _write_outputs(
    environ: Mapping[str, str], comment: str, worst: Risk | None, out: Path | None
) -> None:
    """For a GitHub job: the step's outputs, and the comment in the job's summary."""
    outputs = environ.get("GITHUB_OUTPUT")
    if outputs:
        lines = [f"changed={str(worst is not None).lower()}", f"worst={worst or ''}"]
        lines += [f"comment-file={out}"] if out is not None else []
        with Path(outputs).open("a", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as stream:
            stream.write(f"{comment}\n")


def _post(options: ReviewOptions, comment: str) -> None:
    thread = _github(os.environ) if options.post == "github" else _gitlab(os.environ)
    try:
        done = thread.put(MARKER, comment)
    except NotAllowedError as error:
        # A pull request from a fork: the comment is in the job's summary, and the job goes on.
        talk(f"warning: {error.message}\n\nhint: {error.hint}")
        return
    if not options.quiet:
        talk(f"comment {done}")


def _github(environ: Mapping[str, str]) -> Thread:
    event = _variable(environ, "GITHUB_EVENT_PATH")
    try:
        number = int(json.loads(read_limited(Path(event)))["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GtmgenError(
            "the event of this job is not a pull request", hint="run it on: pull_request"
        ) from error
    return github_thread(
        environ.get("GITHUB_API_URL") or "https://api.github.com",
        _variable(environ, "GITHUB_REPOSITORY"),
        number,
        _variable(environ, "GITHUB_TOKEN"),
    )


def _gitlab(environ: Mapping[str, str]) -> Thread:
    return gitlab_thread(
        _variable(environ, "CI_API_V4_URL"),
        _variable(environ, "CI_PROJECT_ID"),
        int(_variable(environ, "CI_MERGE_REQUEST_IID")),
        _variable(environ, "GITLAB_TOKEN"),
    )


def _variable(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name)
    if not value:
        raise UsageError(f"`{name}` is not set", hint="`--post` is for jobs of a pull request")
    return value
