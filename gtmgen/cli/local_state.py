"""Where the embedded GTM keeps its state: beside the spec, wherever the command is started."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gtmgen.errors import UsageError
from gtmgen.files.atomic import replace_file

FOLDER = ".gtmgen"
STATE = Path(FOLDER, "local-gtm.json")
_IGNORE_ALL = b"# Made by gtmgen: state of `--target local`.\n*\n"


def is_local(target: str) -> bool:
    """Whether a target is the emulator in this process."""
    return target == "local" or target.startswith("local:")


def locate_state(target: str, specs: Sequence[Path | str]) -> str:
    """The target with the file of its state, ``local:FILE``; any other one as it is.

    ``local`` keeps it in the folder of the specs (of several folders, the one that holds them
    all), or in a folder above, up to the root of the repository, that has one already.
    """
    if target not in ("local", "local:"):
        return target
    folder = _folder_of(specs)
    state = next((file for file in _candidates(folder) if file.is_file()), folder / STATE)
    return f"local:{_shown(state)}"


def state_file(target: str) -> Path:
    """Where a local target keeps its state; without a spec, below the working folder."""
    return Path(target[6:]) if target[6:] else STATE


def prepare_folder(state: Path) -> None:
    """Make the folder of a state that is to be written, which Git is told to ignore."""
    ignore = state.parent / ".gitignore"
    if state.parent.name == FOLDER and not ignore.exists():
        try:
            state.parent.mkdir(parents=True, exist_ok=True)
            replace_file(ignore, [_IGNORE_ALL])
        except OSError as error:
            raise UsageError(f"cannot write `{ignore}`: {error.strerror}") from None


def _folder_of(specs: Sequence[Path | str]) -> Path:
    folders = [Path(os.path.realpath(spec)).parent for spec in specs if str(spec) != "-"]
    try:
        return Path(os.path.commonpath(folders)) if folders else Path.cwd()
    except ValueError:  # on several drives
        return Path.cwd()


def _candidates(folder: Path) -> list[Path]:
    above = [folder, *folder.parents]
    root = next((parent for parent in above if (parent / ".git").exists()), folder)
    return [parent / STATE for parent in above[: above.index(root) + 1]]


def _shown(path: Path) -> Path:
    try:
        return path.relative_to(os.path.realpath(Path.cwd()))
    except ValueError:
        return path
