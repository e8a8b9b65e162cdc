"""The folder that an import writes: all or nothing, and never over what a person changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gtmgen.errors import GuardError, UsageError
from gtmgen.files.generated import Publication, describe_refused, digest, publish, read_own
from gtmgen.files.safe_paths import check_paths, check_place, folded
from gtmgen.files.staging import clear_stale
from gtmgen.importer.keys import assign_keys
from gtmgen.importer.write.lock import EntityKey, Lock, check_keys, read_lock
from gtmgen.source.unfinished_import import LOCK_NAME


@dataclass(frozen=True)
class FolderChanges:
    """Relative paths, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class OutFolder:
    """A folder with what the last import left there; it need not exist yet."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        if self.path.exists() and not self.path.is_dir():
            raise UsageError(f"`{path}` is a file; `--out` names a folder")
        self._lock = self._read_lock()

    @property
    def source(self) -> str | None:
        """What the last import read."""
        return self._lock.source

    def keys(self, entities: Iterable[tuple[str, str, str]]) -> list[EntityKey]:
        """A key for each kind, ID and name: the one of the last import, where there was one."""
        return assign_keys(entities, self._lock.entities)

    def check(self, files: Mapping[str, bytes], overwrite: Collection[str] = ()) -> FolderChanges:
        """What :meth:`write` would do; raises what it would raise before it writes."""
        return self._find_changes(files, overwrite)[0]

    def write(
        self,
        files: Mapping[str, bytes],
        keys: Iterable[EntityKey],
        *,
        source: str,
        overwrite: Collection[str] = (),
    ) -> FolderChanges:
        """Write the files, and remove those that only an earlier import wrote.

        ``overwrite`` names files that may be written over or removed though somebody edited
        them. Killed half-way, the next import knows what was done and goes on from there; after
        an error everything is as it was, as far as the disk allows.
        """
        entities = tuple(keys)
        check_keys(entities)
        changes, before = self._find_changes(files, overwrite)
        final = Lock(source, {path: digest(data) for path, data in files.items()}, {}, entities)
        written = {path: files[path] for path in (*changes.added, *changes.changed)}
        lock_data = final.text().encode("utf-8", "surrogatepass")
        if not written and not changes.removed and self._lock_bytes() == lock_data:
            clear_stale(self.path)
            return changes
        pending = Lock(
            self._lock.source,
            # What is there now is known to be ours, or may be written over.
            {path: digest(data) for path, data in before.items() if data is not None},
            final.files,
            self._lock.entities,
        )
        publication = Publication(
            LOCK_NAME,
            written,
            changes.removed,
            pending.text().encode("utf-8", "surrogatepass"),
            lock_data,
        )
        publish(self.path, publication, "; put that right and import again")
        self._lock = final
        return changes

    def _find_changes(
        self, files: Mapping[str, bytes], overwrite: Collection[str]
    ) -> tuple[FolderChanges, dict[str, bytes | None]]:
        """The changes, and what now is in each file that there is or was to be."""
        check_paths((*files, LOCK_NAME))
        written = {**self._lock.files, **self._lock.pending}
        unknown = sorted(set(overwrite) - set(files) - set(written))
        if unknown:
            raise UsageError(
                f"`--overwrite {unknown[0]}`: the import neither writes nor removes that file",
                hint="name it as it stands below the folder, for example `tags/pixel.html`",
            )
        before: dict[str, bytes | None] = {}
        for path in sorted({*files, *written}):
            if path in files:
                check_place(self.path, path)
            before[path] = read_own(self.path, path)
        self._check_case(files, before)
        self._check_edits(files, before, overwrite)
        stale = [path for path in written if path not in files and before[path] is not None]
        return (
            FolderChanges(
                tuple(sorted(path for path in files if before[path] is None)),
                tuple(sorted(path for path in files if before[path] not in (None, files[path]))),
                tuple(sorted(stale)),
                tuple(sorted(path for path in files if before[path] == files[path])),
            ),
            before,
        )

    def _check_edits(
        self,
        files: Mapping[str, bytes],
        before: Mapping[str, bytes | None],
        overwrite: Collection[str],
    ) -> None:
        refused = []
        for path, data in before.items():
            if data is None or path in overwrite or data == files.get(path):
                continue
            if self._lock.wrote(path, data):
                continue
            if path in self._lock.files or path in self._lock.pending:
                would = "" if path in files else "; the import would remove it"
                refused.append((path, f"edited since the last import{would}"))
            else:
                refused.append((path, "not written by an import"))
        if not refused:
            return
        raise GuardError(
            describe_refused(
                self.path, [f"{path}  ({why})" for path, why in refused], "or removed"
            ),
            hint=f"`--overwrite {refused[0][0]}` allows it for that file, and can be given "
            "several times; or import into another folder and compare",
        )

    def _check_case(self, files: Mapping[str, bytes], before: Mapping[str, bytes | None]) -> None:
        """A file that differs only in case would be one with ours elsewhere."""
        listed: dict[Path, dict[str, str]] = {}
        for path in files:
            if before[path] is not None:
                continue
            current = self.path
            for step in path.split("/"):
                if current not in listed:
                    existing = sorted(current.iterdir()) if current.is_dir() else []
                    listed[current] = {folded(item.name): item.name for item in existing}
                other = listed[current].get(folded(step), step)
                mine = (current / other).relative_to(self.path).as_posix()
                if other != step and mine not in self._lock.files:
                    raise GuardError(
                        f"`{current / other}` and `{current / step}`, which is to be written, are "
                        "one file where case does not count",
                        hint="rename yours, or import into another folder",
                    )
                current /= step

    def _lock_bytes(self) -> bytes | None:
        return read_own(self.path, LOCK_NAME)

    def _read_lock(self) -> Lock:
        check_place(self.path, LOCK_NAME)
        data = self._lock_bytes()
        return Lock() if data is None else read_lock(data, str(self.path / LOCK_NAME))
