"""A spec or an export that stands on stdin, which is named `-`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gtmgen.errors import UsageError

STDIN = Path("-")
STDIN_NAME = "stdin"
"""What messages call it in place of a file's name."""

_read: dict[str, bytes] = {}


def refuse_mixed_stdin(paths: Sequence[Path]) -> None:
    """Raises :class:`UsageError` where stdin is one of several files."""
    if STDIN in paths and len(paths) > 1:
        raise UsageError("`-` (stdin) cannot be combined with other files")


def read_stdin(limit: int) -> bytes:
    """All of stdin, and one byte more than ``limit`` at most; kept for :func:`read_again`."""
    _read[STDIN_NAME] = sys.stdin.buffer.read(limit + 1)
    return _read[STDIN_NAME]


def read_again(name: str) -> bytes | None:
    """What stdin held, for excerpts: it cannot be read twice. None for any other name."""
    return _read.get(name)
