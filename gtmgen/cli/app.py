"""The verbs and their options; each verb's work is in a module of its own.

Typer only reads the command line: a verb gives back the work to be done, which runs outside of
it. Inside, Typer would turn interrupts and broken pipes into exits of its own.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

import gtmgen
from gtmgen.cli.optional_number import DETAILED, VersionsCommand
from gtmgen.errors import UsageError

Work = Callable[[], int]
"""What a verb does; gives the exit code."""

# What a wrong command line raises; where Typer keeps it differs between its versions.
_ReadingError: type[BaseException] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    name="gtmgen",
    help="Tracking as code: a YAML spec that becomes a Google Tag Manager container.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SpecArgument = Annotated[Path, typer.Argument(help="The spec, a YAML file.", show_default=False)]
SpecsArgument = Annotated[list[Path], typer.Argument(help="One or more specs.", show_default=False)]
EnvOption = Annotated[
    str | None, typer.Option("--env", help="An environment of the spec.", show_default=False)
]
TargetOption = Annotated[
    str,
    typer.Option(
        help="api (Google), local (an embedded GTM, state in .gtmgen/), local:FILE, or a URL."
    ),
]
AdoptOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Take over an entity that is not gtmgen's, KIND:NAME, or another project's, "
        "KIND:NAME@PROJECT; `equal` takes over all that match the spec. Repeatable.",
        show_default=False,
    ),
]
AllowDeleteOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Let a delete pass that the guard counts: KIND:NAME, or all:N for all N. Repeatable.",
        show_default=False,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No warnings and no talk.")]


def _version(show: bool) -> None:
    if show:
        typer.echo(f"gtmgen {gtmgen.__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version


@app.command()
def init(
    directory: Annotated[
        Path, typer.Argument(help="Where to write.", show_default="here")
    ] = Path(),
    starter: Annotated[
        str, typer.Option(help="spa-shop, shop (pages that load) or lead-form.")
    ] = "spa-shop",
) -> Work:
    """Write a first spec from a starter.

    Example: gtmgen init tracking --starter lead-form
    """
    from gtmgen.cli.init import run_init

    return partial(run_init, directory, starter)


@app.command()
def validate(
    specs: SpecsArgument,
    env: EnvOption = None,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    quiet: QuietOption = False,
) -> Work:
    """Check specs, with all their environments, and report every problem.

    Example: gtmgen validate specs/*.yaml
    """
    from gtmgen.cli.validate import run_validate

    _one_of("--format", format_, "text", "json")
    return partial(run_validate, specs, env, format_, quiet)


@app.command(name="compile")
def compile_(
    spec: SpecArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; stdout without it.", show_default=False),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="export (what GTM imports) or summary.")
    ] = "export",
    env: EnvOption = None,
    quiet: QuietOption = False,
) -> Work:
    """Compile a spec to the JSON that GTM's *Import Container* reads.

    Example: gtmgen compile specs/acme-shop.yaml -o container.json
    """
    from gtmgen.cli.compile import run_compile

    _one_of("--format", format_, "export", "summary")
    return partial(run_compile, spec, output, format_, env, quiet)


@app.command(name="test")
def test_(
    specs: Annotated[
        list[Path] | None, typer.Argument(help="One or more specs.", show_default=False)
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(help="Scenarios of this file instead of the spec's own.", show_default=False),
    ] = None,
    container: Annotated[
        Path | None,
        typer.Option(help="Run this export, of any container.", show_default=False),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(help="auto, quickjs (in process, no elements) or browser (Chromium)."),
    ] = "auto",
    keyword: Annotated[
        str, typer.Option("-k", help="Only scenarios whose name holds this text.")
    ] = "",
    explore: Annotated[
        bool, typer.Option("--explore", help="Write scenarios for each event and look for faults.")
    ] = False,
    trace: Annotated[
        bool, typer.Option("--trace", help="Show each event, condition, tag and call.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Run again when a file changes.")] = False,
    chromium: Annotated[
        str | None,
        typer.Option(help="Path of a Chromium, for the browser.", show_default="as installed"),
    ] = None,
    env: EnvOption = None,
    format_: Annotated[
        str, typer.Option("--format", help="text, json, junit, markdown or github.")
    ] = "text",
    quiet: QuietOption = False,
) -> Work:
    """Run scenarios against the compiled container: which tags fire, with which values.

    Exits with 1 when a scenario fails. What an engine cannot run is not tested, and said so.

    Example: gtmgen test specs/acme-shop.yaml
    """
    from gtmgen.cli.test import TestOptions, run_test

    _one_of("--format", format_, "text", "json", "junit", "markdown", "github")
    _one_of("--engine", engine, "auto", "quickjs", "browser")
    options = TestOptions(
        env,
        engine,
        scenario,
        container,
        keyword,
        trace,
        watch,
        explore,
        format_,
        chromium,
        quiet,
    )
    return partial(run_test, specs or [], options)


@app.command()
def plan(
    specs: SpecsArgument,
    env: EnvOption = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Save the plan, for `gtmgen push FILE`.", show_default=False),
    ] = None,
    adopt: AdoptOption = None,
    allow_delete: AllowDeleteOption = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there are changes.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the fields of new and deleted entities.")
    ] = False,
    quiet: QuietOption = False,
) -> Work:
    """Show what a push would change; nothing is written.

    Example: gtmgen plan specs/acme-shop.yaml --target local
    """
    from gtmgen.cli.plan import run_plan
    from gtmgen.plan.options import Options

    _one_of("--format", format_, "text", "json", "markdown")
    options = Options.read(adopt or [], allow_delete or [])
    return partial(
        run_plan,
        specs,
        env,
        target,
        format_,
        out,
        options,
        exit_code=exit_code,
        verbose=verbose,
        quiet=quiet,
    )


@app.command()
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
    from gtmgen.cli.diff import run_diff

    _one_of("--format", format_, "text", "json", "markdown")
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


@app.command()
def push(
    specs: Annotated[
        list[Path],
        typer.Argument(help="One or more specs, or a plan from `--out`.", show_default=False),
    ],
    env: EnvOption = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="api (Google), local (an embedded GTM, state in .gtmgen/), local:FILE, or a URL.",
            show_default="api, or the saved plan's",
        ),
    ] = None,
    adopt: AdoptOption = None,
    allow_delete: AllowDeleteOption = None,
    bulk: Annotated[
        str,
        typer.Option(help="Many changes a call: auto (for more than 20), always or never."),
    ] = "auto",
    version: Annotated[
        str | None,
        typer.Option(help="Then make a version of this name.", show_default=False),
    ] = None,
    publish: Annotated[bool, typer.Option("--publish", help="And publish that version.")] = False,
    yes: YesOption = False,
    quiet: QuietOption = False,
) -> Work:
    """Show the plan, ask, apply it, and read back. Nothing is published unless asked for.

    Example: gtmgen push specs/acme-shop.yaml --target local --yes
    """
    from gtmgen.cli.push import run_push
    from gtmgen.cli.release import Release
    from gtmgen.plan.options import Options

    _one_of("--bulk", bulk, "auto", "always", "never")
    options = Options.read(adopt or [], allow_delete or [])
    way = cast('Literal["auto", "always", "never"]', bulk)
    release = Release.read(version, publish)
    return partial(run_push, specs, env, target, options, way, release, yes=yes, quiet=quiet)


@app.command(cls=VersionsCommand)
def versions(
    spec: SpecArgument,
    env: EnvOption = None,
    target: TargetOption = "api",
    details: Annotated[
        int | None,
        typer.Option(
            metavar="[N]",
            min=1,
            help=f"Also when and by whom, of the newest N ({DETAILED} without N); one call each.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    quiet: QuietOption = False,
) -> Work:
    """List the versions of the spec's container, newest first.

    `live` is what visitors get, `latest` the highest number. GTM's API tells nobody who made a
    version, so with `--details` only those that gtmgen made have a name. The time (UTC) is that
    of the last change: editing a version's name moves it. The embedded GTM has no clock; its
    times are made up.

    Example: gtmgen versions specs/acme-shop.yaml --details 3
    """
    from gtmgen.cli.versions import run_versions

    _one_of("--format", format_, "text", "json")
    return partial(run_versions, spec, env, target, details, format_, quiet=quiet)


@app.command()
def publish(
    spec: SpecArgument,
    version: Annotated[
        int | None, typer.Argument(help="Its number.", show_default="the latest", min=1)
    ] = None,
    env: EnvOption = None,
    target: TargetOption = "api",
    yes: YesOption = False,
    quiet: QuietOption = False,
) -> Work:
    """Make a version the one that visitors get. Asks first.

    Example: gtmgen publish specs/acme-shop.yaml 12
    """
    from gtmgen.cli.publish import run_publish

    return partial(run_publish, spec, version, env, target, yes=yes, quiet=quiet)


@app.command()
def rollback(
    spec: SpecArgument,
    version: Annotated[int, typer.Argument(help="Its number.", show_default=False, min=1)],
    env: EnvOption = None,
    target: TargetOption = "api",
    yes: YesOption = False,
    quiet: QuietOption = False,
) -> Work:
    """Publish a version that is earlier than the live one. Asks first.

    The workspace and the spec keep what is newer.

    Example: gtmgen rollback specs/acme-shop.yaml 11
    """
    from gtmgen.cli.rollback import run_rollback

    return partial(run_rollback, spec, version, env, target, yes=yes, quiet=quiet)


@app.command()
def doctor(
    specs: Annotated[list[Path] | None, typer.Argument(help="Specs.", show_default=False)] = None,
    gtm: Annotated[
        str | None,
        typer.Option("--gtm", help="A container instead, GTM-XXXX.", show_default=False),
    ] = None,
    env: EnvOption = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    quiet: QuietOption = False,
) -> Work:
    """Check credentials, scopes, quota, container and workspaces; nothing is written.

    Credentials are, in this order: the key file that GOOGLE_APPLICATION_CREDENTIALS names, the
    stored login (gtmgen login), application default credentials. GTMGEN_IMPERSONATE names a
    service account to act as, which the first and the last of them can. Exits with 5 when
    something is not in place.

    Example: gtmgen doctor specs/acme-shop.yaml
    """
    from gtmgen.cli.doctor import run_doctor

    _one_of("--format", format_, "text", "json")
    return partial(run_doctor, specs or [], gtm, env, target, format_, quiet=quiet)


@app.command()
def login(
    client: Annotated[
        Path,
        typer.Option(
            help="The JSON file of your OAuth client, of the type Desktop app.", show_default=False
        ),
    ],
    read_only: Annotated[
        bool, typer.Option("--read-only", help="For plans only: nothing can be written.")
    ] = False,
) -> Work:
    """Log in to Google in a browser. The login is kept for this user, never in the project.

    Example: gtmgen login --client client_secret.json
    """
    from gtmgen.cli.login import run_login

    return partial(run_login, client, read_only=read_only)


@app.command()
def logout() -> Work:
    """Delete the stored login, and have Google revoke it.

    Example: gtmgen logout
    """
    from gtmgen.cli.login import run_logout

    return run_logout


@app.command()
def docs(
    spec: SpecArgument,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.", show_default=False)],
    format_: Annotated[
        str | None,
        typer.Option("--format", help="html, markdown, xlsx, csv or all.", show_default="html"),
    ] = None,
    markdown: Annotated[
        str | None,
        typer.Option(
            help="pages (a file for each event) or single (one file).", show_default="pages"
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Also what has changed since git:REV, git:REV:PATH or another SPEC.yaml.",
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when files are out of date.")
    ] = False,
    require: Annotated[
        str,
        typer.Option(
            help="Exit with 1 when an event lacks one: description,owner,example.",
            show_default=False,
        ),
    ] = "",
    env: EnvOption = None,
    language: Annotated[
        str | None,
        typer.Option(help="en, de, fr, es, or a catalog FILE.yaml.", show_default="en"),
    ] = None,
    title: Annotated[str | None, typer.Option(help="The title.", show_default=False)] = None,
    logo: Annotated[
        str | None, typer.Option(help="A PNG, JPEG or SVG file.", show_default=False)
    ] = None,
    color: Annotated[
        str | None, typer.Option(help="The accent colour, '#2457d6'.", show_default=False)
    ] = None,
    templates: Annotated[
        str | None,
        typer.Option(help="A folder of own Jinja templates.", show_default=False),
    ] = None,
    quiet: QuietOption = False,
) -> Work:
    """Write the documentation that marketing, developers and the backend read.

    The HTML is one file that loads nothing from anywhere. Options that are not given are those
    that the folder was last written with; an empty one, --title "", takes it back.

    Example: gtmgen docs specs/acme-shop.yaml --out tracking-docs --format all
    """
    from gtmgen.cli.docs import run_docs

    if format_ is not None:
        _one_of("--format", format_, "html", "markdown", "xlsx", "csv", "all")
    if markdown:
        _one_of("--markdown", markdown, "pages", "single")
    given = {
        "format": format_,
        "markdown": markdown,
        "env": env,
        "language": language,
        "title": title,
        "logo": logo,
        "color": color,
        "templates": templates,
        "since": since,
    }
    return partial(run_docs, spec, out, given, require, check=check, quiet=quiet)


@app.command(name="import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="An export (.json); GTM-XXXX (what is published), GTM-XXXX/workspaces/NAME or "
            "GTM-XXXX/versions/12.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.", show_default=False)],
    lift: Annotated[
        bool, typer.Option(help="Turn what is recognised into data, triggers and events.")
    ] = True,
    keep_ids: Annotated[
        bool,
        typer.Option(
            "--keep-ids", help="Keep IDs and order: `compile` gives the same file, byte for byte."
        ),
    ] = False,
    project: Annotated[
        str | None,
        typer.Option(help="The spec's project.", show_default="the container's name"),
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(help="The workspace that the spec plans against.", show_default="gtmgen"),
    ] = None,
    overwrite: Annotated[
        list[str] | None,
        typer.Option(
            help="Let a file that was edited be written over; below DIR, repeatable.",
            show_default=False,
        ),
    ] = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every finding and file.")
    ] = False,
    quiet: QuietOption = False,
) -> Work:
    """Turn a container into a spec that plans to no change.

    Example: gtmgen import GTM-XXXX --out tracking
    """
    from gtmgen.cli.import_ import Wanted, run_import

    _one_of("--format", format_, "text", "json")
    wanted = Wanted(lift, keep_ids, project, workspace, overwrite or [])
    return partial(run_import, source, out, wanted, target, format_, verbose=verbose, quiet=quiet)


@app.command()
def emulator(
    port: Annotated[int, typer.Option(help="0 takes one that is free.", min=0, max=65535)] = 0,
    state: Annotated[
        Path | None,
        typer.Option(help="Keep the state in this file.", show_default="in memory"),
    ] = None,
    container: Annotated[
        list[str] | None,
        typer.Option(help="Make sure that GTM-XXXX exists; may be repeated.", show_default=False),
    ] = None,
    behaviour: Annotated[
        Path | None,
        typer.Option(help="JSON: what Google does not document.", show_default=False),
    ] = None,
    faults: Annotated[
        Path | None, typer.Option(help="JSON: calls that fail.", show_default=False)
    ] = None,
    quota: Annotated[
        Path | None, typer.Option(help="JSON: limits, {} for Google's.", show_default=False)
    ] = None,
    quiet: QuietOption = False,
) -> Work:
    """Serve a local GTM over HTTP, on this machine only, until Ctrl-C.

    Its URL, the one line on stdout, is a --target. docs/emulator.md lists the switches of the
    JSON files.

    Example: gtmgen emulator --port 8080 --container GTM-ACME42
    """
    from gtmgen.cli.emulator import run_emulator

    return partial(
        run_emulator,
        port,
        state,
        container or [],
        behaviour=behaviour,
        faults=faults,
        quota=quota,
        quiet=quiet,
    )


@app.command()
def schema(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; stdout without it.", show_default=False),
    ] = None,
    packs: Annotated[
        list[Path] | None,
        typer.Option("--packs", help="A folder with packs of your own.", show_default=False),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="json (for editors) or markdown (to read).")
    ] = "json",
) -> Work:
    """Print the JSON Schema of the spec language, or a reference made from it.

    Example: gtmgen schema -o gtmgen.schema.json
    """
    from gtmgen.cli.schema import run_schema

    _one_of("--format", format_, "json", "markdown")
    return partial(run_schema, output, packs or [], format_)


def _one_of(option: str, value: str, *allowed: str) -> None:
    if value not in allowed:
        raise UsageError(f"`{option}` is {' or '.join(allowed)}, not `{value}`")


def run(arguments: Sequence[str]) -> int:
    """Run one verb; its exit code. Raises :class:`UsageError` for a wrong command line."""
    try:
        work = _read(arguments)
    except UsageError:
        if arguments:
            raise
        with contextlib.redirect_stdout(sys.stderr):
            _read(["--help"])
        return UsageError.exit_code
    return work() if callable(work) else 0


def _read(arguments: Sequence[str]) -> Work | int | None:
    """The work; nothing, or 0, where Typer itself has answered, as with ``--help``."""
    try:
        found: Work | int | None = app(
            args=list(arguments), standalone_mode=False, prog_name="gtmgen"
        )
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _ReadingError as error:
        raise _usage_error(error) from None
    return found


def _usage_error(error: BaseException) -> UsageError:
    message = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "gtmgen"
    return UsageError(message[:1].lower() + message[1:], hint=f"see `{command} --help`")
