"""The schema for editors describes every key, and shows what can stand there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.annotations import SPEAKING, annotated, load_texts
from gtmgen.spec.load import schema_for

DESCRIPTIONS, EXAMPLES = load_texts()["descriptions"], load_texts()["examples"]
PLAIN = schema_for({name: load_pack(folder) for name, folder in find_packs().items()})
SCHEMA = annotated(PLAIN)


def keys(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, value in (node.get("properties") or {}).items():
            yield ".".join((*path, name)), value
        for name, value in node.items():
            yield from keys(value, (*path, name))
    elif isinstance(node, list):
        for value in node:
            yield from keys(value, path)


KEYS = dict(keys(SCHEMA))


def test_every_key_has_a_description() -> None:
    assert len(KEYS) > 400
    assert [path for path, key in KEYS.items() if not key.get("description")] == []


def test_every_key_has_an_example_a_default_or_its_values() -> None:
    silent = [
        path
        for path, key in KEYS.items()
        if key.get("type") != "boolean" and not any(word in key for word in SPEAKING)
    ]
    assert silent == []


@pytest.mark.parametrize("path", [path for path, key in KEYS.items() if "examples" in key])
def test_an_example_is_valid(path: str) -> None:
    key = KEYS[path]
    validator = jsonschema_rs.Draft202012Validator({**key, "$defs": SCHEMA["$defs"]})
    for example in key["examples"]:
        assert [error.message for error in validator.iter_errors(example)] == []


def test_each_text_is_of_a_key() -> None:
    names = {name for path in KEYS for name in (path.rpartition(".")[2],)}
    for table in (DESCRIPTIONS, EXAMPLES):
        assert {text.rpartition(".")[2] for text in table} - names == set()


def test_annotations_change_no_verdict() -> None:
    def bare(node: Any, *, names: bool = False) -> Any:
        if isinstance(node, dict):
            return {
                name: bare(value, names=name == "properties" and not names)
                for name, value in node.items()
                if names or name not in ("description", "examples")
            }
        return [bare(item) for item in node] if isinstance(node, list) else node

    def without_true(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: without_true(value) for name, value in node.items()}
        return {} if node is True else node

    assert without_true(bare(SCHEMA)) == without_true(bare(PLAIN))
