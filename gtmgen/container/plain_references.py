"""References to triggers and templates as plain YAML values, exactly invertible."""

from __future__ import annotations

from typing import Any

from gtmgen.container.builtins import BUILT_IN_TRIGGER_LABELS, BuiltInTrigger
from gtmgen.container.entities import EntityType, TemplateRef, TriggerId, TriggerRef
from gtmgen.container.plain import PlainError


def trigger_to_plain(ref: TriggerRef) -> Any:
    """A trigger's name, a built-in trigger's label, or ``{id: "1"}`` where only that is known."""
    if isinstance(ref, BuiltInTrigger):
        return ref.label
    if isinstance(ref, TriggerId):
        return {"id": ref.id}
    return {"name": ref} if ref in BUILT_IN_TRIGGER_LABELS else ref


def trigger_from_plain(value: Any) -> TriggerRef:
    """The way back of :func:`trigger_to_plain`. Raises :class:`PlainError`."""
    if isinstance(value, str):
        return BUILT_IN_TRIGGER_LABELS.get(value, value)
    if isinstance(value, dict) and len(value) == 1:
        (word, content) = next(iter(value.items()))
        if word in ("id", "name") and isinstance(content, str):
            return TriggerId(content) if word == "id" else content
    raise PlainError("a trigger is the name of one, or has either `id` or `name`")


def type_to_plain(type_: EntityType) -> Any:
    """GTM's type, or ``{template: NAME}`` of what a custom template makes."""
    return {"template": type_.template} if isinstance(type_, TemplateRef) else type_


def type_from_plain(value: Any) -> EntityType:
    """The way back of :func:`type_to_plain`. Raises :class:`PlainError`."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value.keys() == {"template"}:
        name = value["template"]
        if isinstance(name, str) and name:
            return TemplateRef(name)
    raise PlainError("a type is text, or `{template: NAME}`")
