"""``.gtmgen-docs.json``: what a generation wrote and with which options.

Because of it the next one knows which files are its own, and a check needs no options.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gtmgen.errors import GtmgenError
from gtmgen.files.generated import digest
from gtmgen.files.safe_paths import unsafe

NAME = ".gtmgen-docs.json"
OPTIONS = ("format", "markdown", "env", "language", "title", "logo", "color", "templates", "since")
_FORMAT = 1
_FORMATS = ("html", "markdown", "xlsx", "csv", "all")


@dataclass(frozen=True)
class Manifest:
    """``files``: relative path -> digest with Unix line ends. ``options`` holds those given."""

    project: str | None = None
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, project: str, options: Mapping[str, str], files: Mapping[str, bytes]) -> Manifest:
        """What a generation is about to write."""
        return cls(project, options, {path: digest(data) for path, data in files.items()})

    def wrote(self, path: str, data: bytes) -> bool:
        """Whether the last generation wrote just this."""
        return self.files.get(path) == digest(data)

    def text(self) -> str:
        """Sorted, and a line for each thing, so that it merges well in Git."""
        record = {
            "format": _FORMAT,
            "project": self.project,
            "options": {name: self.options[name] for name in OPTIONS if name in self.options},
            "files": dict(sorted(self.files.items())),
        }
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_manifest(out: Path) -> Manifest:
    """The folder's, or an empty one; raises :class:`GtmgenError` for what gtmgen did not write."""
    file = out / NAME
    try:
        if not file.is_file():
            return Manifest()
        return _read(json.loads(file.read_bytes()), file)
    except OSError as error:
        raise GtmgenError(f"`{file}` cannot be read: {error.strerror or error}") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise GtmgenError(
            f"`{file}` is damaged",
            hint="bring it back from Git; or delete it together with the files that were generated",
        ) from None


def _read(document: Any, file: Path) -> Manifest:
    if document["format"] != _FORMAT:
        raise GtmgenError(
            f"`{file}` was written by another gtmgen (format {document['format']!r})",
            hint="is there a newer gtmgen?",
        )
    options, files, project = document["options"], document["files"], document["project"]
    texts = (*options.values(), *files.values(), project)
    if options.get("format", "all") not in _FORMATS:
        raise ValueError
    paths = [path for path in files if unsafe(path) is not None or path == NAME]
    if paths or set(options) - set(OPTIONS) or not all(isinstance(text, str) for text in texts):
        raise ValueError
    return Manifest(project, options, files)
