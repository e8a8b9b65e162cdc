"""The verbs by name, and the reading of a command line.

A verb's module is loaded when the verb is named; help for all of them needs none. Typer only
reads the command line: the verb runs outside of it. Inside, Typer would turn interrupts and broken
pipes into exits of its own.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from inspect import Signature, signature
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer
from typer.core import TyperCommand

import gtmgen
from gtmgen.cli.one_value import OneValueCommand
from gtmgen.cli.optional_value import PushCommand, VersionsCommand
from gtmgen.errors import UsageError

Work = Callable[[], int]
"""A verb whose command line is read; gives the exit code."""

# What a wrong command line raises; where Typer keeps it differs between its versions.
_ReadingError: type[BaseException] = typer.BadParameter.__mro__[1]


class Verb(NamedTuple):
    """Where a verb's function is, ``module:function`` below ``gtmgen.cli``, and what it does."""

    target: str
    summary: str  # the first sentence of its docstring; a longer one would be cut in the list
    command: type[TyperCommand] = OneValueCommand

    def load(self) -> Callable[..., Work]:
        """The verb for Typer, which reads its options and gets back the work to be done."""
        module, _, function = self.target.partition(":")
        return _defer(getattr(import_module(f"gtmgen.cli.{module}"), function))


VERBS = {
    "init": Verb("init:init", "Write a first spec from a starter."),
    "validate": Verb(
        "validate:validate",
        "Check specs, and report every problem with its place.",
    ),
    "compile": Verb("compile:compile_", "Compile a spec to JSON for GTM's *Import Container*."),
    "test": Verb(
        "test:scenarios",
        "Run scenarios: which tags fire, and with which values.",
    ),
    "lint": Verb(
        "lint:lint",
        "Look for likely mistakes in specs, or in any container.",
    ),
    "plan": Verb("plan:plan", "Show what a push would change; nothing is written."),
    "diff": Verb(
        "diff:diff",
        "Compare two specs or containers by what they mean.",
    ),
    "review": Verb(
        "review:review",
        "Write one comment on a pull request: changes and risks.",
    ),
    "push": Verb(
        "push:push",
        "Show the plan, ask, apply it, and read back.",
        PushCommand,
    ),
    "versions": Verb(
        "versions:versions",
        "List the versions of the spec's container, newest first.",
        VersionsCommand,
    ),
    "publish": Verb(
        "publish:publish",
        "Publish a version, live or to one of GTM's environments.",
    ),
    "rollback": Verb("rollback:rollback", "Publish a version that is earlier than the live one."),
    "environments": Verb(
        "environments:environments",
        "List GTM's environments, create one, or print a snippet.",
    ),
    "doctor": Verb(
        "doctor:doctor",
        "Check credentials, scopes, quota, container, workspaces.",
    ),
    "login": Verb(
        "login:login",
        "Log in to Google in a browser.",
    ),
    "logout": Verb("login:logout", "Delete the stored login, and have Google revoke it."),
    "docs": Verb("docs:docs", "Write the documentation for marketing, developers and QA."),
    "import": Verb("import_:import_", "Turn a container into a spec that compiles back to it."),
    "prune": Verb(
        "prune:prune",
        "List what can be deleted without any effect.",
    ),
    "rules": Verb("rules:rules", "List the rules of `validate` and `lint`, or explain one."),
    "codegen": Verb(
        "codegen:codegen",
        "Write typed code for the site, or hashing for the backend.",
    ),
    "check-payload": Verb(
        "check_payload:check_payload",
        "Check recorded server calls and dataLayer messages.",
    ),
    "monitor": Verb(
        "monitor:monitor",
        "Watch day by day what browser and server sent.",
    ),
    "verify": Verb(
        "verify:verify_site",
        "Visit a site in a real browser, and judge what it sends.",
    ),
    "catalogue": Verb(
        "catalogue:catalogue",
        "Check a product feed, and match recorded events with it.",
    ),
    "emulator": Verb(
        "emulator:emulator",
        "Serve a local GTM over HTTP, on this machine only.",
    ),
    "schema": Verb("schema:schema", "Print the JSON Schema of the spec language, or a reference."),
}


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
    if any("\0" in one for one in arguments):  # no shell passes one on; Typer fails on it
        raise UsageError("an argument holds a NUL character")
    words = [one for one in arguments if not one.startswith("-")] or _words_to_complete()
    app = _build_app(words[0] if words else "")
    try:
        answer: Work | int | None = app(
            args=list(arguments), standalone_mode=False, prog_name="gtmgen"
        )
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _ReadingError as error:
        raise _usage_error(error) from None
    return answer


def _words_to_complete() -> list[str]:
    """What follows ``gtmgen`` on a command line that the shell is completing, as Typer gets it."""
    if "_GTMGEN_COMPLETE" not in os.environ:
        return []
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split()[1:]


def _build_app(name: str) -> typer.Typer:
    """The app with the one verb that is named, or with a line for each."""
    app = typer.Typer(
        name="gtmgen",
        help="Tracking as code: a YAML spec that becomes a Google Tag Manager container.",
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_common)
    named = VERBS.get(name)
    if named is not None:
        app.command(name, cls=named.command)(named.load())
        return app
    for other, verb in VERBS.items():
        app.command(other, help=verb.summary)(_line_of_help)
    return app


def _defer(verb: Callable[..., int]) -> Callable[..., Work]:
    """A function with the verb's options that gives back the work, for Typer to call.

    A verb has its options as parameters or, where many functions need them, as the fields of a
    class, which is then its only parameter: ``options``.
    """
    options_class = get_type_hints(verb).get("options")

    def read_options(**values: Any) -> Work:
        if options_class is None:
            return partial(verb, **values)
        return partial(verb, options_class(**values))

    source = verb if options_class is None else options_class
    hints = get_type_hints(source, include_extras=True)
    named = signature(source).parameters.values()
    parameters = [one.replace(annotation=hints[one.name]) for one in named]
    read_options.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    read_options.__doc__ = verb.__doc__
    return read_options


def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda show: _show_version() if show else None,
            is_eager=True,
            help="Show the version.",
        ),
    ] = False,
) -> None:
    del version


def _show_version() -> None:
    typer.echo(f"gtmgen {gtmgen.__version__}")
    raise typer.Exit


def _line_of_help() -> None:
    """Stands for a verb that is listed; one that is named is loaded."""


def _usage_error(error: BaseException) -> UsageError:
    message = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "gtmgen"
    hint = _OTHER_WORDS.get(message.partition(": ")[2] or message.rpartition(" ")[2].strip("'"))
    return UsageError(message[:1].lower() + message[1:], hint=hint or f"see `{command} --help`")


_OTHER_WORDS = {
    "--dry-run": "`gtmgen plan` shows what a push would change, and writes nothing",
    **dict.fromkeys(
        ("apply", "deploy"), "`gtmgen push` writes to GTM, `gtmgen publish` makes a version live"
    ),
    **dict.fromkeys(("build", "generate"), "`gtmgen compile` writes the container"),
    "check": "`gtmgen validate` checks specs",
    **dict.fromkeys(("fetch", "pull"), "`gtmgen import GTM-XXXX` makes a spec of a container"),
}
"""What other tools call an option or a verb."""
