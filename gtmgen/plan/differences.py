"""Two canonical forms, leaf by leaf."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.canonical import Canonical, flatten
from gtmgen.plan.model import FieldChange

# Their order means nothing, so they are told apart by what is in them, not by position.
_SETS = ("firingTriggerId", "blockingTriggerId", "enablingTriggerId", "disablingTriggerId")
_NUMBER = re.compile(r"(\d+)")


def differences(old: Canonical, new: Canonical) -> Iterator[FieldChange]:
    """Every leaf that one side lacks or has otherwise, by path."""
    before, after = dict(leaves(old)), dict(leaves(new))
    for path in sorted(before.keys() | after.keys(), key=_natural):
        was, will_be = before.get(path), after.get(path)
        if was != will_be:
            yield FieldChange(path.partition("\0")[0], was, will_be)


def unchanged(old: Canonical, new: Canonical) -> int:
    """How many leaves both sides have alike."""
    return len(set(leaves(old)) & set(leaves(new)))


def leaves(form: Canonical) -> Iterator[tuple[str, str]]:
    """Path and text of everything that counts."""
    for field in _SETS:
        for name in form.get(field, ()):
            yield f"{field}\0{name}", name
    yield from flatten({key: value for key, value in form.items() if key not in _SETS})


def _natural(path: str) -> list[str | int]:
    """``list[9]`` before ``list[10]``."""
    return [int(part) if part.isdecimal() else part for part in _NUMBER.split(path)]
