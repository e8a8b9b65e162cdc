"""``compare``: what the new container has otherwise than the old one."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.compare.match import Matching, match
from gtmgen.compare.model import Difference, Differences, EntityChange
from gtmgen.compare.renaming import Renaming
from gtmgen.compare.snapshot import Entry, Snapshot
from gtmgen.container.builtins import built_in_name
from gtmgen.container.canonical import Canonical, flatten
from gtmgen.container.differ import FieldChange, count_equal, field_changes
from gtmgen.container.entities import Kind

_ORDER = {kind: index for index, kind in enumerate(Kind)}


def compare(old: Snapshot, new: Snapshot) -> Differences:
    """Every difference in meaning; IDs, order and spelling are none."""
    matching = match(old, new)
    changes = [*_list_entities(matching), *_list_built_ins(old, new)]
    changes.sort(key=lambda change: (_ORDER[change.kind], change.name.casefold(), change.name))
    differing = sum(
        change.difference in (Difference.CHANGED, Difference.RENAMED) for change in changes
    )
    unchanged = len(matching.pairs) - differing + len(old.built_ins & new.built_ins)
    return Differences(tuple(changes), tuple(_compare_container(old, new)), unchanged)


def _list_entities(matching: Matching) -> Iterator[EntityChange]:
    names = matching.new_names()
    rename = Renaming(names)
    undo = Renaming({kind: {b: a for a, b in renamed.items()} for kind, renamed in names.items()})
    for old, new in matching.pairs:
        change = _change(old, new, rename, undo)
        if change is not None:
            yield change
    for entry in matching.removed:
        fields = tuple(FieldChange(path, text, None) for path, text in flatten(_drop_name(entry)))
        yield EntityChange(Difference.REMOVED, entry.kind, entry.name, entry.name, fields)
    for entry in matching.added:
        fields = tuple(FieldChange(path, None, text) for path, text in flatten(_drop_name(entry)))
        yield EntityChange(Difference.ADDED, entry.kind, entry.name, None, fields)


def _drop_name(entry: Entry) -> Canonical:
    return {key: value for key, value in entry.form.items() if key != "name"}


def _change(old: Entry, new: Entry, rename: Renaming, undo: Renaming) -> EntityChange | None:
    before, after = rename(_drop_name(old)), _drop_name(new)
    if "notes" in before and rename.mentioned(before["notes"]) == after.get("notes"):
        before["notes"] = after["notes"]
    fields = field_changes(before, after)
    if old.name == new.name and not fields:
        return None
    difference = Difference.CHANGED if old.name == new.name else Difference.RENAMED
    # An old value is shown as it was, with the names of that time.
    restored = tuple(field._replace(old=undo.text(field.path, field.old)) for field in fields)
    return EntityChange(
        difference, new.kind, new.name, old.name, restored, count_equal(before, after)
    )


def _list_built_ins(old: Snapshot, new: Snapshot) -> Iterator[EntityChange]:
    kind = Kind.BUILT_IN_VARIABLE
    for key in old.built_ins - new.built_ins:
        yield EntityChange(Difference.REMOVED, kind, built_in_name(key), built_in_name(key))
    for key in new.built_ins - old.built_ins:
        yield EntityChange(Difference.ADDED, kind, built_in_name(key))


def _compare_container(old: Snapshot, new: Snapshot) -> Iterator[FieldChange]:
    if old.context != new.context:
        yield FieldChange("usageContext", old.context, new.context)
