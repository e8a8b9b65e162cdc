"""Who refers to whom, read off API bodies and the bodies of compiled entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.api.port import Json
from gtmgen.container.body import Refs, body, plain
from gtmgen.container.entities import REFERENCE, AnyEntity, Kind
from gtmgen.container.extra import TRIGGERS
from gtmgen.plan.live import LiveEntity

Call = tuple[Kind, str]
"""A kind, and what others call one entity of it: an ID, a type, or a name."""

CALLED_BY_NAME = (Kind.VARIABLE, Kind.TAG)
_TEXTS_APART = frozenset(("name", "notes", "templateData"))
_TYPE = "cvt_"
_BY_NAME = Refs(trigger=str, folder=str, template=lambda name: f"{_TYPE}{name}")


def calls(entity: LiveEntity) -> frozenset[Call]:
    """What bodies that refer to a live entity hold."""
    if entity.kind in CALLED_BY_NAME:
        return frozenset(((entity.kind, entity.name),))
    return frozenset((entity.kind, call) for call in entity.references)


def uses(fields: Json) -> frozenset[Call]:
    """What a body refers to, an API's or an export's: of templates, the types that they make."""
    return frozenset(_found(fields, ""))


def uses_of(entity: AnyEntity) -> frozenset[Call]:
    """What a compiled entity refers to, all of it by name."""
    return frozenset(
        (kind, name.removeprefix(_TYPE) if kind is Kind.TEMPLATE else name)
        for kind, name in uses(plain(body(entity, _BY_NAME)))
    )


def _found(value: Any, key: str) -> Iterator[Call]:
    if isinstance(value, dict):
        reference = _REFERENCES.get(str(value.get("type")))
        if reference is not None:
            yield reference, str(value.get("value", ""))
        for name, item in value.items():
            if name not in _TEXTS_APART:
                yield from _found(item, name)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _found(item, key)
    elif isinstance(value, str):
        if key in _KIND_OF_FIELD:
            yield _KIND_OF_FIELD[key], value
        if value.startswith(_TYPE):
            yield Kind.TEMPLATE, value
        for name in REFERENCE.findall(value):
            yield Kind.VARIABLE, name


_REFERENCES = {
    "triggerReference": Kind.TRIGGER,
    "TRIGGER_REFERENCE": Kind.TRIGGER,
    "tagReference": Kind.TAG,
    "TAG_REFERENCE": Kind.TAG,
}
_KIND_OF_FIELD = {
    "parentFolderId": Kind.FOLDER,
    "tagName": Kind.TAG,  # of setup and teardown tags
    **dict.fromkeys(TRIGGERS, Kind.TRIGGER),
}
