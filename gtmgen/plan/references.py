"""Who refers to whom, read off API bodies and the bodies of compiled entities."""

from __future__ import annotations

from gtmgen.api.port import Json
from gtmgen.container.body import body
from gtmgen.container.entities import AnyEntity, Kind
from gtmgen.container.names import Refs
from gtmgen.container.references import CUSTOM_TYPE, references
from gtmgen.plan.live import LiveEntity

Call = tuple[Kind, str]
"""A kind, and what others call one entity of it: an ID, a type, or a name."""

CALLED_BY_NAME = (Kind.VARIABLE, Kind.TAG)
_BY_NAME = Refs(trigger=str, folder=str, template=lambda name: f"{CUSTOM_TYPE}{name}")


def list_names(entity: LiveEntity) -> frozenset[Call]:
    """What bodies that refer to a live entity hold."""
    if entity.kind in CALLED_BY_NAME:
        return frozenset(((entity.kind, entity.name),))
    return frozenset((entity.kind, call) for call in entity.references)


def list_uses(fields: Json) -> frozenset[Call]:
    """What a body refers to, an API's or an export's: of templates, the types that they make."""
    return frozenset((item.kind, item.name) for item in references(fields))


def list_uses_of(entity: AnyEntity) -> frozenset[Call]:
    """What a compiled entity refers to, all of it by name."""
    return frozenset(
        (kind, name.removeprefix(CUSTOM_TYPE) if kind is Kind.TEMPLATE else name)
        for kind, name in list_uses(body(entity, _BY_NAME))
    )
