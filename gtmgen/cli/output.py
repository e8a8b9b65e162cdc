"""Printing: data on stdout, talk on stderr; files are written whole or not at all."""

from __future__ import annotations

import contextlib
import functools
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from gtmgen.cli.answer import Answer
from gtmgen.cli.colour import paint_for_stderr, paint_problems
from gtmgen.cli.stdin import read_again
from gtmgen.diagnostics import Diagnostic, ReadLine, Severity, render
from gtmgen.errors import GtmgenError
from gtmgen.files.atomic import replace_file
from gtmgen.text import plural, printable

MOST_OF_A_RULE = 4


def data(text: str) -> None:
    """What the command was asked for. Raises ``BrokenPipeError`` when nobody reads it."""
    Answer.is_given = True
    # Lone surrogates cannot be encoded, and a console may not know every character.
    stream = sys.stdout
    if stream is None:  # closed before the start, as with `>&-`
        return
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        if not text.endswith("\n"):
            stream.write("\n")
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise GtmgenError(f"the output cannot be written: {error.strerror or error}") from None


def show_written(text: str) -> None:
    """:func:`data`, and nothing at all for a format that is empty without problems."""
    if text:
        data(text)


def drop_output() -> None:
    """Let what is still buffered for stdout go nowhere: Python would try again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def talk(text: str) -> None:
    """What is said beside it. Nobody may be listening; that stops no work."""
    if sys.stderr is None:
        return
    encoding = sys.stderr.encoding or "utf-8"
    shown = "\n".join(map(printable, text.split("\n")))
    shown = paint_problems(shown, paint_for_stderr())
    with contextlib.suppress(OSError):
        print(shown.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
        sys.stderr.flush()


def show_some(warnings: Sequence[Diagnostic], path: Path) -> None:
    """Warnings beside other work: the first of each rule, for an imported spec may have many.

    Notes are for `validate` and `lint`.
    """
    warnings = [item for item in warnings if item.severity is not Severity.NOTE]
    seen: Counter[str] = Counter()
    shown = []
    for item in sorted(warnings, key=Diagnostic.sort_key):
        seen[item.rule] += 1
        if seen[item.rule] <= MOST_OF_A_RULE:
            shown.append(item)
    show_problems(shown)
    hidden = len(warnings) - len(shown)
    if hidden:
        are = "shows it" if hidden == 1 else "shows them all"
        talk(f"{plural(hidden, 'more warning')}; `gtmgen lint {path}` {are}")
    if shown and all(stream and stream.isatty() for stream in (sys.stdout, sys.stderr)):
        talk("")  # on a screen, the answer follows right below


def show_problems(diagnostics: Sequence[Diagnostic], ignored: int = 0) -> None:
    """Problems with their source lines, and how many there are."""
    if not diagnostics:
        return
    talk(render(sorted(diagnostics, key=Diagnostic.sort_key), make_line_reader()))
    talk(f"\n{count_line(diagnostics, ignored)}")


def make_line_reader() -> ReadLine:
    """A function that gives a file's line, for excerpts; it reads each file once."""
    lines = functools.lru_cache(maxsize=16)(_lines)

    def read_line(file: str, line: int) -> str | None:
        file_lines = lines(file)
        return file_lines[line - 1] if 0 < line <= len(file_lines) else None

    return read_line


def count_line(diagnostics: Iterable[Diagnostic], ignored: int = 0) -> str:
    """``2 errors, 1 warning``, and how many the spec says it knows: ``no problems, 3 ignored``."""
    shown = list(diagnostics)
    parts = []
    for severity in Severity:
        number = sum(diagnostic.severity is severity for diagnostic in shown)
        if number:
            parts.append(plural(number, severity.value))
    known = f", {ignored} ignored" if ignored else ""
    return (", ".join(parts) or "no problems") + known


def _lines(file: str) -> list[str]:
    """A file again, for the excerpts; it may have gone or be no text at all."""
    from gtmgen.files.reading import read_limited

    try:
        again = read_again(file)
        data = read_limited(Path(file)) if again is None else again
    except OSError:
        return []
    text = data.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def write_file(path: Path, pieces: Iterable[str], *, private: bool = False) -> None:
    """Write beside the target and rename: a reader sees the old file or the new, never half.

    A ``private`` file is readable by this user alone.
    """
    encoded = (piece.encode("utf-8", "surrogatepass") for piece in pieces)
    write_bytes(path, encoded, private=private)


def write_bytes(path: Path, pieces: Iterable[bytes], *, private: bool = False) -> None:
    """:func:`write_file` for what is bytes already."""
    target = Path(os.path.realpath(path))  # a link stays a link
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            # Into a device or a pipe, which a rename would take away; a directory refuses.
            with target.open("wb") as stream:
                stream.writelines(pieces)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, pieces, private=private)
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be written: {error.strerror or error}") from None
