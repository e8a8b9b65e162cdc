"""Changed entities of a container, whatever they come from: a diff or a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gtmgen.compare.model import Difference, Differences
from gtmgen.compare.model import EntityChange as Compared
from gtmgen.compare.renaming import Renaming
from gtmgen.compare.snapshot import Entry, Snapshot
from gtmgen.container.canonical import Canonical, canonical, canonical_json, flatten
from gtmgen.container.entities import BuiltIn, Kind, Owner
from gtmgen.container.ownership import comparable
from gtmgen.plan.model import Action, Change, Plan

_TYPED = re.compile(r" \((?:BOOLEAN|INTEGER|TEMPLATE|TRIGGER_REFERENCE|TAG_REFERENCE)\)\Z")


@dataclass(frozen=True)
class EntityPair:
    """One entity before and after, in canonical form; None where a side does not have it."""

    kind: Kind
    name: str
    old_name: str
    before: Canonical | None
    after: Canonical | None
    owner: Owner | None = None
    old_owner: Owner | None = None
    is_adopted: bool = False

    @property
    def type(self) -> str:
        """GTM's type, or ``template NAME``."""
        return str((self.after or self.before or {}).get("type", ""))


def pair_diff(old: Snapshot, new: Snapshot, differences: Differences) -> tuple[EntityPair, ...]:
    """The changed entities of a comparison of two snapshots."""
    # What is renamed is called by its new name wherever it is referred to, as on the other side.
    rename = Renaming(_collect_new_names(differences))
    before = {(entry.kind, entry.name): entry for entry in old.entries}
    after = {(entry.kind, entry.name): entry for entry in new.entries}
    return tuple(
        _make_pair(
            change,
            before.get((change.kind, change.old_name or change.name)),
            after.get((change.kind, change.name)),
            rename,
        )
        for change in differences.changes
    )


def _make_pair(
    change: Compared, was: Entry | None, now: Entry | None, rename: Renaming
) -> EntityPair:
    """A built-in variable has no entry: its name is all there is."""
    is_new, is_gone = (change.difference is x for x in (Difference.ADDED, Difference.REMOVED))
    kept = was if is_gone else now
    return EntityPair(
        kind=change.kind,
        name=change.name,
        old_name=change.old_name or change.name,
        before=None if is_new else rename(was.form) if was else {},
        after=None if is_gone else now.form if now else {},
        owner=kept.owner if kept else None,
        old_owner=was.owner if was and not is_new else None,
    )


def _collect_new_names(differences: Differences) -> dict[Kind, dict[str, str]]:
    new_names: dict[Kind, dict[str, str]] = {}
    for change in differences.changes:
        if change.difference is Difference.RENAMED and change.old_name is not None:
            new_names.setdefault(change.kind, {})[change.old_name] = change.name
    return new_names


def pair_plan(plan: Plan, changes: Sequence[Change]) -> tuple[EntityPair, ...]:
    """The changed entities of some of a plan's changes."""
    # What is renamed is called by its new name wherever it is referred to, as on the other side.
    names = plan.live.names(
        {
            (change.kind, change.existing.id): change.name
            for change in plan.changes
            if change.existing is not None and change.desired is not None
        }
    )
    facts = []
    for change in changes:
        existing, desired = change.existing, change.desired
        before = after = None
        owner = existing.owner if existing else None
        if existing is not None:
            form = canonical_json(change.kind, existing.body, names)
            before = comparable(change.kind, form)
        elif change.action is Action.DELETE:
            before = {}
        if isinstance(desired, BuiltIn):
            after = {}
        elif desired is not None:
            after = comparable(change.kind, canonical(desired))
            owner = desired.owner
        old_name = existing.name if existing else change.name
        facts.append(
            EntityPair(
                kind=change.kind,
                name=change.name,
                old_name=old_name,
                before=before,
                after=after,
                owner=owner,
                is_adopted=change.action is Action.ADOPT,
            )
        )
    return tuple(facts)


# -- reading a form --------------------------------------------------------------------


def strip_type(value: Any) -> str:
    """A leaf of a canonical form without the type that GTM notes beside it."""
    return _TYPED.sub("", str(value).lower() if isinstance(value, bool) else str(value))


@dataclass(frozen=True)
class Row:
    """One value of an entity: a field (``eventName``), or a row of a table (``params``, value).

    ``column`` is set for what a row holds beside its name and its value.
    """

    key: str
    name: str
    column: str = ""

    @property
    def label(self) -> str:
        """``params.value.type``."""
        return ".".join(filter(None, (self.key, self.name, self.column)))

    @property
    def main(self) -> Row:
        """The row's value, which a further column belongs to."""
        return Row(self.key, self.name)


class FormFields:
    """The parameters of a canonical form, tables by their rows' names."""

    def __init__(self, form: Canonical | None) -> None:
        self._form = form or {}

    @cached_property
    def values(self) -> Mapping[Row, str]:
        """What each holds, as text."""
        values: dict[Row, str] = {}
        parameters = self._form.get("parameter", {})
        if not isinstance(parameters, dict):  # keys that are there twice
            return {Row("parameter", path): strip_type(v) for path, v in flatten(parameters)}
        for key, value in parameters.items():
            table = _read_table(key, value)
            if table is None:
                table = {Row(key, path): strip_type(text) for path, text in flatten(value)}
            values.update(table)
        return values


def list_changed_rows(old: Mapping[Row, str], new: Mapping[Row, str]) -> list[Row]:
    """The rows that differ, new ones first; a row that comes or goes is told by its value."""
    return [
        row
        for row in dict.fromkeys((*new, *old))
        if old.get(row, "") != new.get(row, "")
        and (not row.column or (row.main in old and row.main in new))
    ]


_NAMES = ("name", "parameter", "key", "fieldName", "type")
_VALUES = ("value", "parameterValue", "state")


def _read_table(key: str, value: Any) -> dict[Row, str] | None:
    """A list of rows that each have a name of their own; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    cells: dict[Row, str] = {}
    for row in value:
        if not isinstance(row, dict) or any(isinstance(item, dict | list) for item in row.values()):
            return None
        column = next((key for key in _NAMES if isinstance(row.get(key), str)), None)
        if column is None or Row(key, row[column]) in cells:
            return None
        of_value = next((key for key in _VALUES if key in row), "")
        cells[Row(key, row[column])] = strip_type(row.get(of_value, ""))
        for other in row.keys() - {column, of_value}:
            cells[Row(key, row[column], other)] = strip_type(row[other])
    return cells
