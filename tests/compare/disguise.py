"""The same container with other IDs, another order and the API's spelling."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from typing import Any

from gtmgen.container.entities import ID_FIELD, VERSION_FIELD
from gtmgen.container.fields import camel

Json = dict[str, Any]
_ENUMS = ("tagFiringOption", "consentStatus", "caseConversionType", "convertToNumber")
_SHUFFLED = ("parameter", "map", "filter", "autoEventFilter", "customEventFilter")
_TRIGGER_LISTS = ("firingTriggerId", "blockingTriggerId")


def disguised(version: Json, seed: int = 0) -> Json:
    """Renumbered, shuffled and spelled otherwise; it means the same."""
    source = random.Random(seed)
    out = pickle.loads(pickle.dumps(version))  # a copy, five times faster than deepcopy
    _renumber(out, source)
    for field, items in out.items():
        if isinstance(items, list):
            source.shuffle(items)
            for item in items:
                _reshape(item, source, top=True, enum=field in ("trigger", "builtInVariable"))
    container = out.get("container", {})
    container["usageContext"] = [name.lower() for name in container.get("usageContext", ["WEB"])]
    return out


def _renumber(version: Json, source: random.Random) -> None:
    new: dict[str, dict[str, str]] = {}
    # Two for each entity: all of the range, drawn each time, took longer than the comparison.
    needed = 2 * sum(len(version.get(field, ())) for field in VERSION_FIELD.values())
    numbers = iter(source.sample(range(5000, 90000), needed))
    old_container, container = str(version.get("containerId")), "777000111"
    types: dict[str, str] = {}
    for kind, field in VERSION_FIELD.items():
        key = ID_FIELD[kind]
        for item in version.get(field, ()):
            fresh = new.setdefault(field, {}).setdefault(str(item.get(key)), str(next(numbers)))
            if field == "customTemplate":
                home = item.get("containerId", old_container)
                types[f"cvt_{home}_{item[key]}"] = f"cvt_{container}_{fresh}"
            item.update({key: fresh, "accountId": "42", "containerId": container})
            item["fingerprint"] = str(next(numbers))
    version.update(accountId="42", containerId=container, path="x", fingerprint="1")
    for field in VERSION_FIELD.values():
        for item in version.get(field, ()):
            _refer(item, new.get("trigger", {}), new.get("folder", {}), types)


def _refer(value: Any, triggers: Json, folders: Json, types: Json) -> None:
    if isinstance(value, list):
        for item in value:
            _refer(item, triggers, folders, types)
    elif isinstance(value, dict):
        for key in _TRIGGER_LISTS:
            if key in value:
                value[key] = [triggers.get(id_, id_) for id_ in value[key]]
        if "parentFolderId" in value:
            value["parentFolderId"] = folders.get(value["parentFolderId"], value["parentFolderId"])
        if value.get("type") in types:
            value["type"] = types[value["type"]]
        if value.get("value") in types:
            value["value"] = types[value["value"]]
        if value.get("type") == "TRIGGER_REFERENCE":
            value["value"] = triggers.get(value["value"], value["value"])
        for item in value.values():
            _refer(item, triggers, folders, types)


def _reshape(value: Any, source: random.Random, *, top: bool = False, enum: bool = True) -> None:
    if isinstance(value, list):
        for item in value:
            _reshape(item, source)
    elif isinstance(value, dict):
        for key in (*_SHUFFLED, *_TRIGGER_LISTS):
            if isinstance(value.get(key), list):
                source.shuffle(value[key])
        for key, item in [*value.items()]:
            if (key == "type" and (enum or not top)) or key in _ENUMS:
                value[key] = camel(item)
            else:
                _reshape(item, source)
        shuffled = [*value.items()]
        source.shuffle(shuffled)
        value.clear()
        value.update(shuffled)


def values(version: Json) -> Iterator[Json]:
    """Every parameter that holds text, wherever it stands."""
    for field in VERSION_FIELD.values():
        yield from _values(version.get(field, ()))


def _values(value: Any) -> Iterator[Json]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item)
    elif isinstance(value, dict):
        if isinstance(value.get("value"), str) and value["value"] and "type" in value:
            yield value
        for item in value.values():
            yield from _values(item)
