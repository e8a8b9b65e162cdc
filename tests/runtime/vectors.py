"""The recorded vectors, and how a result is compared with them.

Each file is one small case that ran in Google's own runtime (gtm.js, in Chromium, November 2026): a
container, what a page did, and what happened. What versions of gtm.js did differently stands
in ``vectors_differences.json``; the newest counts.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"
DIFFERENCES = Path(__file__).parent / "vectors_differences.json"
#: What only a browser has.
BROWSER_ONLY = {"dom", "layout", "csp"}

Vector = dict[str, Any]


@cache
def vectors() -> dict[str, Vector]:
    """All vectors by ID, those of the newest version among the differing ones too."""
    found = {}
    for path in sorted(FOLDER.rglob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        found[vector["id"]] = vector
    for case in json.loads(DIFFERENCES.read_text(encoding="utf-8")):
        newest = case["versions"][0]
        found[case["id"]] = {**case, "observed": newest["observed"]}
    return found


def needs_browser(vector: Vector) -> bool:
    return bool(BROWSER_ONLY.intersection(vector["needs"]))


def differences(vector: Vector, observed: dict[str, Any]) -> list[str]:
    """Where a result is not as recorded; a section that was not recorded does not count."""
    found = []
    for section, wanted in vector["observed"].items():
        got = observed.get(section) or []
        if section == "fired":
            found += _list(section, wanted, got, _same_firing, bool(vector.get("ordered")))
        elif section == "calls":
            found += _list(section, wanted, got, same, not vector.get("calls_unordered"))
        elif section == "requests":
            found += _list(section, wanted, got, _same_request, False)
        else:
            found += _list(section, wanted, got, same, True)
    return found


def _list(section: str, wanted: list[Any], got: list[Any], equal: Any, ordered: bool) -> list[str]:
    if ordered:
        for index in range(max(len(wanted), len(got))):
            one = wanted[index] if index < len(wanted) else None
            other = got[index] if index < len(got) else None
            if index >= len(wanted) or index >= len(got) or not equal(one, other):
                return [f"{section}[{index}]: recorded {one}, got {other}"]
        return []
    rest = list(got)
    missing = []
    for one in wanted:
        match = next((other for other in rest if equal(one, other)), None)
        if match is None:
            missing.append(f"{section}: recorded {one}, got nothing like it")
        else:
            rest.remove(match)
    return missing + [f"{section}: got {other}, which was not recorded" for other in rest]


def _is_undefined(value: Any) -> bool:
    return isinstance(value, dict) and value.get("$undefined") is True


_MISSING = {"$undefined": True}


def same(wanted: Any, got: Any) -> bool:
    """Equal with their types; a missing key equals undefined, `$any` any value of a type."""
    if isinstance(wanted, dict) and "$any" in wanted:
        number = isinstance(got, int | float) and not isinstance(got, bool)
        return number or (isinstance(got, dict) and "$number" in got)
    if _is_undefined(wanted) or _is_undefined(got):
        return _is_undefined(wanted) and _is_undefined(got)
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(same, wanted, got))
    if isinstance(wanted, dict) and isinstance(got, dict):
        keys = wanted.keys() | got.keys()
        return all(same(wanted.get(key, _MISSING), got.get(key, _MISSING)) for key in keys)
    return isinstance(wanted, bool) == isinstance(got, bool) and bool(wanted == got)


def _same_step(wanted: Any, got: Any) -> bool:
    return wanted["step"] is None or wanted["step"] == got["step"]


def _same_firing(wanted: Any, got: Any) -> bool:
    return (
        _same_step(wanted, got)
        and wanted["event"] == got["event"]
        and wanted["tag"] == got["tag"]
        and same(wanted.get("params", {}), got.get("params", {}))
    )


def _same_request(wanted: Any, got: Any) -> bool:
    pattern = re.escape(wanted["url"]).replace(r"\*", ".*")
    return _same_step(wanted, got) and re.fullmatch(pattern, got["url"]) is not None
