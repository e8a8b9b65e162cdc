"""Conditions of triggers as plain YAML values, exactly invertible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.container.fields import upper_snake
from gtmgen.container.plain import PlainError, mapping_from_plain, mapping_to_plain
from gtmgen.container.values import Condition, condition

OPERATORS = {
    "equals": "EQUALS",
    "contains": "CONTAINS",
    "starts_with": "STARTS_WITH",
    "ends_with": "ENDS_WITH",
    "matches": "MATCH_REGEX",
    "gt": "GREATER",
    "gte": "GREATER_OR_EQUALS",
    "lt": "LESS",
    "lte": "LESS_OR_EQUALS",
    "css": "CSS_SELECTOR",
    "url": "URL_MATCHES",
}
OPERATOR_OF = {type_: operator for operator, type_ in OPERATORS.items()}


def condition_to_plain(item: Condition) -> dict[str, Any]:
    """``{left: "{{Page Path}}", starts_with: /shop}``, or type and parameters of odd ones."""
    operator = OPERATOR_OF.get(item.type)
    values = {
        parameter.key: parameter.value
        for parameter in item.parameter
        if not isinstance(parameter.value, tuple)
    }
    if operator is not None:
        plain: dict[str, Any] = {
            "left": values.get("arg0") or "",
            operator: values.get("arg1") or "",
        }
        plain.update({flag: True for flag in ("ignore_case", "negate") if flag in values})
        # What the words cannot say, such as a parameter that GTM does not document, would be lost.
        if _is_same(_make_condition(operator, plain), item):
            return plain
    return {"type": item.type, "parameters": mapping_to_plain(item.parameter)}


def _is_same(one: Condition, other: Condition) -> bool:
    # By their text, since a parameter without a key has none to sort by.
    return one.type == other.type and sorted(one.parameter, key=repr) == sorted(
        other.parameter, key=repr
    )


def condition_from_plain(value: Mapping[str, Any]) -> Condition:
    """The way back of :func:`condition_to_plain`. Raises :class:`PlainError`."""
    operators = [name for name in value if name in OPERATORS]
    if "type" in value and value.keys() <= {"type", "parameters"}:
        try:
            parameters = mapping_from_plain(value.get("parameters") or {})
        except PlainError as error:
            raise error.below("parameters") from None
        return Condition(upper_snake(str(value["type"])), parameters)
    if len(operators) != 1 or "left" not in value or {"type", "parameters"} & value.keys():
        raise PlainError("a condition has `left` and one operator: " + ", ".join(OPERATORS))
    return _make_condition(operators[0], value)


def _make_condition(operator: str, value: Mapping[str, Any]) -> Condition:
    return condition(
        OPERATORS[operator],
        _write_text(value["left"]),
        _write_text(value[operator]),
        negate=value.get("negate") is True,
        ignore_case=value.get("ignore_case") is True,
    )


def _write_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
