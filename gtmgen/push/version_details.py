"""When a version was made and by whom: ``[gtmgen PROJECT by WHO]``, the last line of its notes.

GTM's API tells nobody who made a version, so only versions that gtmgen made have a name. The time
is that of GTM's own fingerprint, the millisecond of the last write: editing a version's name or
notes moves it. The embedded GTM counts in its fingerprints, so its times mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json, TagManager
from gtmgen.push.versions import Version
from gtmgen.text import printable

_PROJECT = "[a-z][a-z0-9_-]*"
_LINE = re.compile(rf"\[gtmgen {_PROJECT}(?:, {_PROJECT})* by (\S.*)\]")
_TIME = re.compile(r"[0-9]{13}")
_LONGEST_WHO = 200


@dataclass(frozen=True)
class Details:
    """What a version says of its making; None where it does not say."""

    when: datetime | None = None
    who: str | None = None


def signed(notes: str, projects: Iterable[str], who: str | None) -> str:
    """Notes with the line below them, which names nobody where nobody is known."""
    name = printable(who or "").strip()[:_LONGEST_WHO]
    by = f" by {name}" if name else ""
    return f"{notes}\n[gtmgen {', '.join(dict.fromkeys(projects))}{by}]"


def read_details(
    manager: TagManager, versions: Sequence[Version], most: int
) -> Mapping[int, Details]:
    """Number -> details, of the first ``most`` versions; one call each.

    A version that was deleted since it was listed says nothing.
    """
    return {version.number: _build_details(manager, version.path) for version in versions[:most]}


def _build_details(manager: TagManager, path: str) -> Details:
    try:
        version = manager.version(path)
    except CallError as error:
        if error.is_not_found:
            return Details()
        raise
    return Details(_read_time(version), _read_author(version))


def _read_time(version: Json) -> datetime | None:
    fingerprint = str(version.get("fingerprint", ""))
    if not _TIME.fullmatch(fingerprint):
        return None
    return datetime.fromtimestamp(int(fingerprint) // 1000, UTC)


def _read_author(version: Json) -> str | None:
    """The line need not be the last one: somebody may have written below it."""
    for line in reversed(str(version.get("description", "")).splitlines()):
        if match := _LINE.fullmatch(line.strip()):
            return match[1]
    return None
