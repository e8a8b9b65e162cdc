"""The same spec gives the same bytes: on every run, and in whatever order its keys stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.spec.load import load

from .specs import EXAMPLES, GA4, ROOT, TIKTOK, by_name, compiled, exported, spec

RICH = spec(
    container={
        "gtm": "GTM-A1",
        "folder": "F",
        "naming": {"tag": "{platform}: {event}"[:10] + " {event}"},
    },
    site={"navigation": "spa", "page_identity": "path_query", "currency": "EUR"},
    platforms={
        "ga4": {**GA4, "page_view": "manual"},
        "tiktok": {**TIKTOK, "page_view": "manual", "identify": {"email": "a", "external_id": "b"}},
    },
    data={
        "a": {"path": "a", "scope": "event"},
        "b": {"lookup": {"input": "a", "map": {"x": 1, "y": 2, "{{z": 3}}},
        "c": {"regex": {"input": "a", "map": [{"pattern": "x", "value": 1}]}},
        "items": {"path": "items", "type": "items"},
        "order": {"path": "order"},
    },
    pages={
        "p": {"path": ["/b", "/a"], "host": ["b.example", "a.example"]},
        "q": {"query": {"y": "1", "x": ["2", "1"]}},
    },
    triggers={
        "t": {"page": ["p", "q"], "where": {"b": {"gt": 1, "lt": 5}, "a": "x"}},
        "u": {"scroll": [50, 25], "scroll_horizontal": [10]},
        "v": {"group": ["w", "x"]},
        "w": {"event": "w"},
        "x": {"event": "x"},
    },
    events={
        "add_to_cart": {
            "on": ["t", {"event": "e"}],
            "except": ["x", "w"],
            "event_id": {"from": "order", "prefix": "p_"},
            "params": {"value": "a", "items": "items", "extra": "b"},
            "send": {
                "tiktok": {"event": "AddToCart", "where": {"c": "1"}},
                "ga4": {"params": {"z": "a", "y": "b"}},
            },
        },
        "raw": {"on": "u", "send": {"custom": {"tag": "r"}}},
    },
    gtm={
        "tags": {
            "r": {
                "type": "html",
                "parameters": {"html": "<b>", "map": {"b": 1, "a": {"d": 1, "c": 2}}},
            }
        }
    },
)
REFERENCE = export_json(compiled(RICH))


def shuffled(draw: Any, value: Any) -> Any:
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {key: shuffled(draw, value[key]) for key in keys}
    if isinstance(value, list):
        return [shuffled(draw, item) for item in value]
    return value


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_keys_makes_no_difference(data: st.DataObject) -> None:
    assert export_json(compiled(shuffled(data.draw, RICH))) == REFERENCE


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_order_of_an_examples_keys_makes_no_difference(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    if "include" in yaml.load(text, yaml.BaseLoader) or "{file" in text:
        pytest.skip("reads other files")
    expected = export_json(compile_spec(load(example, {})))
    loaded = load(example, {})

    def reversed_keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reversed_keys(value[key]) for key in reversed(value)}
        return [reversed_keys(item) for item in value] if isinstance(value, list) else value

    assert export_json(compiled(reversed_keys(loaded.document.data))) == expected


def test_the_seed_of_hashes_makes_no_difference(tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(RICH))
    code = (
        "import sys; from gtmgen.spec.load import load;"
        "from gtmgen.compile.compiler import compile_spec;"
        "from gtmgen.container.export import export_json;"
        "sys.stdout.buffer.write(export_json(compile_spec(load(sys.argv[1], {}))))"
    )
    for seed in ("0", "1", "4242"):
        run = subprocess.run(
            [sys.executable, "-c", code, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
        assert run.stdout == REFERENCE


def test_ids_are_unique_and_sequential() -> None:
    version = json.loads(REFERENCE)["containerVersion"]
    kinds = {
        "folder": "folderId",
        "customTemplate": "templateId",
        "variable": "variableId",
        "trigger": "triggerId",
        "tag": "tagId",
    }
    ids = [int(item[id_]) for kind, id_ in kinds.items() for item in version[kind]]
    assert ids == list(range(1, len(ids) + 1))


def test_every_entity_has_an_owner_of_its_own() -> None:
    owners = [entity.owner for entity in compiled(RICH).entities()]
    assert None not in owners
    assert len(set(owners)) == len(owners)


def test_another_event_leaves_the_entities_of_the_others_as_they_are() -> None:
    more = {**RICH, "events": {**RICH["events"], "aaa": {"on": {"event": "q"}, "send": ["ga4"]}}}
    before, after = compiled(RICH), compiled(more)
    changed = {entity.owner: entity for entity in after.entities()}
    for entity in before.entities():
        assert changed[entity.owner] == entity
    assert "aaa" in str(exported(more)["tag"])
    assert by_name(exported(more)["tag"]).keys() > by_name(exported(RICH)["tag"]).keys()
