"""The versions of a container, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from gtmgen.diagnostics import printable
from gtmgen.push.versions import Version
from gtmgen.report.visible import json_text

FORMAT_VERSION = "1.0"
_MAX_NAME = 40


def versions_text(gtm: str, target: str, versions: Sequence[Version]) -> str:
    """One line a version, newest first."""
    if not versions:
        return f"{gtm} ({target}): no versions"
    lines = [f"{gtm} ({target})", ""]
    names = {version.number: printable(version.name or "(no name)") for version in versions}
    width = min(_MAX_NAME, max(map(len, names.values())))
    digits = len(str(versions[0].number))
    for version in versions:
        marks = ", ".join(_marks(version))
        counts = ", ".join(
            _count(word, number) for word, number in version.counts.items() if number
        )
        name = names[version.number]
        row = f"  {version.number:>{digits}}  {name:<{width}}  {marks:<12}  {counts or 'empty'}"
        lines.append(row)
    return "\n".join(lines)


def versions_json(gtm: str, target: str, versions: Sequence[Version]) -> str:
    """``format_version`` changes when the shape does."""
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "container": gtm,
            "target": target,
            "versions": [
                {
                    "version": version.number,
                    "name": version.name,
                    "live": version.is_live,
                    "latest": version.is_latest,
                    "counts": dict(version.counts),
                }
                for version in versions
            ],
        }
    )


def _marks(version: Version) -> list[str]:
    marks = (("live", version.is_live), ("latest", version.is_latest))
    return [word for word, is_so in marks if is_so]


def _count(word: str, number: int) -> str:
    return f"{number} {(word if number != 1 else word.removesuffix('s')).replace('_', ' ')}"
