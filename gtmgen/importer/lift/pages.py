"""Conditions on the page's path to declared pages: the way back of ``compile.regex``."""

from __future__ import annotations

import re

from gtmgen.compile.regex import path_pattern
from gtmgen.container.values import Condition
from gtmgen.importer.lift.model import Lift
from gtmgen.importer.names import make_key
from gtmgen.spec.lifting import bare_sides
from gtmgen.spec.site_schema import PAGE_PATH

_PAGE_PATH = re.compile(PAGE_PATH)
_TOKENS = re.compile(r"\(\?:/\.\*\)\?|\[\^/\][+*]|\\(.)|([^\\\[\](){}^$.*+?|])", re.DOTALL)
_HOME = "home"


class PageKeys:
    """The pages that triggers have asked for, each once."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, ...], str] = {}

    def key(self, paths: tuple[str, ...]) -> str:
        """The key of the page with these paths."""
        if paths not in self._keys:
            used = set(self._keys.values())
            home = _HOME if paths == ("/",) and _HOME not in used else None
            self._keys[paths] = home or make_key(paths[0].strip("/*") or "page", used, "page")
        return self._keys[paths]

    def lifts(self) -> list[Lift]:
        """All of them."""
        return [
            Lift("pages", key, {"path": paths[0] if len(paths) == 1 else [*paths]})
            for paths, key in self._keys.items()
        ]


def find_page_paths(item: Condition) -> tuple[str, ...] | None:
    """The paths that compile to exactly this condition; None for any other condition."""
    left, right = bare_sides(item) or ("", "")
    if left != "{{Page Path}}":
        return None
    if item.type == "EQUALS":
        return ("/",) if right == "/" else None
    if item.type != "MATCH_REGEX" or not right.startswith(("^/", "^(?:/")):
        return None
    paths = _split_paths(right)
    # The proof by the way back: a pattern that only looks like one of ours matches other addresses.
    return paths if paths is not None and path_pattern(paths) == right else None


def _split_paths(pattern: str) -> tuple[str, ...] | None:
    body = pattern[1:].removesuffix("$")
    parts = [body]
    if body.startswith("(?:/") and body.endswith(")") and not body.startswith("(?:/.*)?"):
        parts = re.split(r"(?<!\\)\|", body[3:-1])
    paths = [_match_path(part) for part in parts]
    return tuple(path for path in paths if path) if all(paths) else None


def _match_path(pattern: str) -> str | None:
    """One alternative as a glob; whether it is one, the compiler's way back will tell."""
    remaining, out = pattern.removesuffix("/?"), ""
    while remaining:
        match = _TOKENS.match(remaining)
        if match is None:
            return None
        token = match.group()
        if token.startswith("(?:"):
            out += "/**"
        elif token.startswith("["):
            out += "*"
        else:
            out += match.group(1) or match.group(2)
        remaining = remaining[match.end() :]
    return out if _PAGE_PATH.fullmatch(out) else None
