"""Which specs the paths of a command line meant at a Git revision."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path

from gtmgen.files.git import GitPlace, locate_below_top
from gtmgen.files.git_repository import GitEntry, Repository
from gtmgen.files.reading import MAX_BYTES
from gtmgen.source.discover import is_skipped, says_version
from gtmgen.source.yaml_file import SUFFIXES


def find_specs_at(revision: str, paths: Sequence[Path]) -> list[str]:
    """Every spec that was below these folders, or that one of these files was; as they are named
    from the current directory."""
    repository = Repository()
    commit = repository.commit(revision)
    unique: dict[str, None] = {}
    for path in paths:
        unique.update(dict.fromkeys(_find_below(repository, commit, revision, path)))
    return list(unique)


def _find_below(repository: Repository, commit: str, revision: str, path: Path) -> Iterator[str]:
    full = locate_below_top(repository, GitPlace(revision, path.as_posix()))
    if path.suffix in SUFFIXES:
        folder, name = posixpath.split(full)
        entries = [one for one in repository.entries(commit, folder) if one.path == name]
        for _ in _choose_specs(repository, entries):
            yield path.as_posix()
        return
    folder = "" if full == "." else full
    for entry in _choose_specs(repository, repository.entries(commit, folder, below=True)):
        yield posixpath.normpath(posixpath.join(path.as_posix(), entry.path))


def _choose_specs(repository: Repository, entries: Sequence[GitEntry]) -> Iterator[GitEntry]:
    files = [
        entry
        for entry in entries
        if entry.is_file
        and entry.size <= MAX_BYTES
        and entry.path.endswith(SUFFIXES)
        and not any(is_skipped(part) for part in entry.path.split("/")[:-1])
    ]
    for entry, content in repository.contents(files):
        if says_version(content.decode("utf-8", "replace")):
            yield entry
