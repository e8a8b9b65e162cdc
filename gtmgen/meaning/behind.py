"""What stands behind a reference to a variable: another name for the same value is no change."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from gtmgen.compare.snapshot import Entry
from gtmgen.container.canonical import Canonical
from gtmgen.container.entities import Kind
from gtmgen.container.values import REFERENCE
from gtmgen.meaning.entities import EntityPair, strip_type
from gtmgen.meaning.renames import freeze

_Forms = Mapping[str, Canonical]

# What our variable that waits for consent hands on: the field of the name that it is asked for.
_HANDED_ON = ("id", "value")


class Behind:
    """The variables of both sides, by the names that they are referred to by."""

    def __init__(self, entries: Iterable[Entry], changes: Iterable[EntityPair]) -> None:
        self._after: dict[str, Canonical] = {
            entry.name: entry.form for entry in entries if entry.kind is Kind.VARIABLE
        }
        self._before = dict(self._after)
        for change in changes:
            if change.kind is Kind.VARIABLE:
                self._before.pop(change.name, None)
                if change.before is not None:
                    self._before[change.name] = change.before

    def is_same(self, old: str, new: str) -> bool:
        """Whether two texts come to the same, although they refer to variables by other names."""
        if not (REFERENCE.search(old) and REFERENCE.search(new)):
            return False
        return _resolve(old, self._before, ()) == _resolve(new, self._after, ())

    def is_same_form(self, old: Canonical, new: Canonical) -> bool:
        """Whether two entities differ at most in the names of the variables that they use."""
        names = [{**form, "name": ""} for form in (old, new)]
        same = names[0] == names[1]
        return not same and _resolve(names[0], self._before, ()) == _resolve(
            names[1], self._after, ()
        )


def _resolve(value: Any, forms: _Forms, visited: tuple[str, ...]) -> Hashable:
    if isinstance(value, dict):
        pairs = ((key, _resolve(item, forms, visited)) for key, item in value.items())
        return tuple(sorted(pairs, key=lambda pair: pair[0]))
    if isinstance(value, list):
        return tuple(_resolve(item, forms, visited) for item in value)
    if not isinstance(value, str):
        return freeze(value)
    # Texts and, at every second place, the names between them.
    parts = REFERENCE.split(strip_type(value))
    resolved = [
        _look_behind(part, forms, visited) if index % 2 else part
        for index, part in enumerate(parts)
        if part
    ]
    return resolved[0] if len(resolved) == 1 else tuple(resolved)


def _look_behind(name: str, forms: _Forms, visited: tuple[str, ...]) -> Hashable:
    form = forms.get(name)
    if form is None or name in visited:
        return ("{{}}", name)
    inside = (*visited, name)
    parameters = form.get("parameter")
    if isinstance(parameters, dict) and str(form.get("type", "")).startswith(_GATE):
        asked = strip_type(parameters.get("when", ""))
        handed_on = parameters.get(asked) if asked in _HANDED_ON else None
        if isinstance(handed_on, str):
            return _resolve(handed_on, forms, inside)
    told = {key: item for key, item in form.items() if key not in _NAMES}
    return ("{{}}", _resolve(told, forms, inside))


_GATE = "template Consent gate ("
_NAMES = ("name", "notes", "parentFolderId")
