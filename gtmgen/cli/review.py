"""``gtmgen review``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
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
    revision = _read_revision(options.base)
    reviews = _review_all(options.specs, revision, options)
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


def _read_revision(base: str) -> str:
    """The revision alone: each spec is compared with itself."""
    place = GitPlace.read(base, ".") if base.startswith(SCHEME) else None
    if place is None or place.path != ".":
        raise UsageError(f"`--base` is `git:REV`, not `{base}`")
    return place.revision


def _review_all(paths: Sequence[Path], revision: str, options: ReviewOptions) -> list[Review]:
    """Every spec that is there, and every one that was: a file that moved is the same spec."""
    bases = {name: GitPlace(revision, name) for name in find_specs_at(revision, paths)}
    there = {os.path.normpath(path): path for path in _find_there(paths, bases)}
    gone = {name: base for name, base in bases.items() if os.path.normpath(name) not in there}
    identify = cache(partial(_identify_at, env=options.env))  # once, however many have moved
    reviews: list[Review] = []
    for path in there.values():
        new = read_spec(path, options.env)
        base = GitPlace(revision, path.as_posix())
        is_new = not exists_at(base)
        moved = _find_moved(new, gone, identify) if is_new else None
        if moved is not None:
            base = gone.pop(moved)
        elif is_new:
            reviews += [_of_new_spec(base, side) for side in new]
            continue
        told = _reviews(base, new, options)
        reviews += told
        if options.env is None:
            reviews += review_environments(base, path, told, review_sides)
    return [*reviews, *(_of_removed_spec(base, identify(base)) for base in gone.values())]


def _find_there(paths: Sequence[Path], bases: Iterable[str]) -> Iterator[Path]:
    """The specs that are there now; where there were some, none may be left."""
    for path in paths:
        try:
            if path.exists() or not _was_there(path, bases):
                yield from find_named([path])
        except UsageError:
            if not _was_there(path, bases):
                raise


def _was_there(path: Path, bases: Iterable[str]) -> bool:
    name = os.path.normpath(path)
    return any(name in (".", base) or base.startswith(f"{name}/") for base in bases)


def _find_moved(
    new: Sequence[DiffSide],
    gone: Mapping[str, GitPlace],
    identify: Callable[[GitPlace], tuple[str, str] | None],
) -> str | None:
    """The spec of the same project and container that is no longer there."""
    wanted = _identify(new)
    return next((name for name, base in gone.items() if identify(base) == wanted), None)


def _identify_at(base: GitPlace, env: str | None) -> tuple[str, str] | None:
    """None for a spec that was not valid."""
    try:
        return _identify(read_spec(base, env))
    except SpecError:
        return None


def _identify(sides: Sequence[DiffSide]) -> tuple[str, str]:
    assert sides[0].spec is not None
    spec = sides[0].spec.spec
    return spec.project, spec.container.gtm


def _reviews(base: GitPlace, new: list[DiffSide], options: ReviewOptions) -> list[Review]:
    """One of each container that the spec makes, or made."""
    try:
        old = read_spec(base, options.env)
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


def _of_removed_spec(base: GitPlace, identity: tuple[str, str] | None) -> Review:
    """One that was not even valid is told of by its file."""
    project, gtm = identity or (base.path, "GTM")
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
        _number(environ, "CI_MERGE_REQUEST_IID"),
        _variable(environ, "GITLAB_TOKEN"),
    )


def _number(environ: Mapping[str, str], name: str) -> int:
    value = _variable(environ, name)
    if not value.isascii() or not value.isdigit():
        raise UsageError(f"`{name}` is no number: `{value}`")
    return int(value)


def _variable(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name)
    if not value:
        raise UsageError(f"`{name}` is not set", hint="`--post` is for jobs of a pull request")
    return value
