"""What an editor shows of each key: a description everywhere, and an example or a default.

Annotations change no verdict, so that validation does without them; `gtmgen schema` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gtmgen.source.values import Builder
from gtmgen.source.yaml_text import compose

_FILE = Path(__file__).with_name("annotations.yaml")

Schema = dict[str, Any]

SPEAKING = ("examples", "default", "enum", "const")
"""Keywords of a schema that show what can stand there."""


@cache
def load_texts() -> dict[str, dict[str, Any]]:
    """``descriptions`` and ``examples`` by key, or by ``owner.key``."""
    texts: dict[str, dict[str, Any]] = Builder({}).build(
        compose(_FILE.read_text(encoding="utf-8"), _FILE.name)
    )
    return texts


def annotated(schema: Schema) -> Schema:
    """A copy of the schema in which no key is without a description, and none without an example
    that has neither a default nor a list of values."""
    definitions = {name: _annotate(value, name) for name, value in schema["$defs"].items()}
    properties = {key: value for key, value in schema.items() if key != "$defs"}
    return {**_annotate(properties, "spec"), "$defs": definitions}


def _annotate(node: Any, owner: str) -> Any:
    """``owner`` is the nearest key or definition above: the same word may mean two things."""
    if isinstance(node, list):
        return [_annotate(item, owner) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _properties(value, owner)
        if key == "properties" and isinstance(value, dict)
        else _annotate(value, owner)
        for key, value in node.items()
        if key not in ("examples", "default", "enum", "const")
    } | {key: node[key] for key in SPEAKING if key in node}


def _properties(properties: Mapping[str, Any], owner: str) -> Schema:
    return {
        # False: a key that may not be there, which nobody needs to be told about.
        key: False if value is False else _property(key, {} if value is True else value, owner)
        for key, value in properties.items()
    }


def _property(key: str, value: Schema, owner: str) -> Schema:
    annotated: Schema = _annotate(value, key)
    texts = load_texts()
    description = _known(texts["descriptions"], key, owner)
    if "description" not in annotated and description is not None:
        annotated["description"] = description
    example = _known(texts["examples"], key, owner)
    speaks = annotated.get("type") == "boolean" or any(word in annotated for word in SPEAKING)
    if not speaks and example is not None:
        annotated["examples"] = [example]
    return annotated


def _known(table: Mapping[str, Any], key: str, owner: str) -> Any:
    return table.get(f"{owner}.{key}", table.get(key))
