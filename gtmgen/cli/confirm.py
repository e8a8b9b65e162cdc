"""The question before something that cannot be taken back."""

from __future__ import annotations

import sys

from gtmgen.cli.output import talk
from gtmgen.errors import GuardError


def confirm(question: str, refusal: str, act: str = "go on") -> None:
    """Ask on the terminal; :class:`GuardError` with ``refusal`` for everything but ``yes``.

    Only the whole word counts, as for `terraform apply`: a `y` or a Return that was typed ahead,
    for another question, agrees to nothing.
    """
    if not sys.stdin.isatty():
        raise GuardError(
            f"{refusal}: there is no terminal to ask on",
            hint=f"give `--yes` to {act} without a question",
        )
    talk(f"\n{question} Only `yes` is accepted:")
    if sys.stdin.readline().strip() != "yes":
        raise GuardError(refusal, hint="answer `yes`, or give `--yes`")
