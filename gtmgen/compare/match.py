"""Which entity of one container is which of the other."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gtmgen.compare.renaming import Renaming
from gtmgen.compare.snapshot import Entry, Snapshot
from gtmgen.container.canonical import Canonical
from gtmgen.container.differ import content
from gtmgen.container.entities import Kind

_ALIKE = 0.6
"""From this part of shared fields on, one ID with two names is a rename with changes."""

Pair = tuple[Entry, Entry]


@dataclass
class Matching:
    """Pairs of old and new, and what has no counterpart."""

    pairs: list[Pair] = field(default_factory=list)
    removed: list[Entry] = field(default_factory=list)
    added: list[Entry] = field(default_factory=list)

    def new_names(self) -> dict[Kind, dict[str, str]]:
        """By kind, the new names of what is called otherwise now."""
        new_names: dict[Kind, dict[str, str]] = defaultdict(dict)
        for old, new in self.pairs:
            if old.name != new.name:
                new_names[old.kind][old.name] = new.name
        # Another one has kept the name, as odd exports have it twice: nobody knows who is meant.
        for old, new in self.pairs:
            if old.name == new.name:
                new_names[old.kind].pop(old.name, None)
        return new_names

    def take(self, pairs: Iterable[Pair]) -> bool:
        """Move pairs over; whether there were any."""
        matched = list(pairs)
        self.pairs += matched
        matched_ids = {id(entry) for pair in matched for entry in pair}
        self.removed = [entry for entry in self.removed if id(entry) not in matched_ids]
        self.added = [entry for entry in self.added if id(entry) not in matched_ids]
        return bool(matched)


def match(old: Snapshot, new: Snapshot) -> Matching:
    """By owner, by name, then renames: the same content, or the same ID and most of it."""
    matching = Matching(removed=list(old.entries), added=list(new.entries))
    # An owner is a project and a key of its spec: it stays when name and content change.
    matching.take(_pair_alone(matching, lambda entry: entry.owner))
    matching.take(_pair_by_name(matching))
    # IDs are counted in each container for itself: the same one elsewhere is another entity.
    same_container = old.container is not None and old.container == new.container
    # A rename explains references, and with these more renames.
    while matching.take(_pair_renamed(matching)) or (
        same_container and matching.take(_pair_by_id(matching))
    ):
        pass
    return matching


def _pair_alone(matching: Matching, key: Callable[[Entry], Hashable | None]) -> list[Pair]:
    """Pairs that share a key with nobody else."""
    sides: list[dict[Hashable, list[Entry]]] = []
    for entries in (matching.removed, matching.added):
        groups: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in entries:
            value = key(entry)
            if value is not None:
                groups[entry.kind, value].append(entry)
        sides.append(groups)
    before, after = sides
    return [
        (group[0], after[value][0])
        for value, group in before.items()
        if len(group) == 1 and len(after.get(value, ())) == 1
    ]


def _pair_by_name(matching: Matching) -> list[Pair]:
    """One name may be there twice in an odd export: then equal ones first, then by order."""
    waiting: dict[tuple[Kind, str], list[Entry]] = defaultdict(list)
    for entry in matching.removed:
        waiting[entry.kind, entry.name].append(entry)
    pairs: list[Pair] = []
    unnamed: list[Entry] = []
    for entry in matching.added:
        candidates = waiting[entry.kind, entry.name]
        same = next((other for other in candidates if other.form == entry.form), None)
        if same is None:
            unnamed.append(entry)
        else:
            # By identity: an equal one may be somewhere else in the list.
            waiting[entry.kind, entry.name] = [item for item in candidates if item is not same]
            pairs.append((same, entry))
    for entry in unnamed:
        candidates = waiting[entry.kind, entry.name]
        if candidates:
            pairs.append((candidates.pop(0), entry))
    return pairs


# -- renames ---------------------------------------------------------------------------


def _pair_renamed(matching: Matching) -> list[Pair]:
    """The same content under another name, and nobody else with that content."""
    rename = Renaming(matching.new_names())
    old = {id(entry): _list_unnamed_leaves(entry, rename(entry.form)) for entry in matching.removed}
    new = {id(entry): _list_unnamed_leaves(entry, entry.form) for entry in matching.added}
    pairs = _pair_alone(matching, lambda entry: old.get(id(entry)) or new.get(id(entry)) or None)
    return pairs or _pair_renamed_folders(matching)


def _list_unnamed_leaves(entry: Entry, form: Canonical) -> tuple[tuple[str, str], ...]:
    """The content; a template has its name in its code, too."""
    fields = content(form)
    if entry.kind is not Kind.TEMPLATE:
        return fields
    name = json.dumps(entry.name, ensure_ascii=False)
    return tuple((path, text.replace(name, '""')) for path, text in fields)


def _pair_renamed_folders(matching: Matching) -> list[Pair]:
    """A folder has no content but its members: it goes where most of them are now."""
    moved: dict[str, Counter[Any]] = defaultdict(Counter)
    for old, new in matching.pairs:
        before, after = old.form.get("parentFolderId"), new.form.get("parentFolderId")
        if before is not None:
            moved[before][after] += 1
    added = {entry.name: entry for entry in matching.added if entry.kind is Kind.FOLDER}
    pairs: list[Pair] = []
    for entry in matching.removed:
        if entry.kind is Kind.FOLDER and moved[entry.name]:
            (name, count), *_ = moved[entry.name].most_common()
            # More than half: else two folders could claim the same new one, and chance would
            # decide.
            if name in added and 2 * count > moved[entry.name].total():
                pairs.append((entry, added.pop(name)))
    return pairs


def _pair_by_id(matching: Matching) -> list[Pair]:
    """The same ID and type, and most of the fields: renamed and changed."""
    rename = Renaming(matching.new_names())
    return [
        (old, new)
        for old, new in _pair_alone(matching, lambda entry: entry.id)
        if old.form.get("type") == new.form.get("type")
        and _measure_likeness(rename(old.form), new.form) >= _ALIKE
    ]


def _measure_likeness(old: Canonical, new: Canonical) -> float:
    """The part of the fields, or lines of code, that both have; 0 where there are none."""
    before, after = Counter(_read_lines(old)), Counter(_read_lines(new))
    largest = max(before.total(), after.total())
    return (before & after).total() / largest if largest else 0.0


def _read_lines(form: Canonical) -> Iterator[tuple[str, str]]:
    for path, text in content(form):
        for line in text.split("\n"):
            yield path, line
