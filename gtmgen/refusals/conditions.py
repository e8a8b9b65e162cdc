"""Conditions of triggers and zones that the API does not take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.entities import AnyEntity, Trigger, Zone
from gtmgen.container.values import Condition
from gtmgen.diagnostics import Path, Problem

_KEYS = ("arg0", "arg1", "ignore_case", "negate")
_FORM = '`{left: "{{Page Path}}", starts_with: /shop}` is how a condition is written'


def conditions_of(entity: AnyEntity, path: Path) -> Iterator[tuple[Path, Condition]]:
    """Every condition of an entity, with its place in the spec."""
    if isinstance(entity, Trigger):
        fields = {
            "custom_event_filter": entity.custom_event_filter,
            "filter": entity.filter,
            "auto_event_filter": entity.auto_event_filter,
        }
    elif isinstance(entity, Zone):
        fields = {"conditions": entity.conditions}
    else:
        return
    for field, conditions in fields.items():
        for index, condition in enumerate(conditions):
            yield (*path, field, index), condition


RAW_FIELDS = frozenset(("filter", "autoEventFilter", "customEventFilter", "condition"))
"""Fields with conditions, as the API has them: an import leaves what it cannot say there."""


def raw_conditions_of(entity: AnyEntity, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The conditions among the fields that have no word of their own."""
    for field, value in entity.extra:
        if field in RAW_FIELDS and isinstance(value, list):
            for index, item in enumerate(value):
                yield (*path, "more", field, index), item if isinstance(item, dict) else {}


def bad_conditions(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """Parameters of conditions that the API does not know, and left sides that are missing.

    Source: users of the live API. It answers the first with 400 and the second with 500, which
    no repetition mends.
    """
    for at, condition in conditions_of(entity, path):
        keys = [parameter.key for parameter in condition.parameter]
        yield from _check_keys(keys, at, (*at, "parameters"))
    for at, raw in raw_conditions_of(entity, path):
        parameters = raw.get("parameter")
        listed = parameters if isinstance(parameters, list) else []
        yield from _check_keys([item.get("key") for item in listed if isinstance(item, dict)], at)


def _check_keys(
    keys: list[str | None], at: Path, parameters: Path | None = None
) -> Iterator[Problem]:
    for key in keys:
        if key not in _KEYS:
            message = f"GTM knows no parameter `{key}` of a condition"
            hint = "known: " + ", ".join(f"`{known}`" for known in _KEYS)
            place = at if parameters is None else (*parameters, str(key))
            yield Problem("condition-key", place, message, hint)
    if "arg0" not in keys:
        yield Problem("condition-key", at, "the condition has no left side (`arg0`)", _FORM)


def bad_event_filter(trigger: Trigger, path: Path) -> Iterator[Problem]:
    """A custom event has exactly one condition about its name."""
    count = len(trigger.custom_event_filter)
    if trigger.type != "CUSTOM_EVENT" or count == 1:
        return
    has = f"has {count} conditions in `custom_event_filter`" if count else "names no event"
    yield Problem(
        "event-filter",
        (*path, "custom_event_filter") if count else path,
        f"the trigger `{trigger.name}` {has}: GTM takes a custom event with exactly one",
        '`custom_event_filter: [{left: "{{_event}}", equals: NAME}]`; further conditions stand '
        "under `filter`",
    )
