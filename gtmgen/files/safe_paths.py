"""Which relative paths may be written below a folder, on every file system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from gtmgen.errors import GtmgenError

_FORBIDDEN = frozenset('<>:"|?*\\')
_DEVICES = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        "conin",
        "conout",
        *(f"{name}{number}" for name in ("com", "lpt") for number in range(10)),
    )
)
_MAX_BYTES = 255  # of one component, on usual file systems


def unsafe(path: str) -> str | None:
    """Why a relative POSIX path may not be used, or None."""
    if not path or path.startswith("/") or path.endswith("/"):
        return "it is not a path below the folder"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "it leaves the folder"
        if any(char in _FORBIDDEN or not char.isprintable() for char in part):
            return "it has a character that not every file system takes"
        if part[-1] in ". " or is_device(part.partition(".")[0]):
            return "Windows has no such file names"
        if len(part.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
            return "it is too long"
    return None


def is_device(stem: str) -> bool:
    """Whether Windows takes a name, without its suffix, for a device."""
    return stem.rstrip(" $").lower() in _DEVICES


def folded(path: str) -> str:
    """What file systems without a difference of case take for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", path).casefold())


def check_paths(paths: Iterable[str]) -> None:
    """Refuse paths that lead out of the folder, or that some file systems take for one."""
    by_folded: dict[str, str] = {}
    for path in sorted(paths):
        why = unsafe(path)
        if why is not None:
            raise GtmgenError(f"`{path}` cannot be written: {why}")
        other = by_folded.setdefault(folded(path), path)
        if other != path:
            raise GtmgenError(f"`{other}` and `{path}` are one file where case does not count")
    for path in sorted(paths):
        steps = path.split("/")
        for length in range(1, len(steps)):
            parent = "/".join(steps[:length])
            if by_folded.get(folded(parent)) is not None:
                raise GtmgenError(f"`{parent}` is to be both a file and a folder")


def check_place(root: Path, path: str) -> None:
    """Refuse what stands in the way of a file: links, a folder, a file in place of a folder."""
    target = root
    *folders, last = path.split("/")
    for folder in folders:
        target /= folder
        _no_link(root, target)
        if target.exists() and not target.is_dir():
            raise GtmgenError(
                f"`{target}` is a file, and a folder is needed there", hint="move it away"
            )
    target /= last
    _no_link(root, target)
    if target.exists() and not target.is_file():
        raise GtmgenError(
            f"`{target}` is not a file, and one is to be written there", hint="move it"
        )


def _no_link(root: Path, path: Path) -> None:
    if path.is_symlink():
        raise GtmgenError(
            f"`{path}` is a symbolic link; nothing is written through links below `{root}`",
            hint="replace it by what it leads to, or choose another folder",
        )
