"""Conditions of triggers and zones that the API does not take."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import AnyEntity, Condition, Trigger, Zone
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


def bad_conditions(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """Parameters of conditions that the API does not know, and left sides that are missing.

    Source: users of the live API. It answers the first with 400 and the second with 500, which
    no repetition mends.
    """
    for at, condition in conditions_of(entity, path):
        keys = [parameter.key for parameter in condition.parameter]
        for key in keys:
            if key not in _KEYS:
                message = f"GTM knows no parameter `{key}` of a condition"
                hint = "known: " + ", ".join(f"`{known}`" for known in _KEYS)
                yield Problem("condition-key", (*at, "parameters", str(key)), message, hint)
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
