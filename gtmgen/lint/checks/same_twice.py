"""Triggers and variables that differ in their names only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.container.canonical import canonical
from gtmgen.container.entities import AnyEntity, Kind, Trigger
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Triggers and variables that differ in their names only."""
    for kind in (Kind.TRIGGER, Kind.VARIABLE):
        first: dict[str, str] = {}
        for entity in _select_equal_texts(view, kind):
            if _is_generated(entity):
                continue  # nobody can name one of them instead of the other
            form = canonical(entity)
            if getattr(entity, "type", None) == "c":
                continue  # two accounts may well have one ID for now
            if isinstance(entity, Trigger) and not form.keys() - {"name", "type", "notes"}:
                continue  # no condition at all: the same moment under two names is common
            other = first.setdefault(meaning_of(form), entity.name)
            if other != entity.name:
                text = f"It is the same as `{other}` under another name."
                yield Finding(kind, entity.name, text)


def _is_generated(entity: AnyEntity) -> bool:
    """Whether gtmgen made it, and nobody wrote it down as an entry of its own.

    An export does not say which they are: of all that is gtmgen's, the spec's own check tells.
    """
    if entity.owner is None:
        return False
    path = () if entity.origin is None else entity.origin.path
    return path[:1] != ("gtm",) and not (len(path) == 2 and path[0] in ("data", "triggers"))


def meaning_of(form: Mapping[str, Any]) -> str:
    """What a canonical form says besides its name: equal for entities that do the same."""
    return repr(
        sorted(
            (key, value)
            for key, value in form.items()
            if key not in ("name", "notes", "parentFolderId")
        )
    )


def _select_equal_texts(view: ContainerView, kind: Kind) -> Iterator[AnyEntity]:
    """Entities that may be equal, by what is quickly compared."""
    groups: dict[tuple[object, ...], list[AnyEntity]] = {}
    for entity in view.of_kind(kind):
        key = (getattr(entity, "type", None), view.mentions(entity).meaning)
        groups.setdefault(key, []).append(entity)
    for group in groups.values():
        if len(group) > 1:
            yield from group
