"""Changes of one subject: an event, a platform, a page, a data key or the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gtmgen.docs.changes_model import Change, Group, Sort, Value, Who


@dataclass(frozen=True)
class Subject:
    """Makes the changes of one thing; ``events`` are those that its changes concern."""

    group: Group
    key: str
    title: str
    events: tuple[str, ...] = ()

    def change(
        self,
        sort: Sort,
        about: str,
        who: tuple[Who, ...],
        *,
        before: str = "",
        after: str = "",
        label: str = "",
        values: Mapping[str, Value] | None = None,
    ) -> Change:
        """One change."""
        return Change(
            sort=sort,
            group=self.group,
            key=self.key,
            title=self.title,
            about=about,
            who=who,
            before=before,
            after=after,
            label=label,
            values=tuple((values or {}).items()),
            events=self.events,
        )

    def text(
        self,
        about: str,
        before: str,
        after: str,
        who: tuple[Who, ...],
        values: Mapping[str, Value] | None = None,
    ) -> Iterator[Change]:
        """A change when a text is another one."""
        if before != after:
            yield self.change("changed", about, who, before=before, after=after, values=values)

    def field(self, label: str, before: str, after: str, who: tuple[Who, ...]) -> Iterator[Change]:
        """A change of a field that has a name of its own in ``label``, and that may be empty."""
        if before != after:
            about = "field" if before and after else "field_new" if after else "field_gone"
            yield self.change("changed", about, who, before=before, after=after, label=label)

    def sentences(
        self,
        about: str,
        before: Iterable[str],
        after: Iterable[str],
        who: tuple[Who, ...],
        values: Mapping[str, Value] | None = None,
    ) -> Iterator[Change]:
        """Sentences that have come and gone; one for another is one change."""
        old, new = tuple(before), tuple(after)
        gone = [text for text in old if text not in new]
        come = [text for text in new if text not in old]
        if len(gone) == 1 and len(come) == 1:
            yield self.change("changed", about, who, before=gone[0], after=come[0], values=values)
            return
        for text in come:
            yield self.change("new", f"{about}_new", who, after=text, values=values)
        for text in gone:
            yield self.change("gone", f"{about}_gone", who, before=text, values=values)
