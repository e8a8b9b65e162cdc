"""A kind's fields in both of their orders: GTM's in JSON, ours in a spec."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import takewhile

from msgspec import Struct

from gtmgen.container.entities import AnyEntity
from gtmgen.container.kinds.fields import Fingerprint, TableEntry, Writer, make_writer

YAML_ORDER = (
    *("name", "type", "notes", "folder"),
    *("firing", "blocking", "once", "consent", "priority", "paused", "setup", "teardown"),
    *("custom_event_filter", "filter", "auto_event_filter", "settings", "replace"),
    *("data", "gallery", "conditions", "evaluation", "parameters", "more"),
)


class KindTable(Struct, frozen=True, dict=True):
    """All that there is about a kind; ``section`` is its key under ``gtm`` in a spec."""

    section: str
    make: type[AnyEntity]
    entries: tuple[TableEntry, ...]

    def __post_init__(self) -> None:
        unordered = {word for entry in self.entries for word in entry.words()} - {*YAML_ORDER}
        unknown = {name for entry in self.entries for name in entry.attributes()} - {
            *self.make.__struct_fields__
        }
        for names, problem in ((unordered, "not in YAML_ORDER"), (unknown, "no such attribute")):
            if names:
                raise TypeError(f"{self.section}: {', '.join(sorted(names))}: {problem}")

    @cached_property
    def in_yaml(self) -> list[TableEntry]:
        """What has a word, in the order in which a spec is written."""
        worded = [
            (YAML_ORDER.index(word[0]), entry) for entry in self.entries if (word := entry.words())
        ]
        silent = [(len(YAML_ORDER), entry) for entry in self.entries if not entry.words()]
        return [entry for _, entry in sorted([*worded, *silent], key=lambda item: item[0])]

    @cached_property
    def write(self) -> Writer:
        """Writes an entity's fields into JSON, in GTM's order."""
        return make_writer(entry for entry in self.entries if entry.writes())

    @cached_property
    def write_halves(self) -> tuple[Writer, Writer]:
        """The same in two, what stands in front of the fingerprint and what stands behind it."""
        before = self._before_fingerprint
        behind = self.entries[len(before) :]
        return (
            make_writer(entry for entry in before if entry.writes()),
            make_writer(entry for entry in behind if entry.writes()),
        )

    @cached_property
    def json_keys(self) -> tuple[str, ...]:
        """The keys of the JSON, in GTM's order."""
        return tuple(key for entry in self.entries for key in entry.json_keys())

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each key in the JSON."""
        return {key: number for number, key in enumerate(self.json_keys)}

    @cached_property
    def before_fingerprint(self) -> frozenset[str]:
        """The keys that exports have in front of the fingerprint."""
        return frozenset(key for entry in self._before_fingerprint for key in entry.json_keys())

    @property
    def _before_fingerprint(self) -> tuple[TableEntry, ...]:
        return tuple(takewhile(lambda entry: not isinstance(entry, Fingerprint), self.entries))
