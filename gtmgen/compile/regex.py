"""Text and globs to JavaScript regular expressions, which GTM's conditions use."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|]")
_NOT_IN_PATHS = re.compile(r"""[^\x00-\x7f]|["<>`{}]""")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_ANY_DEPTH = re.compile(r"(?:/+\*\*)+(?=/|\Z)")
_GLOB = re.compile(r"\*+|\{[^{}/]*\}")


def escape(value: str) -> str:
    """The pattern that matches exactly this text."""
    return _SPECIAL.sub(r"\\\g<0>", value)


def any_of(values: tuple[str, ...]) -> str:
    """The pattern, unanchored, that matches one of these texts."""
    escaped = [escape(value) for value in values]
    return escaped[0] if len(escaped) == 1 else f"(?:{'|'.join(escaped)})"


def path_pattern(paths: tuple[str, ...]) -> str | None:
    """One anchored pattern for path globs; None when every path matches.

    ``*`` is one segment (or part of one), ``**`` any depth, ``{name}`` one segment. A trailing
    slash makes no difference. ``location.pathname`` is percent-encoded, so the literals are; the
    case of the hexadecimal digits is the site's choice (WordPress writes them small).
    """
    patterns = sorted({_path(path) for path in paths})
    if "(?:/.*)?" in patterns:
        return None
    return f"^{patterns[0]}$" if len(patterns) == 1 else f"^(?:{'|'.join(patterns)})$"


def _path(path: str) -> str:
    segments = [segment for segment in _ANY_DEPTH.sub("/**", path).split("/") if segment]
    if not segments:
        return "/"
    out = "".join(
        "(?:/.*)?" if segment == "**" else "/" + _segment(segment) for segment in segments
    )
    return out if segments[-1] == "**" else out + "/?"


def _segment(segment: str) -> str:
    out, position = "", 0
    for match in _GLOB.finditer(segment):
        out += _literal(segment[position : match.start()])
        whole = match.group() == segment or match.group().startswith("{")
        out += "[^/]+" if whole else "[^/]*"
        position = match.end()
    return out + _literal(segment[position:])


def _literal(text: str) -> str:
    return _ENCODED.sub(_any_case, escape(encode_path(text)))


def _any_case(match: re.Match[str]) -> str:
    return "".join(
        f"[{char.upper()}{char.lower()}]" if char.isalpha() else char for char in match.group()
    )


def encode_path(text: str) -> str:
    """The characters that browsers encode in a path as they encode them; others as written."""
    return _NOT_IN_PATHS.sub(lambda match: quote(match.group()), text)


def host_name(host: str) -> str:
    """A host as ``location.hostname`` has it: small letters, other scripts in Punycode."""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in unicodedata.normalize("NFC", host.lower()).split(".")
    )


def host_pattern(hosts: tuple[str, ...]) -> str:
    """One anchored pattern for host names, in which ``*`` stands for any labels."""
    patterns = sorted({".+".join(map(escape, host_name(host).split("*"))) for host in hosts})
    return f"^{patterns[0]}$" if len(patterns) == 1 else f"^(?:{'|'.join(patterns)})$"
