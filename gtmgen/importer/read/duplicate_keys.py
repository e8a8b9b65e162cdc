"""Keys that a JSON object has more than once: told when they agree, refused when not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gtmgen.errors import ExportError


@dataclass(frozen=True)
class DuplicateKeys:
    """A JSON object with a key that it has more than once."""

    result: dict[str, Any]
    members: list[tuple[str, Any]]

    def values(self) -> Iterator[tuple[str, list[Any]]]:
        values: dict[str, list[Any]] = {}
        for key, value in self.members:
            values.setdefault(key, []).append(value)
        return ((key, same_key) for key, same_key in values.items() if len(same_key) > 1)


def resolve(document: Any, twice: list[DuplicateKeys], path: str) -> Iterator[str]:
    """Notes for values that are the same; different ones are refused, for which one holds?"""
    places = dict(_list_places(document, {id(item.result) for item in twice}))
    for item in twice:
        key_path = places.get(id(item.result))  # none inside a value that was itself put aside
        where = f"{key_path}: " if key_path else ""
        for key, values in item.values():
            texts = [json.dumps(value, sort_keys=True) for value in values]
            different = list(dict.fromkeys(texts))
            if len(different) > 1:
                first, second = (_shorten(text) for text in different[:2])
                raise ExportError(
                    f"`{path}`: {where}the key `{key}` is there twice, "
                    f"with `{first}` and with `{second}`",
                    hint="remove the one that is wrong",
                )
            if key_path is not None:
                yield f"{where}the key `{key}` is there {len(values)} times, always the same"


def _list_places(document: Any, ids: set[int]) -> Iterator[tuple[int, str]]:
    stack: list[tuple[Any, str]] = [(document, "")]
    while stack:
        value, path = stack.pop()
        if id(value) in ids:
            yield id(value), path or "the top"
        if isinstance(value, dict):
            stack.extend((item, join_member(path, key)) for key, item in value.items())
        elif isinstance(value, list):
            stack.extend((item, f"{path}[{number}]") for number, item in enumerate(value))


def join_member(path: str, key: str) -> str:
    """The place of a member: ``containerVersion.tag``."""
    return f"{path}.{key}" if path else key


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
