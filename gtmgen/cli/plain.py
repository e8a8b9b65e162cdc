"""Command lines of paths alone, which are read without Typer.

`gtmgen validate specs/*.yaml` is what editors, hooks and CI jobs run all day, and to import Typer
costs four times `python -c pass`. Whatever has an option, or a path of which Typer would say
something, is left to it (:mod:`gtmgen.cli.app`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path


def read_plain(arguments: Sequence[str]) -> Callable[[], int] | None:
    """The work of ``validate PATH...``, the same as Typer's; None for every other command line."""
    verb, *words = arguments or [""]
    if verb != "validate" or not words or not all(map(_is_path, words)):
        return None
    if "_GTMGEN_COMPLETE" in os.environ:  # the shell is completing a line, not running it
        return None
    from gtmgen.cli.validation import run_validate

    return partial(run_validate, [Path(word) for word in words])


def _is_path(word: str) -> bool:
    """Whether Typer would take a word as a path and have nothing to say about it."""
    if not word or "\0" in word or (word.startswith("-") and word != "-"):
        return False
    # Typer refuses a file that it may not read, and leaves one that does not exist to the verb.
    return os.access(word, os.R_OK) or not os.access(word, os.F_OK)
