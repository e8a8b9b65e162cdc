"""Whether to colour: a terminal, unless the user or the environment says otherwise."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

from gtmgen.cli.answer import Answer
from gtmgen.report.paint import PLAIN, Paint

# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_HEAD = r"(?m)^(?=\S)(.*?: )(error|warning|note)(\[[\w-]+\])(?=: )"
_FAILURE = r"(?m)^(error|warning)(?=: )"
_HINT = r"(?m)^hint(?=: )"
_CARET = r"(?m)^( +\| +)(\^+(?:\.\.\.)?)$"
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def paint_for_stdout(*, no_color: bool) -> Paint:
    """Colours for stdout: `--no-color` counts before NO_COLOR, that before FORCE_COLOR."""
    return PLAIN if no_color else _paint_for(sys.stdout)


def paint_for_stderr() -> Paint:
    """Colours for stderr, by `--no-color`, NO_COLOR, FORCE_COLOR and whether it is a terminal."""
    return _paint_for(sys.stderr)


def paint_problems(text: str, paint: Paint) -> str:
    """Rendered problems with severity, caret and hint in colour; the text itself stays."""
    if not paint.is_on:
        return text
    text = re.sub(
        _HEAD, lambda match: match[1] + paint(_STYLES[match[2]], match[2] + match[3]), text
    )
    text = re.sub(_FAILURE, lambda match: paint(_STYLES[match[1]], match[1]), text)
    text = re.sub(_CARET, lambda match: match[1] + paint("bold", match[2]), text)
    return re.sub(_HINT, paint("cyan", "hint"), text)


def _paint_for(stream: TextIO | None) -> Paint:
    if Answer.is_plain or os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return Paint(is_on=True)
    is_terminal = stream is not None and stream.isatty()
    return Paint(is_on=is_terminal and os.environ.get("TERM") != "dumb")
