"""A folder of generated files, and the manifest in it that says which they are.

What gtmgen did not write, or somebody has edited since, is told from its own files by digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gtmgen.errors import GtmgenError
from gtmgen.files.staging import Staging, clear_stale
from gtmgen.text import indent_list, plural

_MOST = 20


def digest(data: bytes) -> str:
    """SHA-256 with Unix line ends: Git may change them on checkout, which is no edit."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def read_own(root: Path, path: str) -> bytes | None:
    """A file below the folder; None where there is none, or a link leads to it."""
    file = root
    for step in path.split("/"):
        file /= step
        if file.is_symlink():
            return None
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError as error:
        raise GtmgenError(f"`{file}` cannot be read: {error.strerror or error}") from None


def describe_refused(root: Path, paths: list[str], predicate: str) -> str:
    """``2 files in `docs` would be overwritten``, and the paths below, not more than twenty."""
    count = plural(len(paths), "file")
    return f"{count} in `{root}` would be overwritten {predicate}\n" + indent_list(paths, _MOST)


@dataclass(frozen=True)
class Publication:
    """What is to be written and removed. The manifest is written twice: ``pending`` first, so
    that after a kill half-way the next run knows its files, and ``final`` last."""

    manifest: str
    written: Mapping[str, bytes]
    removed: Iterable[str]
    pending: bytes
    final: bytes


def publish(root: Path, publication: Publication, hint: str) -> None:
    """Put everything in place, or nothing; ``hint`` goes on from "the folder is as it was".

    Raises :class:`GtmgenError` when the disk refuses; then everything is as it was, as far as
    the disk allows.
    """
    staging = Staging(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        clear_stale(root)
        with staging:
            staging.stage(publication.written)
            staging.put(publication.manifest, publication.pending)
            # First, for a file may be where a folder is to be.
            staging.remove(publication.removed)
            staging.publish()
            staging.put(publication.manifest, publication.final)
            staging.keep()
    except OSError as error:
        where = error.filename or root
        state = "is as it was" if staging.taken_back else "was written in part"
        raise GtmgenError(
            f"`{where}` cannot be written: {error.strerror or error}",
            hint=f"`{root}` {state}{hint}",
        ) from None
