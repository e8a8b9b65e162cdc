"""A folder in which an import ended half-way: some of its files are the old ones, some the new.

Together they may be valid and are no container that ever was, so nobody but the next import reads
them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from gtmgen.errors import GtmgenError
from gtmgen.files.reading import read_limited

LOCK_NAME = ".gtmgen-import.json"
"""The file in which an import says what it wrote, and under ``pending`` what it is writing."""


def refuse_unfinished_import(folders: Iterable[Path]) -> None:
    """Raise :class:`GtmgenError` for the first folder in which an import has not ended."""
    for folder in sorted(set(folders)):
        if _is_pending(folder / LOCK_NAME):
            name = os.path.relpath(folder)
            raise GtmgenError(
                f"an import into `{name}` ended half-way: some of its files are the old ones, "
                "some the new",
                hint=f"import once more with `--out {name}`; it goes on from there",
            )


def _is_pending(lock: Path) -> bool:
    try:
        document = json.loads(read_limited(lock)) if lock.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return False  # which the next import says
    return isinstance(document, dict) and bool(document.get("pending"))
