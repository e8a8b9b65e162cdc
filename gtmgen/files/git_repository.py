"""Reading a Git repository with the ``git`` binary: a revision, its trees, their files.

Only plumbing is called, which runs no hooks, no filters and no pager. Revisions are resolved to
an object ID first; what is asked afterwards names that ID, so that no later argument can be
taken for an option.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, NamedTuple

from gtmgen.errors import GtmgenError, UsageError

_OBJECT_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\n")
SHALLOW = "the clone is shallow: fetch its history (`fetch-depth: 0`, `git fetch --unshallow`)"


class GitEntry(NamedTuple):
    """One line of ``git ls-tree``; ``size`` is 0 for what is no file."""

    mode: str
    type: str
    object_id: str
    size: int
    path: str

    @property
    def is_link(self) -> bool:
        """A symbolic link."""
        return self.mode == "120000"

    @property
    def is_file(self) -> bool:
        """A file as such, neither a link nor a submodule."""
        return self.type == "blob" and not self.is_link


class Commit(NamedTuple):
    """One commit; ``day`` is the committer's, in UTC."""

    id: str
    day: date
    author: str
    subject: str


class Repository:
    """The repository that a folder is in, the current directory where none is given."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        executable = shutil.which("git")
        if executable is None:
            raise GtmgenError(
                "`git` is not installed, or not on the PATH", hint="`git:REV:path` needs it"
            )
        self._git = executable
        answer = self._run("rev-parse", "--show-prefix")
        if answer.returncode:
            where = "the current directory" if folder in (None, Path()) else f"`{folder}`"
            says = answer.stderr.decode("utf-8", "replace").strip().split("\n")[0]
            raise GtmgenError(
                f"{where} is not in a Git repository",
                hint=f"git says: {says}" if says else None,
            )
        self.prefix = os.fsdecode(answer.stdout.rstrip(b"\n"))
        """The folder below the repository's top, with a slash at the end."""

    def commit(self, revision: str) -> str:
        """The ID of the commit that a revision names."""
        # What begins so would be an option to git.
        if revision.startswith("-") or any(ord(char) < 32 for char in revision):
            raise UsageError(f"`{revision}` is not a Git revision")
        answer = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        # `^main` is one, too, for git: what is not reachable from main.
        if answer.returncode or not _OBJECT_ID.fullmatch(answer.stdout):
            raise UsageError(
                f"there is no revision `{revision}` in this Git repository",
                hint=SHALLOW if self.is_shallow() else None,
            )
        return answer.stdout.decode("ascii").strip()

    def is_shallow(self) -> bool:
        """Whether the clone has the newest commits alone."""
        return self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def log(self, path: str, first: date, end: date) -> list[Commit]:
        """The commits to a path below the folder, the newest first, from the day
        ``first`` on and before ``end``, in UTC; merges are left out."""
        answer = self._run(
            "log", "--no-merges", "--format=%H%x00%ct%x00%an%x00%s%x00", "-z",
            f"--since={first.isoformat()}T00:00:00Z", f"--until={end.isoformat()}T00:00:00Z",
            "--", path or ".",
        )  # fmt: skip
        if answer.returncode:
            return []
        fields = answer.stdout.decode("utf-8", "replace").split("\0")
        rows = [fields[start : start + 4] for start in range(0, len(fields) - 4, 5)]
        return [_parse_commit(row) for row in rows]

    def entries(self, commit: str, folder: str, *, below: bool = False) -> list[GitEntry]:
        """What a folder holds, "" for the top; with ``below``, the folders in it, too."""
        options = ["-r"] if below else []
        answer = self._run("ls-tree", *options, "-z", "-l", "--full-tree", f"{commit}:{folder}")
        if answer.returncode:
            return []
        return [_build_entry(line) for line in answer.stdout.split(b"\0") if line]

    def contents(self, entries: Iterable[GitEntry]) -> Iterator[tuple[GitEntry, bytes]]:
        """The bytes of files, by one process for all of them."""
        with self._batch() as (ask, answers):
            for entry in entries:
                ask.write(entry.object_id.encode("ascii") + b"\n")
                ask.flush()
                header = answers.readline().split()
                if len(header) != 3 or header[1] != b"blob":
                    raise GtmgenError(f"`{entry.path}` cannot be read from the Git repository")
                yield entry, answers.read(int(header[2]))
                answers.read(1)  # the line break after each

    def blame(self, path: Path) -> bytes | None:
        """What ``git blame --line-porcelain`` says of a file in the folder; None where Git does not
        know it."""
        answer = self._run("blame", "--line-porcelain", "--", os.fspath(path))
        return None if answer.returncode else answer.stdout

    @contextmanager
    def _batch(self) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        with subprocess.Popen(  # noqa: S603  # no shell, and no argument is the user's
            [self._git, "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                yield process.stdin, process.stdout
            except BrokenPipeError:
                raise GtmgenError("git stopped while its files were read") from None
            finally:
                process.kill()  # it only reads, and an exception may leave it in mid-answer

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603  # no shell
            [self._git, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            cwd=self._folder,
        )


def _parse_commit(row: list[str]) -> Commit:
    identity, seconds, author, subject = row
    return Commit(identity, datetime.fromtimestamp(int(seconds), UTC).date(), author, subject)


def _build_entry(line: bytes) -> GitEntry:
    head, _, path = line.partition(b"\t")
    mode, type_, object_id, size = head.decode("ascii").split()
    return GitEntry(mode, type_, object_id, int(size) if size.isdecimal() else 0, os.fsdecode(path))
