"""Printing: data on stdout, talk on stderr; files are written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from gtmgen.diagnostics import Diagnostic, Severity, render
from gtmgen.errors import GtmgenError


def data(text: str) -> None:
    """What the command was asked for."""
    # Lone surrogates cannot be encoded, and a console may not know every character.
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    if not text.endswith("\n"):
        stream.write("\n")
    stream.flush()


def talk(text: str) -> None:
    """What is said beside it."""
    encoding = sys.stderr.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr, flush=True)


def show_problems(diagnostics: Sequence[Diagnostic]) -> None:
    """Problems with their source lines, and how many there are."""
    if not diagnostics:
        return
    talk(render(sorted(diagnostics, key=Diagnostic.sort_key), _read_line))
    talk(f"\n{count_line(diagnostics)}")


def count_line(diagnostics: Iterable[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    found = list(diagnostics)
    parts = []
    for severity in Severity:
        number = sum(diagnostic.severity is severity for diagnostic in found)
        if number:
            parts.append(f"{number} {severity.value}{'s' if number != 1 else ''}")
    return ", ".join(parts) or "no problems"


def _read_line(file: str, line: int) -> str | None:
    """A line of a file again, for the excerpt; the file may have gone or be no text at all."""
    from gtmgen.source.document import read_limited

    try:
        text = read_limited(Path(file)).decode("utf-8-sig", "replace")
    except OSError:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else None


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """Write beside the target and rename: a reader sees the old file or the new, never half."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(
            handle, "w", encoding="utf-8", errors="surrogatepass", newline="\n"
        ) as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        _same_mode(path, temporary)
        Path(temporary).replace(path)
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be written: {error.strerror}") from None
    finally:
        Path(temporary).unlink(missing_ok=True)


def _same_mode(path: Path, temporary: str) -> None:
    """mkstemp makes files that only the owner reads; take the old file's mode or the usual."""
    try:
        mode = path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)
