"""Several files at once: written aside, then put in place; taken back when that fails."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from gtmgen.files.atomic import keep_mode, write_aside

_PREFIX = ".gtmgen-import-"


def clear_stale(root: Path) -> None:
    """Take away what a killed import left: its folder of files that were not yet in place."""
    for folder in root.glob(f"{_PREFIX}*.tmp"):
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)


class Staging:
    """A folder in the target, on the same file system: a rename puts a file in place.

    Left without :meth:`keep`, everything that was done is undone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staged: list[tuple[Path, Path]] = []
        self._undo: list[tuple[Path, bytes | None]] = []
        self._made: list[Path] = []
        self._emptied: set[Path] = set()
        self._kept = False
        self.taken_back = True

    def __enter__(self) -> Staging:
        name = tempfile.mkdtemp(prefix=_PREFIX, suffix=".tmp", dir=self._root)
        self._folder = Path(name)
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if not self._kept:
                self._take_back()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            for folder in sorted({*self._emptied, *self._made}, reverse=True):
                self._remove_empty(folder)

    def stage(self, files: Mapping[str, bytes]) -> None:
        """Write the files aside; a full disk shows here, before anything is touched."""
        for path, data in files.items():
            self._staged.append((self._aside(data), self._root / path))

    def put(self, path: str, data: bytes) -> None:
        """Put one file in place now."""
        self._replace(self._aside(data), self._root / path)

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, and the folders that they leave empty."""
        for path in paths:
            target = self._root / path
            self._undo.append((target, target.read_bytes()))
            target.unlink()
            self._emptied.update(
                parent for parent in target.parents if self._root in parent.parents
            )

    def publish(self) -> None:
        """Put everything that is staged in place."""
        for aside, target in self._staged:
            self._replace(aside, target)

    def keep(self) -> None:
        """All is done: nothing is to be undone."""
        self._kept = True

    def _aside(self, data: bytes) -> Path:
        return write_aside(self._folder, data)

    def _replace(self, aside: Path, target: Path) -> None:
        missing = [
            parent for parent in (*target.parents,) if not parent.exists() and parent != self._root
        ]
        target.parent.mkdir(parents=True, exist_ok=True)
        self._made.extend(missing)
        before = target.read_bytes() if target.is_file() else None
        # A rename brings the new file's mode along, which would take others' right to read the old
        # one.
        keep_mode(target, aside)
        self._undo.append((target, before))
        aside.replace(target)

    def _take_back(self) -> None:
        """As far as the disk allows.

        The lock file was put in place first and says what was begun. It is taken back last, and
        not where something else could not be: the next import then knows these files.
        """
        for target, before in reversed(self._undo):
            if target == self._undo[0][0] and not self.taken_back:
                return
            try:
                if before is None:
                    target.unlink(missing_ok=True)
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    self._aside(before).replace(target)
            except OSError:
                self.taken_back = False

    @staticmethod
    def _remove_empty(folder: Path) -> None:
        with contextlib.suppress(OSError):  # it is not empty, or is gone
            folder.rmdir()
