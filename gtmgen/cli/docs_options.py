"""The options of ``gtmgen docs``: those given, else those of the folder's last generation.

Paths are taken from the command line alone. The folder's manifest may come with a pull request,
and a path in it would choose which files of this machine are read.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from gtmgen.docs.output.manifest import NAME, OPTIONS, read_manifest
from gtmgen.errors import UsageError
from gtmgen.files.git import SCHEME
from gtmgen.text import printable

_OF_ONE_RUN = ("since",)
"""Options that the folder does not remember: since when something has changed is another question
at each release."""


def read_options(out: Path, options: Mapping[str, str | None]) -> dict[str, str]:
    """Paths as seen from the working folder. An empty text takes an option back.

    Raises :class:`UsageError` when the last generation had a path and the command line says
    nothing about it.
    """
    last = {
        name: _moved(name, value, out, to_here=True)
        for name, value in read_manifest(out).options.items()
        if name not in _OF_ONE_RUN
    }
    _check_paths_given(last, options, out)
    last.update({name: value for name, value in options.items() if value is not None})
    return {name: last[name] for name in OPTIONS if last.get(name)}


def stored(out: Path, options: Mapping[str, str]) -> dict[str, str]:
    """The same with paths as seen from the folder, which is where they are kept."""
    return {
        name: _moved(name, value, out, to_here=False)
        for name, value in options.items()
        if name not in _OF_ONE_RUN
    }


def _check_paths_given(
    last: Mapping[str, str], options: Mapping[str, str | None], out: Path
) -> None:
    missing = [
        name
        for name in OPTIONS
        if options.get(name) is None and last.get(name) and _is_path(name, last[name])
    ]
    if not missing:
        return
    again = " ".join(f"--{name} {printable(shlex.quote(last[name]))}" for name in missing)
    without = " ".join(f"--{name} ''" for name in missing)
    raise UsageError(
        f"`{out / NAME}` says `{again}`; paths are taken from the command line alone",
        hint=f"give `{again}`, or `{without}` to do without",
    )


def _moved(name: str, value: str, out: Path, *, to_here: bool) -> str:
    if not _is_path(name, value) or Path(value).is_absolute():
        return value
    try:
        path = os.path.relpath(out / value) if to_here else os.path.relpath(value, out)
    except ValueError:  # on another drive
        path = str(Path(value).absolute())
    return Path(path).as_posix()


def _is_path(name: str, value: str) -> bool:
    if name == "since":
        return not value.startswith(SCHEME)
    if name == "language":
        return value.endswith((".yaml", ".yml"))
    return name in ("logo", "templates")
