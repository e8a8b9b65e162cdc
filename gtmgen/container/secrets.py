"""Where a compiled container has a secret instead of a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gtmgen.container.entities import SECRET, AnyEntity, Container, Parameter


class SecretPlace(NamedTuple):
    """One place: the entity, the keys of the parameters that lead to it, the variable's name."""

    entity: AnyEntity
    path: tuple[str, ...]
    name: str


def secret_places(container: Container) -> tuple[SecretPlace, ...]:
    """Every parameter of the type ``SECRET``, in the container's own order."""
    return tuple(
        SecretPlace(entity, path, name)
        for entity in container.entities()
        for path, name in _secrets(getattr(entity, "parameter", ()), ())
    )


def _secrets(
    parameters: tuple[Parameter, ...], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for parameter in parameters:
        here = (*path, parameter.key or "")
        if parameter.type == SECRET:
            yield here, str(parameter.value)
        elif isinstance(parameter.value, tuple):
            yield from _secrets(parameter.value, here)
