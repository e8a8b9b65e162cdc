"""Who refers to an entity, read off API bodies and canonical forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.api.port import Json
from gtmgen.container.entities import Kind, reference
from gtmgen.plan.live import LiveEntity

_TEXTS_APART = frozenset(("name", "notes", "templateData"))


def refers(body: Json, target: LiveEntity) -> bool:
    """Whether an API body refers to a live entity: by ID, by type, or by name."""
    if target.kind is Kind.TRIGGER:
        return target.id in _trigger_ids(body)
    if target.kind is Kind.FOLDER:
        return bool(body.get("parentFolderId") == target.id)
    if target.kind is Kind.TEMPLATE:
        return body.get("type") in target.references
    return names(body, target.kind, target.name)


def names(form: Json, kind: Kind, name: str) -> bool:
    """Whether a body or a canonical form refers to a variable or a tag, which go by name."""
    if kind is Kind.TAG:
        return any(
            item.get("tagName") == name
            for field in ("setupTag", "teardownTag")
            for item in form.get(field, ())
        )
    return kind is Kind.VARIABLE and any(reference(name) in text for text in _texts(form))


def _trigger_ids(body: Json) -> Iterator[str]:
    yield from body.get("firingTriggerId", ())
    yield from body.get("blockingTriggerId", ())
    yield from _trigger_parameters(body.get("parameter", ()))


def _trigger_parameters(parameters: Any) -> Iterator[str]:
    for parameter in parameters:
        if parameter.get("type") in ("triggerReference", "TRIGGER_REFERENCE"):
            yield parameter.get("value", "")
        yield from _trigger_parameters(parameter.get("list", ()))
        yield from _trigger_parameters(parameter.get("map", ()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _TEXTS_APART:
                yield from _texts(item)
