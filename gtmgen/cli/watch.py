"""`--watch`: runs again whenever a file that was read changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gtmgen.cli.output import talk
from gtmgen.errors import GtmgenError, SpecError

_PAUSE = 0.3
_WATCHED = (".yaml", ".yml", ".json", ".js", ".html", ".tpl")


def watch(paths: Sequence[Path], work: Callable[[], int], *, rounds: int | None = None) -> int:
    """Run, wait for a change below the files' folders, and run again, until interrupted."""
    code = _run(work)
    before = _state(paths)
    while rounds is None or rounds > 0:
        time.sleep(_PAUSE)
        now = _state(paths)
        if now != before:
            before = now
            talk("")
            code = _run(work)
            rounds = None if rounds is None else rounds - 1
    return code


def _run(work: Callable[[], int]) -> int:
    """A spec that is being edited is often wrong: that is told, and the watch goes on."""
    from gtmgen.cli.output import show_problems

    try:
        return work()
    except SpecError as error:
        show_problems(error.diagnostics)
        return error.exit_code
    except GtmgenError as error:
        talk(f"error: {error.message}")
        return error.exit_code


def _state(paths: Sequence[Path]) -> dict[Path, int]:
    files = dict.fromkeys(paths, 0)
    for folder in {path.parent for path in paths}:
        files |= {file: 0 for file in folder.rglob("*") if file.suffix in _WATCHED}
    return {file: _changed(file) for file in files}


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
