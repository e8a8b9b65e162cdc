"""Changed entities of a container, whatever they come from: a diff or a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gtmgen.compare.model import Difference, Differences
from gtmgen.compare.snapshot import Snapshot
from gtmgen.container.canonical import Canonical, canonical, canonical_json, flatten
from gtmgen.container.entities import BuiltIn, Kind, Owner
from gtmgen.container.ownership import comparable
from gtmgen.plan.model import Action, Change, Plan

_TYPED = re.compile(r" \((?:BOOLEAN|INTEGER|TEMPLATE|TRIGGER_REFERENCE|TAG_REFERENCE)\)\Z")


@dataclass(frozen=True)
class EntityChange:
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


def changes_of_diff(
    old: Snapshot, new: Snapshot, differences: Differences
) -> tuple[EntityChange, ...]:
    """The changed entities of a comparison of two snapshots."""
    before = {(entry.kind, entry.name): entry for entry in old.entries}
    after = {(entry.kind, entry.name): entry for entry in new.entries}
    found = []
    for change in differences.changes:
        was = before.get((change.kind, change.old_name or change.name))
        now = after.get((change.kind, change.name))
        if change.difference is Difference.ADDED:
            was = None
        if change.difference is Difference.REMOVED:
            now = None
        entry = now or was
        found.append(
            EntityChange(
                kind=change.kind,
                name=change.name,
                old_name=change.old_name or change.name,
                before=was.form if was else {} if change.difference is Difference.REMOVED else None,
                after=now.form if now else {} if change.difference is Difference.ADDED else None,
                owner=entry.owner if entry else None,
                old_owner=was.owner if was else None,
            )
        )
    return tuple(found)


def changes_of_plan(plan: Plan, changes: Sequence[Change]) -> tuple[EntityChange, ...]:
    """The changed entities of some of a plan's changes."""
    # What is renamed is called by its new name wherever it is referred to, as on the other side.
    names = plan.live.names(
        {
            (change.kind, change.existing.id): change.name
            for change in plan.changes
            if change.existing is not None and change.desired is not None
        }
    )
    found = []
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
        found.append(
            EntityChange(
                kind=change.kind,
                name=change.name,
                old_name=old_name,
                before=before,
                after=after,
                owner=owner,
                is_adopted=change.action is Action.ADOPT,
            )
        )
    return tuple(found)


# -- reading a form --------------------------------------------------------------------


def plain_value(value: Any) -> str:
    """A leaf of a canonical form without the type that GTM notes beside it."""
    return _TYPED.sub("", str(value).lower() if isinstance(value, bool) else str(value))


@dataclass(frozen=True)
class Row:
    """One value of an entity: a field (``eventName``), or a row of a table (``params``, value)."""

    key: str
    name: str


class Fields:
    """The parameters of a canonical form, tables by their rows' names."""

    def __init__(self, form: Canonical | None) -> None:
        self._form = form or {}

    @cached_property
    def values(self) -> Mapping[Row, str]:
        """What each holds, as text; a table's further columns are left out."""
        found: dict[Row, str] = {}
        parameters = self._form.get("parameter", {})
        if not isinstance(parameters, dict):  # keys that are there twice
            return {Row("parameter", path): plain_value(v) for path, v in flatten(parameters)}
        for key, value in parameters.items():
            table = _table(value)
            if table is not None:
                found.update({Row(key, name): text for name, text in table.items()})
                continue
            for path, text in flatten(value):
                found[Row(key, path)] = plain_value(text)
        return found


_NAMES = ("name", "parameter", "key", "fieldName", "type")
_VALUES = ("value", "parameterValue", "state")


def _table(value: Any) -> dict[str, str] | None:
    """A list of rows that each have a name and a value: by name; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    found: dict[str, str] = {}
    for row in value:
        if not isinstance(row, dict):
            return None
        name = next((row[key] for key in _NAMES if isinstance(row.get(key), str)), None)
        if name is None or name in found:
            return None
        text = next((row[key] for key in _VALUES if key in row), "")
        if isinstance(text, dict | list):
            return None
        found[name] = plain_value(text)
    return found
