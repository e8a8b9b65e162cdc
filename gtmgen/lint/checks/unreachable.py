"""What only unused things use, and folders, templates and built-in variables without use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from gtmgen.container.builtins import built_in_name, built_in_order
from gtmgen.container.entities import Kind
from gtmgen.lint.reach import Key, entities_of, has_unread_types, reachable, uses_of
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import listing

_MOST_SHOWN = 3

# GTM enables these in every new web container.
_ENABLED_AT_FIRST = frozenset(("page_url", "page_hostname", "page_path", "referrer", "event"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Entities that nothing which can run leads to; those that nothing names have another rule."""
    entities = entities_of(view)
    live = reachable(view, entities)
    idle = [key for key in entities if key not in live]
    users = _list_users(uses_of(view, entities)) if idle else {}
    for key in idle:
        kind, name = key
        dead = users.get(key)
        if kind in (Kind.VARIABLE, Kind.TRIGGER, Kind.TAG, Kind.TEMPLATE) and dead:
            if not getattr(entities[key], "paused", False):
                verb = "refers" if len(dead) == 1 else "refer"
                text = f"Nothing that can run needs it: only {_join_users(dead)} {verb} to it."
                yield Finding(kind, name, text)
        elif kind is Kind.TEMPLATE and not has_unread_types(view):
            yield Finding(kind, name, "Nothing is made from the template.")
    yield from _find_empty_folders(view)
    yield from _find_idle_built_ins(view)


def _list_users(uses: Mapping[Key, Set[Key]]) -> dict[Key, dict[Key, None]]:
    """By what is used: who uses it, apart from itself."""
    users: dict[Key, dict[Key, None]] = {}
    for user, used in uses.items():
        for target in used:
            if target in uses and target != user:
                users.setdefault(target, {})[user] = None
    return users


def _join_users(users: Mapping[Key, None]) -> str:
    """A few of them in words; a last one is not cut to "1 more"."""
    names = [f"the {kind.value.replace('_', ' ')} `{name}`" for kind, name in users]
    if len(names) > _MOST_SHOWN + 1:
        names[_MOST_SHOWN:] = [f"{len(names) - _MOST_SHOWN} more"]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _find_empty_folders(view: ContainerView) -> Iterator[Finding]:
    filled = {entity.folder for items in view.entities.values() for entity in items}
    for folder in view.of_kind(Kind.FOLDER):
        if folder.name not in filled:
            yield Finding(Kind.FOLDER, folder.name, "The folder is empty.")


def _find_idle_built_ins(view: ContainerView) -> Iterator[Finding]:
    """In one sentence; of web containers only, where the names are known for certain."""
    if view.context != "WEB":
        return
    idle = [
        built_in_name(key)
        for key in sorted(view.built_ins - _ENABLED_AT_FIRST, key=built_in_order)
        if built_in_name(key) not in view.all_referred
    ]
    if idle:
        text = f"These are enabled, but nothing refers to them: {listing(idle, 20)}."
        yield Finding(None, "Built-in variables", text)
