"""Who refers to what in a container: variables in texts, triggers and tags by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import (
    REFERENCE,
    TRIGGER_NAME,
    AnyEntity,
    Condition,
    Kind,
    Parameter,
    Tag,
    Template,
    TemplateRef,
    Trigger,
    Variable,
    Zone,
)
from gtmgen.lint.view import ContainerView


def texts_of(entity: AnyEntity) -> Iterator[str]:
    """Every text of an entity in which GTM looks for references."""
    if isinstance(entity, Template):
        return
    if isinstance(entity, Variable):
        yield from (text for text in (entity.undefined_value, entity.null_value) if text)
    if isinstance(entity, Trigger):
        for conditions in (entity.custom_event_filter, entity.filter, entity.auto_event_filter):
            yield from _conditions(conditions)
        for _, setting in entity.settings:
            yield from _parameter(setting)
    if isinstance(entity, Zone):
        yield from _conditions(entity.conditions)
    for parameter in getattr(entity, "parameter", ()):
        yield from _parameter(parameter)
    for _, value in entity.extra:
        yield from _any(value)


def _conditions(conditions: tuple[Condition, ...]) -> Iterator[str]:
    for condition in conditions:
        for parameter in condition.parameter:
            yield from _parameter(parameter)


def _parameter(parameter: Parameter) -> Iterator[str]:
    if isinstance(parameter.value, str):
        yield parameter.value
    for item in parameter.value if isinstance(parameter.value, tuple) else ():
        yield from _parameter(item)


def _any(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _any(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _any(item)


def referred(entity: AnyEntity) -> frozenset[str]:
    """The names of the variables that an entity refers to."""
    return frozenset(name for text in texts_of(entity) for name in _names(text))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    return tuple(REFERENCE.findall(text)) if "{{" in text else ()


def used_triggers(view: ContainerView) -> frozenset[str]:
    """The names of the triggers that tags, zones and groups name."""
    found: set[str] = set()
    for entities in view.entities.values():
        for entity in entities:
            for field in ("firing", "blocking", "evaluation", "members"):
                refs = getattr(entity, field, ())
                found.update(ref for ref in refs if type(ref) is str)
            for parameter in getattr(entity, "parameter", ()):
                found.update(_triggers(parameter))
            # Lists of triggers that only some kinds have are among the rest, by name.
            for _, value in entity.extra:
                found.update(ref for ref in _any(value))
    return frozenset(found)


def _triggers(parameter: Parameter) -> Iterator[str]:
    if parameter.type == TRIGGER_NAME:
        yield str(parameter.value)
    for item in parameter.value if isinstance(parameter.value, tuple) else ():
        yield from _triggers(item)


def sequenced(view: ContainerView) -> frozenset[str]:
    """The names of tags that other tags run before or after themselves, or refer to."""
    found: set[str] = set()
    for tag in view.of_kind(Kind.TAG):
        extra = dict(tag.extra)
        for field in ("setupTag", "teardownTag"):
            found.update(_any(extra.get(field)))
        if isinstance(tag, Tag):
            for parameter in tag.parameter:
                found.update(_tags(parameter))
    return frozenset(found)


def _tags(parameter: Parameter) -> Iterator[str]:
    if parameter.type == "TAG_REFERENCE":
        yield str(parameter.value)
    for item in parameter.value if isinstance(parameter.value, tuple) else ():
        yield from _tags(item)


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


def targets(view: ContainerView, entity: AnyEntity) -> Iterator[tuple[Kind, str]]:
    """Kind and name of everything that an entity refers to, its folder apart.

    Texts in fields that no class has a word for may name a tag, a trigger or a template: each
    counts as all three, so that nothing which is in use is taken for unused.
    """
    for name in view.referred(entity):
        yield Kind.VARIABLE, name
    for field in ("firing", "blocking", "evaluation", "members"):
        for ref in getattr(entity, field, ()):
            if type(ref) is str:
                yield Kind.TRIGGER, ref
    type_ = getattr(entity, "type", None)
    if isinstance(type_, TemplateRef):
        yield Kind.TEMPLATE, type_.template
    for parameter in getattr(entity, "parameter", ()):
        yield from _named(parameter)
    for _, value in entity.extra:
        for text in _any(value):
            yield from ((kind, text) for kind in (Kind.TAG, Kind.TRIGGER, Kind.TEMPLATE))


def _named(parameter: Parameter) -> Iterator[tuple[Kind, str]]:
    """Triggers and tags that a parameter refers to, at any depth."""
    if parameter.type == TRIGGER_NAME:
        yield Kind.TRIGGER, str(parameter.value)
    elif parameter.type == "TAG_REFERENCE":
        yield Kind.TAG, str(parameter.value)
    elif isinstance(parameter.value, tuple):
        for item in parameter.value:
            yield from _named(item)
