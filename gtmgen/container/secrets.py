"""Where a compiled container has the stand-in of a secret."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from gtmgen.container.body import body
from gtmgen.container.entities import AnyEntity, Container
from gtmgen.container.names import AS_NAMED
from gtmgen.secret_names import names_in

_CODE = "templateData"


class SecretPlace(NamedTuple):
    """One place: the entity, the keys of the parameters that lead to it, the variable's name."""

    entity: AnyEntity
    path: tuple[str, ...]
    name: str


def secret_places(container: Container) -> tuple[SecretPlace, ...]:
    """Every parameter with a stand-in, in the container's own order."""
    if not container.secrets:
        return ()
    return tuple(
        SecretPlace(entity, path, name)
        for entity in container.entities()
        for path, text in _texts(body(entity, AS_NAMED), ())
        for name in names_in(text)
        if name in container.secrets
    )


def with_secrets_of(container: Container, variables: Collection[str]) -> Container:
    """The container with those of a spec's secrets that it has the stand-ins of.

    Text that only looks like a stand-in is none: what a push fills in, the spec has named.
    """
    container = replace(container, secrets=tuple(sorted(variables)))
    names = {each.name for each in secret_places(container)}
    return replace(container, secrets=tuple(sorted(names)))


def _texts(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(tree, list):
        for item in tree:
            yield from _texts(item, path)
    elif isinstance(tree, dict):
        if isinstance(tree.get("key"), str) and "type" in tree:
            path = (*path, tree["key"])
        for key, value in tree.items():
            if key == "value" and isinstance(value, str):
                yield path, value
            elif key == _CODE and isinstance(value, str):
                yield (*path, key), value
            else:
                yield from _texts(value, path)
