"""Facts about one subject: an event, a platform, a page, a data key or the site."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gtmgen.meaning.model import SORTS, Fact, Group, Risk, Sort, Who
from gtmgen.meaning.phrases import Phrase

# What a further or a missing condition does; what a further or a missing trigger does.
NARROWED: Mapping[Sort, str] = {"new": "fires_less", "gone": "fires_more"}
WIDENED: Mapping[Sort, str] = {"new": "fires_more", "gone": "fires_less"}


@dataclass(frozen=True)
class Subject:
    """Makes the facts about one thing; ``events`` are those that its facts concern."""

    group: Group
    key: str
    title: str
    events: tuple[str, ...] = ()

    def alone(self) -> Subject:
        """The same, for a fact that concerns no event."""
        return replace(self, events=())

    def fact(
        self,
        sort: Sort,
        about: str,
        who: tuple[Who, ...],
        severity: Risk = Risk.HARMLESS,
        *,
        before: Phrase = "",
        after: Phrase = "",
        label: str = "",
        risk: str = "",
        values: Mapping[str, Phrase] | None = None,
    ) -> Fact:
        """One fact."""
        return Fact(
            sort=sort,
            group=self.group,
            key=self.key,
            title=self.title,
            about=about,
            severity=severity,
            who=who,
            before=before,
            after=after,
            label=label,
            risk=risk,
            values=tuple((values or {}).items()),
            events=self.events,
        )

    def text(
        self,
        about: str,
        before: Phrase,
        after: Phrase,
        who: tuple[Who, ...],
        severity: Risk = Risk.HARMLESS,
        *,
        risk: str = "",
        values: Mapping[str, Phrase] | None = None,
    ) -> Iterator[Fact]:
        """A fact when a text is another one."""
        if before != after:
            yield self.fact(
                "changed", about, who, severity,
                before=before, after=after, risk=risk, values=values,
            )  # fmt: skip

    def field(
        self,
        label: str,
        before: str,
        after: str,
        who: tuple[Who, ...],
        severity: Risk = Risk.HARMLESS,
        *,
        risk: str = "",
    ) -> Iterator[Fact]:
        """A fact about a field that has a name of its own in ``label``, and that may be empty."""
        if before != after:
            about = "field" if before and after else "field_new" if after else "field_gone"
            yield self.fact(
                "changed", about, who, severity,
                before=before, after=after, label=label, risk=risk,
            )  # fmt: skip

    def phrases(
        self,
        about: str,
        before: Sequence[Phrase],
        after: Sequence[Phrase],
        who: tuple[Who, ...],
        severity: Risk = Risk.HARMLESS,
        *,
        keys: tuple[Sequence[Hashable], Sequence[Hashable]] | None = None,
        risk: str | Mapping[Sort, str] = "",
        values: Mapping[str, Phrase] | None = None,
    ) -> Iterator[Fact]:
        """Phrases that have come and gone; one for another is one fact.

        ``keys`` are what they are compared by, where that is not what they say; ``risk`` may be
        another one for what has come than for what has gone.
        """
        old_keys, new_keys = (before, after) if keys is None else keys
        removed = _list_missing(before, old_keys, new_keys)
        come = _list_missing(after, new_keys, old_keys)
        make: Callable[..., Fact] = self.fact
        risks: Mapping[Sort, str] = (
            risk if isinstance(risk, Mapping) else dict.fromkeys(SORTS, risk)
        )
        if len(removed) == 1 and len(come) == 1:
            yield make(
                "changed", about, who, severity,
                before=removed[0], after=come[0], risk=risks.get("changed", ""), values=values,
            )  # fmt: skip
            return
        for phrase in come:
            yield make(
                "new", f"{about}_new", who, severity,
                after=phrase, risk=risks.get("new", ""), values=values,
            )  # fmt: skip
        for phrase in removed:
            yield make(
                "gone", f"{about}_gone", who, severity,
                before=phrase, risk=risks.get("gone", ""), values=values,
            )  # fmt: skip


def _list_missing(
    phrases: Sequence[Phrase], keys: Sequence[Hashable], other_keys: Sequence[Hashable]
) -> list[Phrase]:
    return [phrase for phrase, key in zip(phrases, keys, strict=True) if key not in other_keys]
