"""What the data of a raw entity refers to by its name in GTM, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.container.builtins import BUILT_IN_TRIGGER_LABELS
from gtmgen.container.references import TRIGGER_FIELDS, TYPE_FIELDS
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME

Path = tuple[str | int, ...]
Reference = tuple[Path, str, str]
"""Where it stands, what it is (folder, trigger or template), and its name."""

_WORDS = {"$trigger": "trigger", "$template": "template"}
_TYPES = {TRIGGER_NAME: "trigger", TEMPLATE_NAME: "template"}


def references(data: Mapping[str, Any]) -> Iterator[Reference]:
    """Every reference of an entity's data, as ``container.raw`` reads it."""
    if "folder" in data:
        yield ("folder",), "folder", data["folder"]
    yield from _type(data.get("type"), ("type",))
    for word in ("firing", "blocking", "evaluation"):
        yield from _list_triggers(data.get(word) or (), (word,))
    for word, value in data.items():
        yield from _list_in_parameters(value, (word,))
    yield from _list_in_more(data.get("more") or {}, ("more",), "")


def _list_triggers(refs: Any, path: Path) -> Iterator[Reference]:
    for index, ref in enumerate(refs):
        if isinstance(ref, dict) and "name" in ref:
            yield (*path, index, "name"), "trigger", ref["name"]
        elif isinstance(ref, str) and ref not in BUILT_IN_TRIGGER_LABELS:
            yield (*path, index), "trigger", ref


def _type(type_: Any, path: Path) -> Iterator[Reference]:
    if isinstance(type_, dict) and isinstance(type_.get("template"), str):
        yield (*path, "template"), "template", type_["template"]


def _list_in_parameters(value: Any, path: Path) -> Iterator[Reference]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _list_in_parameters(item, (*path, index))
    elif isinstance(value, dict):
        kind = _TYPES.get(str(value.get("type")))
        if kind and isinstance(value.get("value"), str):
            yield (*path, "value"), kind, value["value"]
        for key, item in value.items():
            if key in _WORDS and isinstance(item, str):
                yield (*path, key), _WORDS[key], item
            else:
                yield from _list_in_parameters(item, (*path, key))


def _list_in_more(value: Any, path: Path, field: str) -> Iterator[Reference]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _list_in_more(item, (*path, key), key)
    elif isinstance(value, list):
        if field in TRIGGER_FIELDS:
            yield from _list_triggers(value, path)
        for index, item in enumerate(value):
            if field in TYPE_FIELDS:
                yield from _type(item, (*path, index))
            yield from _list_in_more(item, (*path, index), "")
