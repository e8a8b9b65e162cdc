"""``gtmgen init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.output import talk, write_file
from gtmgen.cli.schema import run_schema
from gtmgen.errors import GuardError, UsageError
from gtmgen.packs.load import templates_directory
from gtmgen.text import did_you_mean


def init(
    directory: Annotated[
        Path, typer.Argument(help="Where to write.", show_default="here")
    ] = Path(),
    starter: Annotated[
        str, typer.Option(help="spa-shop, shop (pages that load) or lead-form.")
    ] = "spa-shop",
) -> int:
    """Write a first spec from a starter.

    Example: gtmgen init tracking --starter lead-form
    """
    folder = templates_directory() / "starters"
    starters = sorted(path.stem for path in folder.glob("*.yaml"))
    if starter not in starters:
        raise UsageError(f"there is no starter `{starter}`", hint=did_you_mean(starter, starters))
    target = directory / "tracking.yaml"
    if target.exists():
        raise GuardError(
            f"`{target}` exists already", hint="name another folder: `gtmgen init FOLDER`"
        )
    write_file(target, [(folder / f"{starter}.yaml").read_text(encoding="utf-8")])
    talk(f"wrote {target}")
    run_schema(directory / "gtmgen.schema.json", [])
    talk(f"next: gtmgen validate {target}")
    return 0
