"""The folder that the documentation is written to: all or nothing, and never over others' files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gtmgen.docs.output.manifest import NAME, Manifest, read_manifest
from gtmgen.errors import GuardError, UsageError
from gtmgen.files.generated import Publication, describe_refused, publish, read_own
from gtmgen.files.safe_paths import check_paths, check_place


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
    _check_project(out, last, manifest)
    before = {path: read_own(out, path) for path in {*files, *last.files}}
    _refuse_others(out, files, before, last)
    stale = [path for path in last.files if path not in files and before[path] is not None]
    removed = [path for path in stale if last.wrote(path, before[path] or b"")]
    written = {path: data for path, data in files.items() if before[path] != data}
    # Put in place first: killed half-way, the next generation knows what may be of this one.
    pending = replace(last, project=manifest.project, files={**manifest.files, **last.files})
    if written or removed or read_own(out, NAME) != _encode_manifest(manifest):
        publication = Publication(
            NAME, written, removed, _encode_manifest(pending), _encode_manifest(manifest)
        )
        publish(out, publication, "")
    return Written(
        tuple(sorted(written)),
        tuple(sorted(removed)),
        tuple(sorted(set(stale) - set(removed))),
    )


def _encode_manifest(manifest: Manifest) -> bytes:
    return manifest.text().encode("utf-8", "surrogatepass")


def _check_project(out: Path, last: Manifest, manifest: Manifest) -> None:
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
    raise GuardError(
        describe_refused(out, refused, "that gtmgen did not write"),
        hint="move them away, or choose another folder",
    )
