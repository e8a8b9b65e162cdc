"""A spec without its broken entries, so that the rest of it can be checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Path, Problem
from gtmgen.source.document import Document


def without_broken(document: Document, problems: Iterable[Problem]) -> Document | None:
    """The document without the entries that have a problem, so that the rest can be checked.

    An entry is a data key, a page, a trigger, an event or a raw entity; or a whole section of
    ``gtm`` that has a problem of its own. None when a problem lies elsewhere: nothing is sound
    without a container or a platform.
    """
    broken = set()
    for problem in problems:
        path = problem.path
        if path[:1] in (("tests",), ("lint",), ("monitor",)):  # nothing else depends on them
            broken.add(path[:1])
            continue
        if len(path) < 2 or path[0] not in ("data", "pages", "triggers", "events", "gtm"):
            return None
        is_keyed = path[0] == "gtm" and path[1] in SECTION.values()
        broken.add(path[:3] if is_keyed else path[:2])
    if not broken:
        return document
    return document.replaced(_pruned(document.data, (), broken))


def _pruned(data: Any, path: Path, broken: set[Path]) -> Any:
    if not isinstance(data, dict) or len(path) > 2:
        return data
    return {
        key: _pruned(value, (*path, key), broken)
        for key, value in data.items()
        if (*path, key) not in broken
    }
