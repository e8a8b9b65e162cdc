"""The two ways between IDs and names: :class:`Names` gives names, :class:`Refs` IDs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from gtmgen.container.builtins import (
    BUILT_IN_TRIGGER_IDS,
    BUILT_IN_TRIGGER_LABELS,
    BuiltInTrigger,
)
from gtmgen.container.entities import EntityType, TemplateRef, TriggerId, TriggerRef
from gtmgen.container.references import Converters
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME, Condition, Parameter


class Names(Struct, frozen=True):
    """The names behind the IDs of one container, as API or export bodies refer to them."""

    triggers: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)

    def trigger(self, id_: str) -> str:
        """A trigger's name; a built-in trigger's label; an ID that is not known stays."""
        # No list of triggers names the built-in ones, and their IDs are the same in all containers.
        built_in = BUILT_IN_TRIGGER_IDS.get(id_)
        return built_in.label if built_in else trigger_name(self.triggers.get(id_, id_))

    def type(self, type_: str) -> str:
        """GTM's own type, or the name of the custom template that an ID in it stands for."""
        return f"template {self.templates[type_]}" if type_ in self.templates else type_


def trigger_name(name: str) -> str:
    """A trigger that is called like a built-in one is another one."""
    return f"trigger {name}" if name in BUILT_IN_TRIGGER_LABELS else name


class Refs(Struct, frozen=True):
    """How references are written: as names (canonical form) or as the IDs of one container."""

    trigger: Callable[[str], str]
    folder: Callable[[str], str]
    template: Callable[[str], str]
    shared: dict[Parameter | Condition, dict[str, Any]] | None = None
    """What each parameter and condition was written as, where equal ones may be one object: in JSON
    that is only read. The 20,000 parameters of a container of 1,000 events are then written in
    half the time."""

    @property
    def in_extra(self) -> Converters:
        """The same for fields that are kept as JSON."""
        return Converters(self.one_trigger, self.type, self._write_parameter)

    def _write_parameter(self, item: dict[str, Any]) -> dict[str, Any]:
        if "value" not in item:
            return item  # somebody's own JSON that only looks like one of our names
        if item["type"] == TRIGGER_NAME:
            return {**item, "type": "TRIGGER_REFERENCE", "value": self.trigger(item["value"])}
        if item["type"] == TEMPLATE_NAME:
            return {**item, "type": "TEMPLATE", "value": self.template(item["value"])}
        return item

    def type(self, type_: EntityType) -> str:
        """The type string: GTM's own, or that of a custom template."""
        return self.template(type_.template) if isinstance(type_, TemplateRef) else type_

    def triggers(self, refs: tuple[TriggerRef, ...]) -> list[str]:
        """Trigger references; built-in triggers have fixed IDs."""
        # Most are names: the common case without a call for each.
        by_name = self.trigger
        return [by_name(ref) if ref.__class__ is str else self.one_trigger(ref) for ref in refs]

    def one_trigger(self, ref: TriggerRef) -> str:
        """The ID of one trigger, or its name."""
        if ref.__class__ is str:  # most are: the common case without an Enum's slow lookup
            return self.trigger(ref)
        if isinstance(ref, BuiltInTrigger):
            return ref.value
        return ref.id if isinstance(ref, TriggerId) else self.trigger(ref)


AS_NAMED = Refs(trigger=str, folder=str, template=str)
"""References as the entities have them: by name."""
