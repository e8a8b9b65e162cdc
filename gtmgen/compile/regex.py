"""Text and globs to JavaScript regular expressions, which GTM's conditions use."""

from __future__ import annotations

import re
from urllib.parse import quote

_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_GLOB = re.compile(r"\*+|\{[^{}/]*\}")


def escape(value: str) -> str:
    """The pattern that matches exactly this text."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), value).replace("\\/", "/")


def any_of(values: tuple[str, ...]) -> str:
    """The pattern, unanchored, that matches one of these texts."""
    escaped = [escape(value) for value in values]
    return escaped[0] if len(escaped) == 1 else f"(?:{'|'.join(escaped)})"


def path_pattern(paths: tuple[str, ...]) -> str | None:
    """One anchored pattern for path globs; None when every path matches.

    ``*`` is one segment (or part of one), ``**`` any depth, ``{name}`` one segment. A trailing
    slash makes no difference. ``location.pathname`` is percent-encoded, so the literals are.
    """
    patterns = sorted({_path(path) for path in paths})
    if "(?:/.*)?" in patterns:
        return None
    return f"^{patterns[0]}$" if len(patterns) == 1 else f"^(?:{'|'.join(patterns)})$"


def _path(path: str) -> str:
    segments = [segment for segment in path.split("/") if segment]
    if not segments:
        return "/"
    out = "".join(
        "(?:/.*)?" if segment == "**" else "/" + _segment(segment) for segment in segments
    )
    return out if segments[-1] == "**" else out + "/?"


def _segment(segment: str) -> str:
    out, position = "", 0
    for match in _GLOB.finditer(segment):
        out += escape(encode_path(segment[position : match.start()]))
        whole = match.group() == segment or match.group().startswith("{")
        out += "[^/]+" if whole else "[^/]*"
        position = match.end()
    return out + escape(encode_path(segment[position:]))


def encode_path(text: str) -> str:
    """Non-ASCII characters as browsers encode them in a path; all others as written."""
    return "".join(char if char.isascii() else quote(char) for char in text)


def host_pattern(hosts: tuple[str, ...]) -> str:
    """One anchored pattern for host names, in which ``*`` stands for any labels."""
    patterns = sorted(
        {".+".join(escape(part) for part in host.lower().split("*")) for host in hosts}
    )
    return f"^{patterns[0]}$" if len(patterns) == 1 else f"^(?:{'|'.join(patterns)})$"
