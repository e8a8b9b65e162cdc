"""Values of GTM's enums that GTM does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gtmgen.container.entities import AnyEntity, Tag, Trigger
from gtmgen.container.enums import (
    CONDITION_TYPES,
    FIELDS,
    PARAMETER_FIELDS,
    PARAMETER_TYPES,
    TRIGGER_TYPES,
)
from gtmgen.container.parameters import walk_parameter
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME, Condition, Parameter
from gtmgen.diagnostics import Path, Problem
from gtmgen.refusals.conditions import conditions_of, raw_conditions_of
from gtmgen.text import did_you_mean, listing

_OURS = (TRIGGER_NAME, TEMPLATE_NAME)
_AT_A_GLANCE = 12


def unknown_enums(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """Every enum of an entity whose value GTM does not know."""
    if isinstance(entity, Tag):
        at = (*path, "more", "tagFiringOption")
        yield from _field("tagFiringOption", entity.firing_option, at)
    if isinstance(entity, Trigger):
        yield from _check("type of a trigger", entity.type, TRIGGER_TYPES, (*path, "type"))
        for name, setting in entity.settings:
            yield from _check_parameter(setting, (*path, "settings", name))
    for at, condition in conditions_of(entity, path):
        yield from _check_condition(condition, at)
    for at, raw in raw_conditions_of(entity, path):
        if "type" in raw:
            yield from _check("type of a condition", raw["type"], CONDITION_TYPES, (*at, "type"))
        parameters = raw.get("parameter")
        for index, item in enumerate(parameters if isinstance(parameters, list) else ()):
            yield from _check_raw_parameter(item, (*at, "parameter", index))
    listed = dict(entity.extra).get("parameter")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        yield from _check_raw_parameter(item, (*path, "more", "parameter", index))
    for parameter in getattr(entity, "parameter", ()):
        yield from _check_parameter(parameter, (*path, "parameters", parameter.key or ""))
    for field, value in entity.extra:
        yield from _field(field, value, (*path, "more", field))


def _check_condition(condition: Condition, path: Path) -> Iterator[Problem]:
    yield from _check("type of a condition", condition.type, CONDITION_TYPES, (*path, "type"))
    for parameter in condition.parameter:
        yield from _check_parameter(parameter, (*path, "parameters", parameter.key or ""))


def _check_parameter(parameter: Parameter, path: Path) -> Iterator[Problem]:
    for item in walk_parameter(parameter):
        if item.type not in _OURS:
            yield from _check("type of a parameter", item.type, PARAMETER_TYPES, path)


def _field(field: str, value: Any, path: Path) -> Iterator[Problem]:
    if field in FIELDS:
        yield from _check(f"`{field}`", value, FIELDS[field], path)
    elif field in PARAMETER_FIELDS:
        yield from _check_raw_parameter(value, path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _field(name, item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _field("", item, (*path, index))


def _check_raw_parameter(value: Any, path: Path) -> Iterator[Problem]:
    """A parameter among the fields that have no word of their own, as the API has it."""
    if not isinstance(value, dict):
        return
    if "type" in value:
        yield from _check("type of a parameter", value["type"], PARAMETER_TYPES, (*path, "type"))
    for name in ("list", "map"):
        items = value.get(name)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            yield from _check_raw_parameter(item, (*path, name, index))


def _check(what: str, value: Any, known: Sequence[str], path: Path) -> Iterator[Problem]:
    if value not in known:
        message = f"`{value}` is not a {what} that GTM knows"
        yield Problem("unknown-enum", path, message, _hint(str(value), known))


def _hint(value: str, known: Sequence[str]) -> str | None:
    """All that GTM knows, where that can be read at a glance; else the nearest."""
    return f"known: {listing(known)}" if len(known) <= _AT_A_GLANCE else did_you_mean(value, known)
