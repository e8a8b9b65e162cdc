"""The schema for editors describes every key, and shows what can stand there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from support import without_annotations

from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.annotations import SPEAKING, annotated, load_texts
from gtmgen.spec.editor import with_parameters
from gtmgen.spec.schema_of_packs import schema_for

DESCRIPTIONS, EXAMPLES = load_texts()["descriptions"], load_texts()["examples"]
PACKS = {name: load_pack(folder) for name, folder in find_packs().items()}
PLAIN = schema_for(PACKS)
SCHEMA = with_parameters(annotated(PLAIN), PACKS)


def keys(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, value in (node.get("properties") or {}).items():
            if value is not False:  # a key that may not be there
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
    # Most keys refer to nothing: reading every definition for each takes ten times as long.
    referred = {"$defs": SCHEMA["$defs"]} if '"$ref"' in json.dumps(key) else {}
    validator = jsonschema_rs.Draft202012Validator({**key, **referred})
    for example in key["examples"]:
        assert [error.message for error in validator.iter_errors(example)] == []


def test_each_text_is_of_a_key() -> None:
    names = {name for path in KEYS for name in (path.rpartition(".")[2],)}
    for table in (DESCRIPTIONS, EXAMPLES):
        assert {text.rpartition(".")[2] for text in table} - names == set()


def test_annotations_change_no_verdict() -> None:
    assert without_annotations(SCHEMA) == without_annotations(PLAIN)


def test_params_propose_what_the_platforms_know() -> None:
    proposed = SCHEMA["$defs"]["event"]["properties"]["params"]["properties"]
    assert proposed["transaction_id"]["description"].splitlines() == [
        "GA4: `transaction_id` (string); required by `purchase`, `refund`.",
        "TikTok: `order_id` (string); recommended for `Purchase`.",
    ]
    assert set(SCHEMA["$defs"]["send_tiktok"]["then"]["properties"]["params"]["properties"]) >= {
        "items",
        "value",
        "search_term",
    }


@pytest.mark.parametrize(
    ("params", "is_right"),
    [
        ({"value": "value", "own": {"const": 1}}, True),
        ({"value": {"const": 5}}, True),
        ({"value": {"constant": 5}}, False),
        ({"value": 5}, False),
        ({"own": 5}, False),
    ],
)
def test_what_is_proposed_changes_no_verdict(params: dict[str, Any], is_right: bool) -> None:
    event = {"on": {"event": "a"}, "params": params, "send": ["ga4"]}
    for schema in (PLAIN, SCHEMA):
        validator = jsonschema_rs.Draft202012Validator(
            {"$ref": "#/$defs/event", "$defs": schema["$defs"]}
        )
        assert validator.is_valid(event) == is_right
