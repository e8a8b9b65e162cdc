"""Types of templates that are in a container twice.

GTM knows a template of the gallery by the gallery's ID. A container may hold it twice, one of them
changed by hand; a tag of either has the same type, and nothing in an export or in the API tells
which one is meant. So a tag that names one of them has that type, as it has in GTM, and no name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from gtmgen.container.entities import AnyEntity, Container, EntityType, TemplateRef
from gtmgen.container.export import gallery_type
from gtmgen.container.references import Converters, keep, map_references
from gtmgen.container.values import TEMPLATE_NAME, Parameter

E = TypeVar("E", bound=AnyEntity)
_Types = Mapping[str, str]
"""Name of a template -> the type that it has in common with another one."""


def with_shared_types(container: Container) -> Container:
    """The container with each reference to such a template by its type."""
    galleries = {item.name: gallery_type(item) for item in container.templates if item.extra}
    counted = Counter(galleries.values())
    types = {name: type_ for name, type_ in galleries.items() if type_ and counted[type_] > 1}
    if not types:
        return container
    return replace(
        container,
        variables=_typed(container.variables, types),
        clients=_typed(container.clients, types),
        tags=_typed(container.tags, types),
        transformations=_typed(container.transformations, types),
        zones=_typed(container.zones, types),
    )


def _typed(entities: tuple[E, ...], types: _Types) -> tuple[E, ...]:
    return tuple(_with_types(entity, types) for entity in entities)


def _with_types(entity: E, types: _Types) -> E:
    def type_of(type_: EntityType) -> EntityType:
        return types.get(type_.template, type_) if isinstance(type_, TemplateRef) else type_

    def named(item: dict[str, Any]) -> dict[str, Any]:
        if item["type"] == TEMPLATE_NAME and item.get("value") in types:
            return {**item, "type": "TEMPLATE", "value": types[item["value"]]}
        return item

    convert = Converters(keep, type_of, named)
    changes: dict[str, Any] = {
        "extra": tuple(
            (field, map_references(field, value, convert)) for field, value in entity.extra
        )
    }
    if hasattr(entity, "type"):
        changes["type"] = type_of(entity.type)
    if hasattr(entity, "parameter"):
        changes["parameter"] = tuple(_parameter(item, types) for item in entity.parameter)
    return replace(entity, **changes)


def _parameter(item: Parameter, types: _Types) -> Parameter:
    if isinstance(item.value, tuple):
        return item._replace(value=tuple(_parameter(inner, types) for inner in item.value))
    if item.type == TEMPLATE_NAME and item.value in types:
        return item._replace(type="TEMPLATE", value=types[str(item.value)])
    return item
