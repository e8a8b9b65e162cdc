"""What has changed between two documentations, as data; the words come later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gtmgen.docs.words import Words

Sort = Literal["new", "changed", "gone"]
Group = Literal["event", "platform", "page", "data", "site"]
Who = Literal["marketing", "developers", "backend", "qa"]
Value = str | tuple[str, ...]
"""What fills a placeholder: a text, or several that are listed with "and"."""

SORTS: tuple[Sort, ...] = ("new", "changed", "gone")
GROUPS: tuple[Group, ...] = ("event", "platform", "page", "data", "site")
HEADINGS: Mapping[Group, str] = {
    "event": "label.events",
    "platform": "label.platforms",
    "page": "label.pages",
    "data": "label.data",
    "site": "label.site",
}
NEW_EVENT = "event_new"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise than before.

    ``key`` and ``title`` name what it belongs to: as it is now, or as it was where it is gone.
    ``about`` is the key of its sentence below ``changes.text``, ``label`` that of the field's name
    below ``label``. ``events`` are events that it concerns beside its own.
    """

    sort: Sort
    group: Group
    key: str
    title: str
    about: str
    who: tuple[Who, ...]
    before: str = ""
    after: str = ""
    label: str = ""
    values: tuple[tuple[str, Value], ...] = ()
    events: tuple[str, ...] = ()

    def sentence(self, words: Words) -> str:
        """What has changed, in words; code is marked with backticks."""
        values: dict[str, object] = {
            name: value if isinstance(value, str) else words.both(value)
            for name, value in self.values
        }
        values.update(key=self.key, title=self.title, before=self.before, after=self.after)
        if self.label:
            values["what"] = words(f"label.{self.label}")
        text = words(f"changes.text.{self.about}", **values)
        if not self.events:
            return text
        shown = [f"`{key}`" for key in self.events[:_SHOWN]]
        if len(self.events) > _SHOWN:
            more = len(self.events) - _SHOWN
            shown.append(words.count("changes.more", more))
        return f"{text} {words('changes.concerns', events=words.both(shown))}"

    def concerned(self, words: Words) -> tuple[str, ...]:
        """Who should read it."""
        return tuple(words(f"changes.who.{item}") for item in self.who)


_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes, in the order of the documentation; ``since`` says what it was compared with."""

    items: tuple[Change, ...]
    since: str = ""

    def __bool__(self) -> bool:
        return bool(self.items)

    def counts(self) -> Mapping[Sort, int]:
        """How many there are of each sort."""
        found = Counter(change.sort for change in self.items)
        return {sort: found[sort] for sort in SORTS}

    def events(self) -> Mapping[str, Sort]:
        """The events that are there and are new or otherwise, by their keys: for badges."""
        found: dict[str, Sort] = {}
        for change in self.items:
            if change.group == "event" and change.about != "event_gone":
                found.setdefault(change.key, "changed")
                if change.about == NEW_EVENT:
                    found[change.key] = "new"
            for key in change.events:
                found.setdefault(key, "changed")
        return found

    def grouped(self) -> Iterator[tuple[Group, tuple[tuple[Change, ...], ...]]]:
        """For each group that has changes: those of one event, one platform ... together."""
        for group in GROUPS:
            found: dict[str, list[Change]] = {}
            for change in self.items:
                if change.group == group:
                    found.setdefault(change.key, []).append(change)
            if found:
                yield group, tuple(tuple(changes) for changes in found.values())

    def summary(self, words: Words) -> str:
        """``2 new, 1 changed, 0 gone``, or that there is nothing."""
        if not self.items:
            return words("changes.none")
        counts = self.counts()
        return words(
            "changes.summary", new=counts["new"], changed=counts["changed"], gone=counts["gone"]
        )
