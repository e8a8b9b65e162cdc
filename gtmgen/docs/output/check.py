"""Whether written documentation is what would be written now."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from gtmgen.docs.output.manifest import read_manifest
from gtmgen.files.generated import read_own

TEXTS = (".html", ".md", ".csv", ".json", ".svg", ".txt")
_WIDTH = 90


def check(files: Mapping[str, bytes], out: Path) -> tuple[str, ...]:
    """One line for each file that is missing, differs or is left over; () when none is.

    Files that no generation wrote are nobody's business here.
    """
    written = read_manifest(out).files
    differences = [line for path in sorted(files) for line in _compare_file(out, path, files[path])]
    for path in sorted(set(written) - set(files)):
        if read_own(out, path) is not None:
            differences.append(f"{out / path}: left over from an earlier generation")
    return tuple(differences)


def _compare_file(out: Path, path: str, rendered: bytes) -> Iterator[str]:
    existing = read_own(out, path)
    file = out / path
    if existing is None:
        yield f"{file}: missing"
    elif not path.endswith(TEXTS):
        if existing != rendered and not _is_same_workbook(existing, rendered):
            yield f"{file}: differs"
    elif fold_line_ends(existing) != fold_line_ends(rendered):
        yield _format_difference(file, fold_line_ends(existing), fold_line_ends(rendered))


def _is_same_workbook(one: bytes, other: bytes) -> bool:
    """Whether two hold the same; how it is compressed differs between versions of zlib."""
    members = _list_members(one)
    return members is not None and members == _list_members(other)


def _list_members(data: bytes) -> list[tuple[str, int, int]] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as workbook:
            return [(item.filename, item.CRC, item.file_size) for item in workbook.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None


def fold_line_ends(text: bytes) -> bytes:
    """With Unix line ends: Git may change them on checkout, which makes nothing out of date."""
    return text.replace(b"\r\n", b"\n")


def _format_difference(file: Path, existing: bytes, rendered: bytes) -> str:
    old = existing.decode("utf-8", "replace").split("\n")
    new = rendered.decode("utf-8", "replace").split("\n")
    for number, (was, will_be) in enumerate(zip_longest(old, new), 1):
        if was != will_be:
            start = _start(was or "", will_be or "")
            return (
                f"{file}:{number}: differs\n"
                f"  there:  {_show(was, start)}\n"
                f"  wanted: {_show(will_be, start)}"
            )
    return f"{file}: differs"  # in bytes that are no text


def _start(one: str, other: str) -> int:
    """A little before the first difference: a page's data are one very long line."""
    same = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        same += 1
    return 0 if max(len(one), len(other)) <= _WIDTH else max(0, same - _WIDTH // 3)


def _show(line: str | None, start: int) -> str:
    if line is None:
        return "(the end of the file)"
    part = line[start : start + _WIDTH]
    return f"{'…' if start else ''}{part}{'…' if start + _WIDTH < len(line) else ''}"
