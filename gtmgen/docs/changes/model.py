"""What has changed between two documentations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gtmgen.meaning.model import Group, Meaning

HEADINGS: Mapping[Group, str] = {
    "event": "label.events",
    "platform": "label.platforms",
    "page": "label.pages",
    "data": "label.data",
    "site": "label.site",
    "container": "label.container",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, in the order of the documentation; ``since`` says what it was compared with."""

    meaning: Meaning
    since: str = ""

    def __bool__(self) -> bool:
        return bool(self.meaning)
