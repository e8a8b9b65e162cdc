"""``docs --last-change``: when, and by whom, each event was changed last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gtmgen.files.git_blame import LineChange, blame
from gtmgen.source.document import Document


def last_changes(document: Document, events: Iterable[str]) -> dict[str, str]:
    """Event -> day and author of the newest commit among its lines; changes that nobody has
    committed do not count.

    :raises GtmgenError: no Git repository, a file that Git does not know, or a shallow clone.
    """
    by_file: dict[str, dict[int, LineChange]] = {}
    dates: dict[str, str] = {}
    for key in events:
        file, lines = document.lines(("events", key))
        if file not in by_file:
            by_file[file] = blame(Path(file))
        changes = [by_file[file][line] for line in lines if line in by_file[file]]
        if changes:
            dates[key] = str(max(changes))
    return dates
