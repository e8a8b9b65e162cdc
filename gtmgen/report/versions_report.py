"""The versions of a container, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from gtmgen.push.version_details import Details
from gtmgen.push.versions import Version
from gtmgen.report.visible import json_text
from gtmgen.text import plural, printable

FORMAT_VERSION = "2.0"
_MAX_NAME = 40
_MAX_WHO = 60
_MAX_WHEN = len("2026-11-22 17:05    ")


class Listed(NamedTuple):
    """The versions of one container, newest first, and the details of those that were read."""

    gtm: str
    versions: Sequence[Version]
    details: Mapping[int, Details] | None = None


def render_versions_text(listed: Listed, target: str) -> str:
    """One line a version, newest first; with the details of those that were read, if any were."""
    gtm, versions, details = listed
    if not versions:
        return f"{gtm} ({target}): no versions"
    lines = [f"{gtm} ({target})", ""]
    names = {version.number: printable(version.name or "(no name)") for version in versions}
    width = min(_MAX_NAME, max(map(len, names.values())))
    digits = len(str(versions[0].number))
    made_columns = _align_creations(details or {})
    made_width = min(_MAX_WHEN + _MAX_WHO, max(map(len, made_columns.values()), default=0))
    for version in versions:
        marks = ", ".join(_list_marks(version))
        counts = ", ".join(
            _count(word, number) for word, number in version.counts.items() if number
        )
        name = names[version.number]
        creation = made_columns.get(version.number, " " * made_width)
        lines.append(
            f"  {version.number:>{digits}}  {name:<{width}}  {marks:<12}  "
            f"{creation:<{made_width}}{counts or 'empty'}"
        )
    if details and (unread := len(versions) - len(details)):
        older = plural(unread, "older version")
        lines += ["", f"When and by whom: not read for {older}; `--details {len(versions)}` does."]
    return "\n".join(lines)


def render_versions_json(containers: Sequence[Listed], target: str) -> str:
    """One shape, however many containers; ``format_version`` changes when it does."""
    listed_data = [_build_listed_data(listed, target) for listed in containers]
    return json_text({"format_version": FORMAT_VERSION, "containers": listed_data})


def _build_listed_data(listed: Listed, target: str) -> dict[str, Any]:
    """Only versions whose details were read have ``when`` and ``who``, null where unknown."""
    read = listed.details or {}
    return {
        "container": listed.gtm,
        "target": target,
        "versions": [
            {
                "version": version.number,
                "name": version.name,
                "live": version.is_live,
                "latest": version.is_latest,
                "counts": dict(version.counts),
                **(_build_creation_json(read[version.number]) if version.number in read else {}),
            }
            for version in listed.versions
        ],
    }


def _align_creations(details: Mapping[int, Details]) -> dict[int, str]:
    """``2026-11-22 17:05  bot@example.com  ``, all of the same width but for very long names."""
    names = {number: printable(creation.who or "-") for number, creation in details.items()}
    width = min(_MAX_WHO, max(map(len, names.values()), default=0))
    return {
        number: f"{_format_minute(creation.when):<16}  {names[number]:<{width}}  "
        for number, creation in details.items()
    }


def _format_minute(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when else "-"


def _build_creation_json(creation: Details) -> dict[str, str | None]:
    return {
        "when": f"{creation.when:%Y-%m-%dT%H:%M:%SZ}" if creation.when else None,
        "who": creation.who,
    }


def _list_marks(version: Version) -> list[str]:
    marks = (("live", version.is_live), ("latest", version.is_latest))
    return [word for word, is_so in marks if is_so]


def _count(word: str, number: int) -> str:
    return f"{number} {(word if number != 1 else word.removesuffix('s')).replace('_', ' ')}"
