"""Which specs are meant by the paths of a command line: files, folders, included files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gtmgen.errors import UsageError
from gtmgen.files.reading import read_limited
from gtmgen.source.open import files_of
from gtmgen.source.unfinished_import import refuse_unfinished_import
from gtmgen.source.yaml_file import SUFFIXES

_VERSION = re.compile(r"""^["']?gtmgen["']?\s*:""", re.MULTILINE)
_MOST_FILES = 10_000
_SKIPPED = frozenset(("node_modules", "__pycache__"))


def find_specs(paths: Sequence[Path], top: Path, *, others: bool = True) -> list[Path]:
    """The specs that are meant, each once, in the order given; below a folder sorted by name.

    A folder stands for every spec below it. A file without a version of the language is part of
    the specs that include it, which are looked for in its folder and the folders above, up to
    ``top``. A file of no spec stands for itself, or without ``others`` for nothing. Raises
    :class:`UsageError` for a folder without a spec, and :class:`GtmgenError` for one in which an
    import has not ended.
    """
    unique: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            refuse_unfinished_import([path.resolve()])
            specs = [file for file in _yaml_files(path) if _is_spec(file)]
            if not specs:
                raise UsageError(f"there is no spec below `{path}`", hint="a spec has `gtmgen: 1`")
        elif path.suffix in SUFFIXES and path.is_file() and not _is_spec(path):
            specs = list(_including(path, top)) or ([path] if others else [])
        else:
            specs = [path] if others or path.suffix in SUFFIXES else []
        unique.update(dict.fromkeys(specs))
    return list(unique)


def _yaml_files(folder: Path) -> Iterator[Path]:
    """Every YAML file below a folder but those in hidden folders; links are not followed."""
    count = 0
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for name in sorted(files):
            if name.endswith(SUFFIXES):
                count += 1
                if count > _MOST_FILES:
                    raise UsageError(
                        f"there are more than {_MOST_FILES} YAML files below `{folder}`",
                        hint="name the folder that has the specs",
                    )
                yield Path(at) / name


def _is_spec(file: Path) -> bool:
    """Whether a file says which version of the language it is in, as included files need not."""
    try:
        text = read_limited(file).decode("utf-8", "replace") if file.is_file() else ""
    except OSError:  # for the reader of specs to explain
        return False
    return says_version(text)


def says_version(text: str) -> bool:
    """Whether a file is a spec, and no file that one includes."""
    return _VERSION.search(text) is not None


def is_skipped(folder: str) -> bool:
    """Whether specs are not looked for in folders of this name."""
    return folder.startswith(".") or folder in _SKIPPED


def _including(file: Path, top: Path) -> Iterator[Path]:
    """The specs that include a file. An included file lies below its spec's folder."""
    real = file.resolve()
    folder = file.parent
    while True:
        for candidate in sorted(folder.iterdir()):
            if candidate.suffix in SUFFIXES and _is_spec(candidate) and real in files_of(candidate):
                yield candidate
        if folder.resolve() == top.resolve() or folder.resolve() == folder.resolve().parent:
            return
        folder = folder / ".." if folder.name in ("", "..") else folder.parent
