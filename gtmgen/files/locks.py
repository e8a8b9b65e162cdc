"""Locks between processes, which the system drops when the process that has one dies."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_TRIES = 500
_TRY_SECONDS = 0.01


@contextlib.contextmanager
def locked(path: Path, sleep: Callable[[float], None]) -> Iterator[None]:
    """Hold ``<path>.lock``.

    Raises :class:`OSError` when it cannot be had within about five seconds of ``sleep``.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file of its own: the one that it guards is replaced by a rename, and a lock on what was
    # replaced keeps nobody out. It is never deleted, or two processes could each hold one.
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as lock:
        # Asked again and again: a wait of the system's has no end, and a process that somebody has
        # stopped may hold the lock for hours.
        for _ in range(_TRIES):
            if try_lock(lock):
                break
            sleep(_TRY_SECONDS)
        else:
            raise TimeoutError(f"`{path}` stays locked by another process")
        yield


def try_lock(stream: IO[bytes]) -> bool:
    """Take the lock on an open file; False when another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # What is locked are bytes from the place on where the file is being read.
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
