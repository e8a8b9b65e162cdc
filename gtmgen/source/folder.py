"""The folder of a spec, and the only place that files are read from."""

from __future__ import annotations

import codecs
import errno
import os
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from msgspec import Struct, field

from gtmgen.files.reading import read_limited
from gtmgen.source.yaml_text import decode


class SpecFolder(Struct):
    """The folder of a spec, and the only place that files are read from.

    ``name`` is the folder as the user wrote it, for messages; ``root`` is it resolved.
    """

    root: FilePath
    name: str
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, relative: str) -> str:
        """The text of a file below the folder; raises :class:`UnreadableError` and ``OSError``."""
        name = self.shown(relative)
        if name not in self.texts:
            self.texts[name] = decode(read_limited(self.resolve(relative)), name)
        return self.texts[name]

    def read_exactly(self, relative: str) -> str:
        """The text of a file, byte for byte: a byte order mark is a part of it."""
        data = read_limited(self.resolve(relative))
        text = decode(data, self.shown(relative))
        return "\ufeff" + text if data.startswith(codecs.BOM_UTF8) else text

    def shown(self, relative: str) -> str:
        """The file's name as messages give it."""
        return str(PurePosixPath(self.name) / relative)

    def resolve(self, relative: str) -> FilePath:
        """The file's real path; ``PermissionError`` when it lies outside the folder."""
        try:
            path = (self.root / relative).resolve()
        except RuntimeError:  # what Python says to a symlink that leads to itself, before 3.13
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
        except ValueError:  # a NUL in the name
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
        if not path.is_relative_to(self.root):
            raise PermissionError(relative)
        return path
