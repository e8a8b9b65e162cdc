"""Files that a saved plan names: found again from another folder, or with the plan elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from gtmgen.plan.saved import StatePath


def place_of(path: Path, plan: Path) -> StatePath:
    """A file as a plan that is saved as ``plan`` is to remember it."""
    absolute = _whole(path)
    try:
        beside = os.path.relpath(absolute, _whole(plan).parent)
    except ValueError:  # on another drive
        beside = str(absolute)
    return StatePath(str(path), str(absolute), Path(beside).as_posix())


def find(state: StatePath, plan: Path) -> Path | None:
    """Where the file is now: as seen from the plan, else where it was; None where it is not."""
    nearby = _here(state, plan)
    if nearby.is_file():
        return nearby
    absolute = Path(state.absolute)
    return absolute if absolute.is_file() else None


def find_or_new(state: StatePath, plan: Path) -> Path | None:
    """As :func:`find`; a file that did not exist either is there if the plan was not moved."""
    nearby = _here(state, plan)
    return nearby if nearby == Path(state.absolute) else find(state, plan)


def shown(path: Path) -> Path:
    """Below the working folder as seen from it, else whole."""
    try:
        return path.relative_to(Path.cwd())
    except (OSError, ValueError):
        return path


def _here(state: StatePath, plan: Path) -> Path:
    return _whole(_whole(plan).parent / state.beside)


def _whole(path: Path) -> Path:
    return Path(os.path.realpath(path))
