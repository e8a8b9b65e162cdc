"""One file, written whole or not at all: beside the target, then renamed over it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path


def replace_file(
    path: Path,
    pieces: Iterable[bytes],
    *,
    temporary: Path | None = None,
    private: bool = False,
    durable: bool = True,
) -> None:
    """Give a file new content: a reader sees the old one or the new, never half.

    ``temporary`` is a fixed name for the file beside it, where a lock leaves one writer: what a
    killed one left there is written over. A ``private`` file is readable by this user alone; any
    other keeps its mode. ``durable`` waits until the content is on the disk, for what a power cut
    must not take away. Raises :class:`OSError`.
    """
    if temporary is None:
        temporary = _make_file(path.parent)
    try:
        write_synced(temporary, pieces, durable=durable)
        if not private:
            keep_mode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if durable:
        _sync_folder(path.parent)


def write_aside(folder: Path, data: bytes) -> Path:
    """Write a new file in a folder, to be renamed into its place later."""
    path = _make_file(folder)
    write_synced(path, [data])
    return path


def write_synced(path: Path, pieces: Iterable[bytes], *, durable: bool = True) -> None:
    """Write a file; a full disk shows here, when it is ``durable``, and not later."""
    with path.open("wb") as stream:
        stream.writelines(pieces)
        stream.flush()
        if durable:
            os.fsync(stream.fileno())


def keep_mode(path: Path, temporary: Path) -> None:
    """Give the new file the mode of the one that it replaces, or the usual one.

    ``mkstemp`` makes files that only their owner reads.
    """
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    temporary.chmod(mode)


def _make_file(folder: Path) -> Path:
    import tempfile  # 3 ms with `random`, which commands that write nothing spare

    handle, name = tempfile.mkstemp(prefix=".gtmgen-", dir=folder)
    os.close(handle)
    return Path(name)


def _sync_folder(folder: Path) -> None:
    """Wait until the rename itself is on the disk; Windows has no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
