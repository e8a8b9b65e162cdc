"""The question before something that cannot be taken back."""

from __future__ import annotations

import sys

from gtmgen.cli.output import talk
from gtmgen.errors import GuardError


def confirm(question: str, refusal: str) -> None:
    """Ask on the terminal; :class:`GuardError` with ``refusal`` for everything but ``yes``."""
    if not sys.stdin.isatty():
        raise GuardError(
            f"{refusal}: there is no terminal to ask on",
            hint="give `--yes` to go on without a question",
        )
    talk(f"\n{question} Only `yes` is accepted:")
    if sys.stdin.readline().strip() != "yes":
        raise GuardError(refusal, hint="answer `yes`, or give `--yes`")
