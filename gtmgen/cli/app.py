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
from typing import Annotated

import typer

import gtmgen
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


@app.command()
def plan(
    specs: SpecsArgument,
    env: EnvOption = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there are changes.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the fields of new entities.")
    ] = False,
    quiet: QuietOption = False,
) -> Work:
    """Show what a push would change; nothing is written.

    Example: gtmgen plan specs/acme-shop.yaml --target local
    """
    from gtmgen.cli.plan import run_plan

    _one_of("--format", format_, "text", "json", "markdown")
    return partial(
        run_plan, specs, env, target, format_, exit_code=exit_code, verbose=verbose, quiet=quiet
    )


@app.command()
def push(
    specs: SpecsArgument,
    env: EnvOption = None,
    target: TargetOption = "api",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    quiet: QuietOption = False,
) -> Work:
    """Show the plan, ask, apply it, and read back. Nothing is published.

    Example: gtmgen push specs/acme-shop.yaml --target local --yes
    """
    from gtmgen.cli.push import run_push

    return partial(run_push, specs, env, target, yes=yes, quiet=quiet)


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
) -> Work:
    """Print the JSON Schema of the spec language, for editors.

    Example: gtmgen schema -o gtmgen.schema.json
    """
    from gtmgen.cli.schema import run_schema

    return partial(run_schema, output, packs or [])


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
