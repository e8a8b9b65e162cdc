"""What a spec leaves undocumented: events without a description, an owner or an example."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gtmgen.docs.model import Documentation
from gtmgen.errors import UsageError

FIELDS = ("description", "owner", "example")
_MOST = 10
_TEXTS = {
    "description": "without a description",
    "owner": "without an owner",
    "example": "with values of which the spec gives no example",
}


@dataclass(frozen=True)
class Gaps:
    """Events by what they lack; ``data`` are the data keys that lack an example."""

    events: int
    description: tuple[str, ...]
    owner: tuple[str, ...]
    example: tuple[str, ...]
    data: tuple[str, ...]

    @classmethod
    def of(cls, documentation: Documentation) -> Gaps:
        coverage = documentation.coverage
        return cls(
            len(documentation.events),
            coverage.without_description,
            coverage.without_owner,
            coverage.without_example,
            coverage.data_without_example,
        )

    def lines(
        self, *, only: Collection[str] = FIELDS, leave_out: Collection[str] = ()
    ) -> list[str]:
        """``3 of 6 events without an owner: a, b, c``."""
        lines = []
        for field in FIELDS:
            keys: tuple[str, ...] = getattr(self, field)
            if keys and field in only and field not in leave_out:
                noun = "event" if self.events == 1 else "events"
                text = f"{len(keys)} of {self.events} {noun} {_TEXTS[field]}: {_listed(keys)}"
                if field == "example":
                    text += f" (data: {_listed(self.data)})"
                lines.append(text)
        return lines


def read_required(text: str) -> tuple[str, ...]:
    """``description,owner`` as given with ``--require``."""
    names = tuple(filter(None, map(str.strip, text.split(","))))
    for name in names:
        if name not in FIELDS:
            hint = f"it takes {', '.join(FIELDS[:-1])} and {FIELDS[-1]}, separated by commas"
            raise UsageError(f"`--require` does not know `{name}`", hint=hint)
    return names


def _listed(keys: tuple[str, ...]) -> str:
    more = len(keys) - _MOST
    return ", ".join(keys[:_MOST]) + (f" and {more} more" if more > 0 else "")
