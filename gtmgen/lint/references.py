"""Who refers to what in a container: variables in texts, triggers and tags by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import (
    KIND_OF,
    REFERENCE,
    TRIGGER_NAME,
    AnyEntity,
    Condition,
    Kind,
    Parameter,
    Template,
    TemplateRef,
    Trigger,
    Variable,
    Zone,
)
from gtmgen.lint.view import ContainerView


class Mentions(NamedTuple):
    """What the parameters and texts of one entity name.

    ``texts`` are those in which GTM looks for references to variables; the first ``in_fields`` of
    them stand in fields that a class has a word for.
    """

    texts: tuple[str, ...]
    triggers: tuple[str, ...]
    tags: tuple[str, ...]
    in_fields: int = 0

    @property
    def meaning(self) -> frozenset[str]:
        """What two entities that mean the same have in common, and few others do."""
        return frozenset(filter(None, self.texts[: self.in_fields]))


def mentions_of(entity: AnyEntity) -> Mentions:
    """Everything in one walk, without generators: a container has ten thousands of parameters."""
    texts: list[str] = []
    triggers: list[str] = []
    tags: list[str] = []
    for parameter in getattr(entity, "parameter", ()):
        _read_parameter(parameter, texts, triggers, tags)
    if isinstance(entity, Template):
        return Mentions((), tuple(triggers), tuple(tags))
    if isinstance(entity, Variable):
        texts += [text for text in (entity.undefined_value, entity.null_value) if text]
    if isinstance(entity, Trigger):
        for conditions in (entity.custom_event_filter, entity.filter, entity.auto_event_filter):
            _read_conditions(conditions, texts)
        for _, setting in entity.settings:
            _read_parameter(setting, texts, [], [])
    if isinstance(entity, Zone):
        _read_conditions(entity.conditions, texts)
    in_fields = len(texts)
    for _, value in entity.extra:
        texts.extend(_any(value))
    return Mentions(tuple(texts), tuple(triggers), tuple(tags), in_fields)


def _read_conditions(conditions: tuple[Condition, ...], texts: list[str]) -> None:
    for condition in conditions:
        for parameter in condition.parameter:
            _read_parameter(parameter, texts, [], [])


def _read_parameter(
    parameter: Parameter, texts: list[str], triggers: list[str], tags: list[str]
) -> None:
    value = parameter.value
    if parameter.type == TRIGGER_NAME:
        triggers.append(str(value))
    elif parameter.type == "TAG_REFERENCE":
        tags.append(str(value))
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _read_parameter(item, texts, triggers, tags)


def _any(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _any(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _any(item)


def referred(texts: Iterable[str]) -> frozenset[str]:
    """The names of the variables that texts refer to."""
    return frozenset(name for text in texts if "{{" in text for name in _names(text))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    return tuple(REFERENCE.findall(text))


def used_triggers(view: ContainerView) -> frozenset[str]:
    """The names of the triggers that tags, zones and groups name."""
    found: set[str] = set()
    for entities in view.entities.values():
        for entity in entities:
            for ref in _trigger_lists(entity):
                found.add(ref)
            found.update(view.mentions(entity).triggers)
            # Lists of triggers that only some kinds have are among the rest, by name.
            for _, value in entity.extra:
                found.update(_any(value))
    return frozenset(found)


def _trigger_lists(entity: AnyEntity) -> list[str]:
    fields = _TRIGGER_FIELDS.get(entity.__class__, ())
    return [ref for field in fields for ref in getattr(entity, field) if type(ref) is str]


_FIELDS = ("firing", "blocking", "evaluation", "members")
_TRIGGER_FIELDS = {
    cls: tuple(field for field in _FIELDS if field in cls.__struct_fields__) for cls in KIND_OF
}


def sequenced(view: ContainerView) -> frozenset[str]:
    """The names of tags that other tags run before or after themselves, or refer to."""
    found: set[str] = set()
    for tag in view.of_kind(Kind.TAG):
        for field, value in tag.extra:
            if field in ("setupTag", "teardownTag"):
                found.update(_any(value))
        found.update(view.mentions(tag).tags)
    return frozenset(found)


def missing_variables(view: ContainerView) -> Iterator[tuple[Kind, str, str]]:
    """Kind and name of an entity, and a name that it refers to and that no variable has.

    Built-in variables that are not enabled are among them. Nothing for server containers: what
    is built in there is not known well enough.
    """
    if view.context != "WEB":
        return
    known = {variable.name for variable in view.of_kind(Kind.VARIABLE)}
    known |= {built_in_name(key) for key in view.built_ins}
    for kind, entities in view.entities.items():
        for entity in entities:
            for name in sorted(view.referred(entity) - known):
                if not name.startswith("_"):  # `_event` and the like are GTM's own
                    yield kind, entity.name, name


def targets(view: ContainerView, entity: AnyEntity) -> set[tuple[Kind, str]]:
    """Kind and name of everything that an entity refers to, its folder apart.

    Texts in fields that no class has a word for may name a tag, a trigger or a template: each
    counts as all three, so that nothing which is in use is taken for unused.
    """
    mentions = view.mentions(entity)
    found = {(Kind.VARIABLE, name) for name in view.referred(entity)}
    found.update([(Kind.TRIGGER, ref) for ref in _trigger_lists(entity)])
    found.update([(Kind.TRIGGER, name) for name in mentions.triggers])
    found.update([(Kind.TAG, name) for name in mentions.tags])
    type_ = getattr(entity, "type", None)
    if isinstance(type_, TemplateRef):
        found.add((Kind.TEMPLATE, type_.template))
    for _, value in entity.extra:
        for text in _any(value):
            found.update((kind, text) for kind in (Kind.TAG, Kind.TRIGGER, Kind.TEMPLATE))
    return found
