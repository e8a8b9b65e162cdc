"""The options and arguments that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gtmgen.errors import UsageError

SpecArgument = Annotated[Path, typer.Argument(help="The spec, a YAML file.", show_default=False)]
SpecsArgument = Annotated[
    list[Path], typer.Argument(help="Specs, or folders that contain some.", show_default=False)
]
EnvOption = Annotated[
    str | None, typer.Option("--env", help="An environment of the spec.", show_default=False)
]
EnvsOption = Annotated[
    str | None,
    typer.Option(
        "--env",
        metavar="ENV[,ENV...]",
        help="An environment of the spec, several, or `all`: the spec itself and each of them.",
        show_default=False,
    ),
]
TargetOption = Annotated[
    str,
    typer.Option(
        help="api (Google), local (embedded, state beside the spec), local:FILE, or a URL."
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
        help="Allow a delete that the guard would refuse: KIND:NAME, or all:N for all N. "
        "Repeatable.",
        show_default=False,
    ),
]
OnlyOption = Annotated[
    str | None,
    typer.Option(
        "--only",
        help="web or server: one of a spec's two containers.",
        show_default=False,
    ),
]
NoColorOption = Annotated[
    bool, typer.Option("--no-color", help="No colours; NO_COLOR and FORCE_COLOR are honoured, too.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print no warnings and no progress.")
]


def one_of(option: str, value: str, *allowed: str) -> None:
    """Raise :class:`UsageError` unless the value is one of those."""
    if value not in allowed:
        raise UsageError(f"`{option}` is {' or '.join(allowed)}, not `{value}`")


def file_or_stdout(path: Path | None) -> Path | None:
    """The file that an option like ``-o`` names; None, stdout, for ``-`` and without the option."""
    return None if path == Path("-") else path


def folder_named(text: str | Path) -> Path:
    """The folder that an option names. Raises :class:`UsageError` for ``-``, which is no folder to
    those who type it, and for an empty text, which would be the working directory."""
    if text == "":
        raise UsageError("the folder of `--out` has no name", hint="`.` is the working directory")
    if text == "-":
        raise UsageError("`--out` is a folder, not stdout", hint="`./-` is a folder of that name")
    return Path(text)
