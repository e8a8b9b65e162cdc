"""``gtmgen lint --fix`` and ``--diff``: the edits of specs, shown as a diff."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gtmgen.cli.checked import CheckOne, check_spec
from gtmgen.cli.output import data, talk, write_bytes
from gtmgen.diagnostics import Diagnostic
from gtmgen.errors import GtmgenError
from gtmgen.files.reading import read_limited
from gtmgen.lint.fix import mend
from gtmgen.text import plural, printable

_MOST_PASSES = 5
"""What is mended can show what could not be checked before; in practice two passes do."""


def fix_specs(
    specs: Sequence[Path], env: str | None, check_one: CheckOne, *, quiet: bool = False
) -> None:
    """Mend the files of the specs, each written whole or not at all, and show what has changed."""
    before: dict[Path, str] = {}
    texts: dict[Path, str] = {}
    count = 0
    for _ in range(_MOST_PASSES):
        fixes = _fixes(specs, env, check_one)
        for path, (old, new, applied) in fixes.items():
            before.setdefault(path, old)
            texts[path] = new
            count += len(applied)
            write_text(path, new)
        if not fixes:
            break
    data_lines = "".join(diff_text(path, before[path], texts[path]) for path in sorted(texts))
    if data_lines:
        data(data_lines)
    if not quiet:
        talk(f"mended {plural(count, 'problem')} in {plural(len(texts), 'file')}")


def show_fixes(specs: Sequence[Path], env: str | None, check_one: CheckOne) -> int:
    """Show what a first pass of :func:`fix_specs` would change; 1 when there is something."""
    fixes = _fixes(specs, env, check_one)
    count = sum(len(applied) for _, _, applied in fixes.values())
    if fixes:
        data("".join(diff_text(path, old, new) for path, (old, new, _) in sorted(fixes.items())))
    talk(f"would mend {plural(count, 'problem')} in {plural(len(fixes), 'file')}")
    return int(bool(fixes))


def _fixes(
    specs: Sequence[Path], env: str | None, check_one: CheckOne
) -> Mapping[Path, tuple[str, str, list[Diagnostic]]]:
    """For each file that an edit is for: its text, the mended text, and what was mended."""
    by_file: dict[str, list[Diagnostic]] = {}
    for spec in specs:
        for problem in check_spec(spec, env, check_one).problems:
            if problem.fix is not None:
                by_file.setdefault(problem.span.file, []).append(problem)
    fixes = {}
    for file, problems in sorted(by_file.items()):
        old = read_text(Path(file))
        new, applied = mend(old, problems)
        if applied:
            fixes[Path(file)] = (old, new, applied)
    return fixes


def read_text(path: Path) -> str:
    """The text without a byte order mark, its line breaks as they are."""
    try:
        return read_limited(path).decode("utf-8-sig")
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be read: {error.strerror}") from None


def write_text(path: Path, text: str) -> None:
    """Write a file whole, with the byte order mark that it has."""
    mark = codecs.BOM_UTF8 if read_limited(path).startswith(codecs.BOM_UTF8) else b""
    write_bytes(path, [mark + text.encode()])


def diff_text(path: Path, old: str, new: str) -> str:
    """A unified diff, without control characters."""
    return "".join(_diff_lines(path, old, new))


def _diff_lines(path: Path, old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), str(path), str(path), lineterm="", n=1
    )
    for line in lines:
        yield printable(line) + "\n"
