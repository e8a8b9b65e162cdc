"""How much of a user's file is read."""

from __future__ import annotations

from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024


def read_limited(path: Path) -> bytes:
    """A file, or one byte more than the limit of a larger one, which tells the two apart."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
