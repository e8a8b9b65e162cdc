"""``gtmgen review``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from gtmgen.cli.options import EnvOption, QuietOption, SpecsArgument, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.review_environments import review_environments
from gtmgen.cli.sides import DiffSide, pair_specs, read_spec, review_sides
from gtmgen.cli.spec import find_named
from gtmgen.compare.changes import compare
from gtmgen.compare.snapshot import Snapshot
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.files.git import SCHEME, GitPlace, exists_at
from gtmgen.files.reading import read_limited
from gtmgen.hosting.comments import NotAllowedError, Thread, github_thread, gitlab_thread
from gtmgen.meaning.compare import compare_containers, compare_new_spec, explain_removed_spec
from gtmgen.meaning.model import Risk
from gtmgen.report.comment_report import MARKER, Review, find_worst, write_comment
from gtmgen.source.discover_at import find_specs_at


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
        raise UsageError(
            f"`--base` is `git:REV`, not `{options.base}`",
            hint=f"write `--base {SCHEME}{options.base}` if that is the revision",
        )
    reviews = _review_all(options.specs, options)
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


def _review_all(paths: Sequence[Path], options: ReviewOptions) -> list[Review]:
    """Every spec that is there, and every one that was: a file that moved is the same spec."""
    revision = GitPlace.read(options.base, ".").revision
    bases = {name: GitPlace(revision, name) for name in find_specs_at(revision, paths)}
    named = [path for path in paths if path.exists() or not _was_there(path, bases)]
    try:
        specs = find_named(named)
    except UsageError:
        if not bases:
            raise
        specs = [path for path in named if path.is_file()]
    there = {os.path.normpath(path): path for path in specs}
    gone = {name: base for name, base in bases.items() if os.path.normpath(name) not in there}
    reviews: list[Review] = []
    for path in there.values():
        new = read_spec(str(path), options.env)
        base = GitPlace.read(options.base, str(path))
        moved = _find_moved(new, gone, options.env) if not exists_at(base) else None
        if moved is not None:
            base = gone.pop(moved)
        elif not exists_at(base):
            reviews += [_of_new_spec(base, side) for side in new]
            continue
        told = _reviews(base, new, options)
        reviews += told
        if options.env is None:
            reviews += review_environments(base, path, told, review_sides)
    return [*reviews, *(_of_removed_spec(base, options.env) for base in gone.values())]


def _was_there(path: Path, bases: Iterable[str]) -> bool:
    name = os.path.normpath(path)
    return any(base == name or base.startswith(f"{name}/") for base in bases)


def _find_moved(
    new: Sequence[DiffSide], gone: Mapping[str, GitPlace], env: str | None
) -> str | None:
    """The spec of the same project and container that is no longer there."""
    wanted = _identify(new)
    for name, base in gone.items():
        try:
            if _identify(read_spec(str(base), env)) == wanted:
                return name
        except SpecError:
            continue
    return None


def _identify(sides: Sequence[DiffSide]) -> tuple[str, str]:
    assert sides[0].spec is not None
    spec = sides[0].spec.spec
    return spec.project, spec.container.gtm


def _reviews(base: GitPlace, new: list[DiffSide], options: ReviewOptions) -> list[Review]:
    """One of each container that the spec makes, or made."""
    try:
        old = read_spec(str(base), options.env)
    except SpecError:
        raise GtmgenError(
            f"the spec as it is at `{base}` is not valid, so nothing can be compared with it",
            hint="`gtmgen validate` on that revision tells why",
        ) from None
    return [review_sides(before, after) for before, after in pair_specs(old, new)]


def _of_new_spec(base: GitPlace, new: DiffSide) -> Review:
    nothing = Snapshot((), context=new.snapshot.context)
    differences = compare(nothing, new.snapshot)
    if new.spec is None:  # a server container
        meaning = compare_containers(nothing, new.snapshot, differences)
    else:
        meaning = compare_new_spec(new.spec, new.snapshot, differences)
    return Review(str(base), new.name, differences, meaning)


def _of_removed_spec(base: GitPlace, env: str | None) -> Review:
    """One that was not even valid is told of by its file."""
    try:
        project, gtm = _identify(read_spec(str(base), env))
    except SpecError:
        project, gtm = base.path, "GTM"
    nothing = Snapshot(())
    meaning = explain_removed_spec(project, gtm)
    return Review(str(base), base.path, compare(nothing, nothing), meaning)


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
