"""How much of a user's file is read, and of which files."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024


def read_limited(path: Path, most: int = MAX_BYTES) -> bytes:
    """A regular file, or one byte more than the limit of a larger one, which tells the two apart.

    Raises ``OSError``; for a pipe or a device, too, which might never end.
    """
    with open_regular(path) as stream:
        return stream.read(most + 1)


def open_regular(path: Path) -> BufferedReader:
    """A regular file to be read; raises ``OSError``, for a pipe or a device, too."""
    try:
        # Not blocking: to open a pipe that nobody writes to would wait for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError:  # a NUL in the name
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path)) from None
    stream = os.fdopen(handle, "rb")
    mode = os.fstat(stream.fileno()).st_mode
    if stat.S_ISREG(mode):
        return stream
    stream.close()
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is not a regular file", str(path))
