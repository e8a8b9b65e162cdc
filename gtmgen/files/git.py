"""``git:REV:path``: a file as it was at a Git revision, with the folder that it is in.

What includes, code files and packs need lies below the spec's folder, so that folder is written
to a temporary one, from Git's own objects. Symbolic links and submodules are left out: a link
could lead anywhere. Files keep the bytes of the repository; ``.gitattributes`` and LFS do not
apply.
"""

from __future__ import annotations

import os
import posixpath
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import NamedTuple

from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.files.git_repository import GitEntry, Repository
from gtmgen.files.reading import MAX_BYTES
from gtmgen.text import nearest

SCHEME = "git:"
MAX_FILES = 20_000
MAX_TOTAL = 256 * 1024 * 1024  # bytes; a spec's folder has kilobytes


class GitPlace(NamedTuple):
    """A revision and a path below the current directory, as in ``git show REV:./path``."""

    revision: str
    path: str

    @classmethod
    def read(cls, text: str, path: str | None = None) -> GitPlace:
        """``git:REV:path``, where REV may be ``HEAD^{/fix: it}``; ``git:REV`` is of ``path``."""
        depth = 0
        revision_and_path = text.removeprefix(SCHEME)
        for index, char in enumerate(revision_and_path):
            depth += (char == "{") - (char == "}")
            if char == ":" and depth == 0:
                parsed = cls(revision_and_path[:index], revision_and_path[index + 1 :])
                if parsed.revision and parsed.path:
                    return parsed
                break
        if (
            path is not None
            and revision_and_path
            and depth == 0
            and not revision_and_path.endswith(":")
        ):
            return cls(revision_and_path, path)
        hint = "for example `git:HEAD:specs/shop.yaml` or `git:origin/main:container.json`"
        raise UsageError(f"`{text}` does not have the form `git:REV:path`", hint=hint)

    def __str__(self) -> str:
        return f"{SCHEME}{self.revision}:{self.path}"


@contextmanager
def checkout(revision: str, path: str | FilePath) -> Iterator[FilePath]:
    """The path of a temporary copy of a file, with what else its folder had at a revision.

    ``path`` is relative to the current directory. Of a JSON file only itself is copied. The copy
    goes away afterwards; errors raised meanwhile name ``git:REV:path`` in place of it.
    Raises :class:`GtmgenError`: no repository, no such revision, no such path in it.
    """
    at_revision = GitPlace(revision, os.fspath(path).replace(os.sep, "/"))
    repository = Repository()
    commit = repository.commit(at_revision.revision)
    folder, name = posixpath.split(locate_below_top(repository, at_revision))
    file = _find(repository, commit, folder, name, at_revision)
    alone = name.lower().endswith(".json")
    with tempfile.TemporaryDirectory(prefix="gtmgen-git-") as temporary:
        root = FilePath(temporary)
        entries = [file] if alone else repository.entries(commit, folder, below=True)
        _write(repository, root, entries, at_revision)
        folder_name = posixpath.dirname(at_revision.path)
        with _named(
            root, f"{SCHEME}{at_revision.revision}:{folder_name}{'/' if folder_name else ''}"
        ):
            yield root / name


def exists_at(at_revision: GitPlace) -> bool:
    """Whether the revision has the file. Raises :class:`GtmgenError` where there is no such
    revision, or no repository."""
    repository = Repository()
    commit = repository.commit(at_revision.revision)
    folder, name = posixpath.split(locate_below_top(repository, at_revision))
    return any(entry.path == name for entry in repository.entries(commit, folder))


def locate_below_top(repository: Repository, at_revision: GitPlace) -> str:
    """The path from the repository's top; ``.`` for the top itself."""
    path = at_revision.path
    if posixpath.isabs(path) or FilePath(path).is_absolute():
        path = os.path.relpath(path).replace(os.sep, "/")
    full = posixpath.normpath(repository.prefix + path)
    if full == ".." or full.startswith("../"):
        raise UsageError(f"`{at_revision.path}` lies outside the Git repository")
    return full


def _find(
    repository: Repository, commit: str, folder: str, name: str, at_revision: GitPlace
) -> GitEntry:
    entries = {entry.path: entry for entry in repository.entries(commit, folder)}
    entry = entries.get(name)
    if entry is None:
        is_present = FilePath(at_revision.path).is_file()
        later = "the file is there now, but not in that revision"
        hint = later if is_present else nearest(name, sorted(entries))
        message = f"there is no `{at_revision.path}` in the revision `{at_revision.revision}`"
        raise UsageError(message, hint=hint)
    if not entry.is_file:
        noun = "a symbolic link" if entry.is_link else "a folder"
        noun = "a submodule" if entry.type == "commit" else noun
        raise UsageError(f"`{at_revision}` is {noun}, not a file")
    return entry


def _write(
    repository: Repository, root: FilePath, entries: Iterable[GitEntry], at_revision: GitPlace
) -> None:
    files = [entry for entry in entries if entry.is_file]
    small = [entry for entry in files if entry.size <= MAX_BYTES]
    if len(files) > MAX_FILES or sum(entry.size for entry in small) > MAX_TOTAL:
        raise GtmgenError(
            f"the folder of `{at_revision}` is too large to be copied: {len(files)} files",
            hint="keep the spec in a folder of its own, with what it includes below it",
        )
    try:
        for entry, data in repository.contents(small):
            _target(root, entry).write_bytes(data)
        for entry in files:
            if entry.size > MAX_BYTES:  # refused by whoever reads it, so only its size matters
                with _target(root, entry).open("wb") as stream:
                    stream.truncate(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise GtmgenError(f"the folder of `{at_revision}` cannot be copied: {error}") from None


def _target(root: FilePath, entry: GitEntry) -> FilePath:
    """Where a file goes. Git makes no such names itself, but a tree can be made by hand."""
    parts = entry.path.split("/")
    target = root.joinpath(*parts)
    if any(part in ("", ".", "..") for part in parts) or not target.is_relative_to(root):
        raise ValueError(f"it holds a file of the name `{entry.path}`")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


@contextmanager
def _named(root: FilePath, folder_name: str) -> Iterator[None]:
    """Errors with the names that the user knows: the temporary folder's would say nothing."""

    def name(text: str) -> str:
        for path in dict.fromkeys((str(root), str(root.resolve()))):
            text = text.replace(path + os.sep, folder_name).replace(path, folder_name.rstrip("/"))
        return text

    try:
        yield
    except SpecError as error:
        raise SpecError(
            [
                item._replace(
                    span=item.span._replace(file=name(item.span.file)),
                    message=name(item.message),
                    hint=name(item.hint) if item.hint else None,
                )
                for item in error.diagnostics
            ]
        ) from None
    except GtmgenError as error:
        error.message = name(error.message)
        error.args = (error.message,)
        error.hint = name(error.hint) if error.hint else None
        raise
