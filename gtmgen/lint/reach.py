"""What a container can run, and what that leads to."""

from __future__ import annotations

from collections.abc import Mapping

from gtmgen.container.entities import AnyEntity, Kind, Tag, TemplateRef
from gtmgen.lint.references import targets
from gtmgen.lint.view import ContainerView

Key = tuple[Kind, str]

# What runs, or counts, without being named by anything else.
_ROOTS = frozenset((Kind.CLIENT, Kind.TRANSFORMATION, Kind.ZONE, Kind.GTAG_CONFIG))


def entities_of(view: ContainerView) -> dict[Key, AnyEntity]:
    """All entities by kind and name."""
    return {
        (kind, entity.name): entity for kind, items in view.entities.items() for entity in items
    }


def uses_of(view: ContainerView, entities: Mapping[Key, AnyEntity]) -> dict[Key, set[Key]]:
    """What each entity refers to, its folder apart."""
    return {key: targets(view, (entity,)) for key, entity in entities.items()}


def reachable(
    view: ContainerView, entities: Mapping[Key, AnyEntity], *, counts_paused: bool = False
) -> set[Key]:
    """What can run by itself, and all that this leads to; a paused tag does where
    ``counts_paused``."""
    reached: set[Key] = set()
    step = {key for key, entity in entities.items() if _is_running(key[0], entity, counts_paused)}
    step |= view.needed & entities.keys()
    while step:
        reached |= step
        # A whole step at once: most of its entities refer to the same few variables.
        step = (targets(view, [entities[key] for key in step]) & entities.keys()) - reached
    return reached


def _is_running(kind: Kind, entity: AnyEntity, counts_paused: bool) -> bool:
    if not isinstance(entity, Tag):
        return kind in _ROOTS
    # Triggers that could not be read are among the rest of the fields.
    fires = entity.firing or "firingTriggerId" in dict(entity.extra)
    return bool(fires) and (counts_paused or not entity.paused)


def has_unread_types(view: ContainerView) -> bool:
    """Whether something is of a custom template that is not there under the ID it names."""
    return any(
        isinstance(type_, str) and type_.startswith("cvt_")
        for items in view.entities.values()
        for entity in items
        if not isinstance(type_ := getattr(entity, "type", None), TemplateRef)
    )
