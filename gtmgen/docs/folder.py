"""The folder that the documentation is written to: all or nothing, and never over others' files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gtmgen.docs.manifest import NAME, Manifest, read_manifest
from gtmgen.errors import GtmgenError, GuardError, UsageError
from gtmgen.importer.safe_paths import check_paths, check_place
from gtmgen.importer.staging import Staging, clear_stale

_MOST = 20


@dataclass(frozen=True)
class Written:
    """Relative paths, sorted. ``kept`` would have been removed, but somebody has edited them."""

    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def write(out: Path, files: Mapping[str, bytes], manifest: Manifest) -> Written:
    """Put the files in place, and remove those that only the last generation wrote.

    Files that no generation wrote are left alone; one that stands where a new one goes is a
    :class:`GuardError`, before anything is written. After an error everything is as it was, as
    far as the disk allows.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"`{out}` is a file; `--out` names a folder")
    check_paths((*files, NAME))
    for path in (*files, NAME):
        check_place(out, path)
    last = read_manifest(out)
    _same_project(out, last, manifest)
    before = {path: read(out, path) for path in {*files, *last.files}}
    _refuse_others(out, files, before, last)
    gone = [path for path in last.files if path not in files and before[path] is not None]
    removed = [path for path in gone if last.wrote(path, before[path] or b"")]
    written = {path: data for path, data in files.items() if before[path] != data}
    # Put in place first: killed half-way, the next generation knows what may be of this one.
    pending = replace(last, project=manifest.project, files={**manifest.files, **last.files})
    _publish(out, written, removed, _bytes(pending), _bytes(manifest))
    return Written(
        tuple(sorted(written)),
        tuple(sorted(removed)),
        tuple(sorted(set(gone) - set(removed))),
    )


def read(out: Path, path: str) -> bytes | None:
    """What is there; a link, or what lies behind one, is none of ours."""
    place = out
    for step in path.split("/"):
        place /= step
        if place.is_symlink():
            return None
    try:
        return place.read_bytes() if place.is_file() else None
    except OSError as error:
        raise GtmgenError(f"`{place}` cannot be read: {error.strerror or error}") from None


def _bytes(manifest: Manifest) -> bytes:
    return manifest.text().encode("utf-8", "surrogatepass")


def _publish(
    out: Path, written: Mapping[str, bytes], removed: list[str], pending: bytes, manifest: bytes
) -> None:
    if not written and not removed and read(out, NAME) == manifest:
        return
    staging = Staging(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        clear_stale(out)
        with staging:
            staging.stage(written)
            staging.put(NAME, pending)
            staging.publish()
            staging.remove(removed)
            staging.put(NAME, manifest)
            staging.keep()
    except OSError as error:
        where = error.filename or out
        state = "is as it was" if staging.taken_back else "was written in part"
        raise GtmgenError(
            f"`{where}` cannot be written: {error.strerror or error}", hint=f"`{out}` {state}"
        ) from None


def _same_project(out: Path, last: Manifest, manifest: Manifest) -> None:
    if last.project not in (None, manifest.project):
        raise GuardError(
            f"`{out}` holds the documentation of another project, `{last.project}`",
            hint="give every project a folder of its own; "
            f"if it was renamed, change `project` in `{out / NAME}`",
        )


def _refuse_others(
    out: Path, files: Mapping[str, bytes], before: Mapping[str, bytes | None], last: Manifest
) -> None:
    refused = sorted(
        path
        for path, data in files.items()
        if path not in last.files and before[path] not in (None, data)
    )
    if not refused:
        return
    shown = [f"  {path}" for path in refused[:_MOST]]
    if len(refused) > _MOST:
        shown.append(f"  and {len(refused) - _MOST} more")
    count = "1 file" if len(refused) == 1 else f"{len(refused)} files"
    raise GuardError(
        f"{count} in `{out}` would be overwritten that gtmgen did not write\n" + "\n".join(shown),
        hint="move them away, or choose another folder",
    )
