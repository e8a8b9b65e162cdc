"""Who changed which line of a file last, as ``git blame`` knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from gtmgen.errors import GtmgenError
from gtmgen.files.git_repository import SHALLOW, Repository

_HEAD = re.compile(rb"[0-9a-f]{40,64} [0-9]+ ([0-9]+)(?: [0-9]+)?")
_ZONE = re.compile(r"([+-])([0-9]{2})([0-9]{2})")


class LineChange(NamedTuple):
    """The commit that a line comes from: its author's time, in the author's zone, and name."""

    time: datetime
    author: str

    def __str__(self) -> str:
        return f"{self.time.date().isoformat()}, {self.author}"


def blame(path: Path) -> dict[int, LineChange]:
    """Line, counted from 1 -> its last change; lines that nobody has committed are left out.

    :raises GtmgenError: the file is in no repository, or its history is not all there.
    """
    repository = Repository(path.parent if path.is_file() else None)
    answer = repository.blame(Path(path.name)) if path.is_file() else None
    if answer is None:
        hint = "commit it first; `--last-change` reads the history of the spec"
        raise GtmgenError(f"Git does not know `{path}`", hint=hint)
    # A line of the oldest commit that is there: of a shallow clone it may come from any before.
    if b"\nboundary\n" in answer and repository.is_shallow():
        raise GtmgenError(f"the history of `{path}` is not all there", hint=SHALLOW)
    return dict(_read_lines(answer))


def _read_lines(answer: bytes) -> Iterator[tuple[int, LineChange]]:
    line, facts = 0, dict[str, str]()
    for raw in answer.split(b"\n"):
        if raw.startswith(b"\t"):
            if not facts["id"].strip("0"):
                continue  # not committed yet
            yield line, LineChange(_parse_time(facts), facts["author"])
        elif head := _HEAD.fullmatch(raw):
            line, facts = int(head[1]), {"id": raw.split()[0].decode("ascii")}
        else:
            key, _, value = raw.decode("utf-8", "replace").partition(" ")
            facts[key] = value


def _parse_time(facts: dict[str, str]) -> datetime:
    zone = _ZONE.fullmatch(facts["author-tz"])
    offset = timedelta()
    if zone is not None:
        offset = timedelta(hours=int(zone[2]), minutes=int(zone[3])) * (-1 if zone[1] == "-" else 1)
    return datetime.fromtimestamp(int(facts["author-time"]), UTC).astimezone(timezone(offset))
