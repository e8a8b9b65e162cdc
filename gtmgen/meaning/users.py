"""Which tags use which variable, trigger and template of a container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gtmgen.compare.snapshot import Snapshot
from gtmgen.container.canonical import Canonical, flatten
from gtmgen.container.entities import Kind, Owner
from gtmgen.container.references import TRIGGER_LISTS
from gtmgen.container.values import REFERENCE
from gtmgen.lint.checks.personal_data_sent import personal_data_in
from gtmgen.meaning.behind import Behind
from gtmgen.meaning.entities import EntityPair, FormFields, Row
from gtmgen.meaning.roles import Role, find_shape


class Users:
    """Who uses what, in everything that one side of a comparison holds."""

    def __init__(
        self,
        snapshot: Snapshot,
        galleries: Mapping[str, str],
        changes: Sequence[EntityPair] = (),
    ) -> None:
        self.behind = Behind(snapshot.entries, changes)
        self._tags = {e.name: e.owner for e in snapshot.entries if e.kind is Kind.TAG}
        self._order = {name: index for index, name in enumerate(self._tags)}
        self._uses: dict[tuple[Kind, str], set[tuple[Kind, str]]] = {}
        self._event_ids: set[tuple[Kind, str]] = set()
        for entry in snapshot.entries:
            for target in _list_references(entry.form):
                self._uses.setdefault(target, set()).add((entry.kind, entry.name))
            if entry.kind is Kind.TAG:
                self._event_ids |= set(_list_event_ids(entry.form, galleries))
        personal = [
            (entry.kind, entry.name)
            for entry in snapshot.entries
            if entry.kind is Kind.VARIABLE and _is_personal(entry.form)
        ]
        self._personal = {user for variable in personal for user in self._find_users(variable)}

    def tags_of(self, kind: Kind, name: str) -> tuple[str, ...]:
        """The names of the tags that use an entity, in the container's order."""
        tags = [user for of, user in self._find_users((kind, name)) if of is Kind.TAG]
        return tuple(sorted(tags, key=self._order.__getitem__))

    def owner_of(self, tag: str) -> Owner | None:
        """Whose a tag is."""
        return self._tags.get(tag)

    def makes_event_id(self, variable: str) -> bool:
        """Whether the ID that a platform merges browser and server by is made of a variable."""
        return not self._event_ids.isdisjoint(self._find_users((Kind.VARIABLE, variable)))

    def fired_by(self, variable: str) -> tuple[str, ...]:
        """The tags on whose triggers a variable is tested, in the container's order."""
        triggers = {name for kind, name in self._find_users((Kind.VARIABLE, variable))
                    if kind is Kind.TRIGGER}  # fmt: skip
        tags = {tag for trigger in triggers for tag in self.tags_of(Kind.TRIGGER, trigger)}
        return tuple(sorted(tags, key=self._order.__getitem__))

    def is_personal(self, text: str) -> bool:
        """Whether a text refers to a variable that holds an e-mail address or a phone number."""
        return any((Kind.VARIABLE, name) in self._personal for name in REFERENCE.findall(text))

    def _find_users(self, entity: tuple[Kind, str]) -> set[tuple[Kind, str]]:
        """The entity, and whatever refers to it, directly or through others."""
        visited = {entity}
        waiting = [entity]
        while waiting:
            for user in self._uses.get(waiting.pop(), ()):
                if user not in visited:
                    visited.add(user)
                    waiting.append(user)
        return visited


def _list_event_ids(form: Canonical, galleries: Mapping[str, str]) -> Iterator[tuple[Kind, str]]:
    shape = find_shape(str(form.get("type", "")), galleries)
    if shape is None or not shape.pack.deduplicates:
        return
    for row, text in FormFields(form).values.items():
        if shape.role(row.key) is Role.EVENT_ID:
            yield from ((Kind.VARIABLE, name) for name in REFERENCE.findall(text))


def _is_personal(form: Canonical) -> bool:
    """As its type says, or the name of what it reads in the data layer."""
    values = FormFields(form).values
    if values.get(Row("type", "")) in _PERSONAL_TYPES:
        return True
    paths = (values.get(Row(key, "")) for key in ("path", "name"))
    return any(path and personal_data_in(path) for path in paths)


_PERSONAL_TYPES = frozenset(("email", "phone"))


def _list_references(form: Canonical) -> Iterator[tuple[Kind, str]]:
    type_ = str(form.get("type", ""))
    if type_.startswith("template "):
        yield Kind.TEMPLATE, type_.removeprefix("template ")
    for key, value in form.items():
        if key in TRIGGER_LISTS:
            yield from ((Kind.TRIGGER, str(name)) for name in value)
        elif key not in ("name", "notes", "templateData"):
            for _, text in flatten(value):
                yield from ((Kind.VARIABLE, name) for name in REFERENCE.findall(text))
                if text.endswith(" (TRIGGER_REFERENCE)"):
                    yield Kind.TRIGGER, text.removesuffix(" (TRIGGER_REFERENCE)")
