"""Fields that the classes have no word for: what in them refers to other entities.

Lists of triggers and of types stand for IDs in GTM, at any depth, and so may the value of a
parameter; everything else is data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gtmgen.container.fields import TRIGGER_LISTS

TRIGGERS = TRIGGER_LISTS | {"customEvaluationTriggerId"}
TYPES = frozenset(("whitelistedTypeId",))

Convert = Callable[[Any], Any]


def as_it_is(value: Any) -> Any:
    """Converts nothing."""
    return value


class References(NamedTuple):
    """How references are converted; a ``parameter`` is JSON whose type may be a ``$`` one."""

    trigger: Convert
    type: Convert
    parameter: Convert = as_it_is


def referring(field: str, value: Any, convert: References) -> Any:
    """A field's value with each reference in it converted."""
    if isinstance(value, dict):
        given = convert.parameter(value) if "type" in value else value
        return {name: referring(name, item, convert) for name, item in given.items()}
    if not isinstance(value, (list, tuple)):
        return value
    if field in TRIGGERS or field in TYPES:
        return [*map(convert.trigger if field in TRIGGERS else convert.type, value)]
    return [referring("", item, convert) for item in value]
