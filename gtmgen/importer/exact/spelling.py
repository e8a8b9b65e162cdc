"""How a JSON value was spelled, apart from what it says.

Two values that say the same may differ in the order of keys and parameters, in empty forms
(``"formatValue": {}``), in the case of enums. The spelling of one in terms of the other is what
has to be kept to write the first one again; where the value itself changes, the change shows
and the spelling around it stays.
"""

from __future__ import annotations

import json
from typing import Any

Spelling = dict[str, Any]


def record_spelling(original: Any, plain: Any) -> Spelling | None:
    """What ``restore_spelling`` needs to make ``original`` of ``plain``; None when alike."""
    if json.dumps(original) == json.dumps(plain):
        return None
    if isinstance(original, dict) and isinstance(plain, dict):
        return _compare_dicts(original, plain)
    if isinstance(original, list) and isinstance(plain, list):
        by_key, theirs = _index_by_key(original), _index_by_key(plain)
        if by_key is not None and theirs is not None:
            return {"items": _compare_dicts(by_key, theirs)}
        if len(original) == len(plain):
            return _drop_empty({"at": _compare_items(enumerate(original), dict(enumerate(plain)))})
    return {"literal": original, "for": plain}


def _compare_dicts(original: dict[str, Any], plain: dict[str, Any]) -> Spelling:
    return _drop_empty(
        {
            "keys": [*original],
            "only": {key: value for key, value in original.items() if key not in plain},
            "drop": {key: value for key, value in plain.items() if key not in original},
            "at": _compare_items(original.items(), plain),
        }
    )


def _compare_items(items: Any, plain: dict[Any, Any]) -> Spelling:
    spellings = {
        str(key): record_spelling(value, plain[key]) for key, value in items if key in plain
    }
    return {key: value for key, value in spellings.items() if value is not None}


def _drop_empty(spellings: Spelling) -> Spelling:
    return {key: value for key, value in spellings.items() if value or key == "keys"}


def _index_by_key(items: list[Any]) -> dict[str, Any] | None:
    """Parameters by their keys; None for lists of anything else."""
    if not items or not all(isinstance(item, dict) and "key" in item for item in items):
        return None
    by_key = {str(item["key"]): item for item in items}
    return by_key if len(by_key) == len(items) else None


def restore_spelling(value: Any, kept: Spelling | None) -> Any:
    """The way back: the value as the original spelled it, as far as they still agree."""
    if kept is None:
        return value
    if "literal" in kept:
        return kept["literal"] if value == kept["for"] else value
    if "items" in kept and isinstance(value, list):
        by_key = _index_by_key(value)
        return value if by_key is None else [*_restore_dict(by_key, kept["items"]).values()]
    if isinstance(value, dict) and "keys" in kept:
        return _restore_dict(value, kept)
    if isinstance(value, list) and "at" in kept:
        at = kept["at"]
        return [restore_spelling(item, at.get(str(index))) for index, item in enumerate(value)]
    return value


def _restore_dict(value: dict[str, Any], kept: Spelling) -> dict[str, Any]:
    only, drop, at = (kept.get(name, {}) for name in ("only", "drop", "at"))
    respelled: dict[str, Any] = {}
    for key in kept["keys"]:
        if key in value:
            respelled[key] = restore_spelling(value[key], at.get(key))
        elif key in only:
            respelled[key] = only[key]
    for key, item in value.items():
        if key not in respelled and not (key in drop and drop[key] == item):
            respelled[key] = item
    return respelled
