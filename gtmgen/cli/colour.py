"""Whether to colour: a terminal, unless the user or the environment says otherwise."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from gtmgen.report.paint import PLAIN, Paint

NoColorOption = Annotated[
    bool, typer.Option("--no-color", help="No colours; NO_COLOR and FORCE_COLOR are honoured, too.")
]


def paint_for_stdout(*, no_color: bool) -> Paint:
    """Colours for stdout: `--no-color` counts before NO_COLOR, that before FORCE_COLOR."""
    if no_color or os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return Paint(is_on=True)
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return Paint(is_on=is_terminal and os.environ.get("TERM") != "dumb")
