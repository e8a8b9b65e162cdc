"""Small files of this user that several processes share: locked, replaced whole."""

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
    """Hold ``<path>.lock``, which the system drops when the process dies.

    Raises :class:`OSError` when it cannot be had within about five seconds of ``sleep``.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as lock:
        for _ in range(_TRIES):
            if _try_lock(lock):
                break
            sleep(_TRY_SECONDS)
        else:
            raise TimeoutError(f"`{path}` stays locked by another process")
        yield


def replace_private(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a file that only this user can read: whole or not at all.

    ``durable`` waits until it is on the disk, for what a power cut must not take away.
    """
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _try_lock(lock: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
