"""Real exports: what means nothing does not show, and what means something shows once."""

from __future__ import annotations

import json
import pickle
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from container.corpus import FOLDER, needs_corpus

from compare.disguise import disguised, values
from gtmgen.compare.changes import compare
from gtmgen.compare.model import Difference
from gtmgen.compare.snapshot import of_version

pytestmark = needs_corpus
FILES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[-60:])
_VALUES = 15  # of each file


@cache
def version_of(file: Path) -> Any:
    document = json.loads(file.read_bytes())
    return document.get("containerVersion", document)


@each_file
def test_ids_order_and_spelling_never_show(file: Path) -> None:
    version = version_of(file)
    for seed in range(3):
        other = of_version(disguised(version, seed))
        found = compare(of_version(version), other)

        assert found.changes == ()
        assert found.container == ()
        assert found.unchanged == len(other.entries) + len(other.built_ins)


@each_file
def test_one_changed_character_is_one_field(file: Path) -> None:
    version = version_of(file)
    old = of_version(version)
    source = random.Random(file.name)
    places = range(len(list(values(version))))
    for place in source.sample(places, min(_VALUES, len(places))):
        new = pickle.loads(pickle.dumps(version))
        value = list(values(new))[place]
        value["value"] = changed(value["value"], source)

        found = compare(old, of_version(disguised(new, place)))

        (change,) = found.changes
        assert change.difference is Difference.CHANGED
        assert len(change.fields) == 1, value


def changed(text: str, source: random.Random) -> str:
    place = source.randrange(len(text))
    return text[:place] + ("y" if text[place] != "y" else "z") + text[place + 1 :]


@each_file
def test_a_renamed_variable_or_trigger_shows_once(file: Path) -> None:
    """Each is renamed alone, everywhere that it is used."""
    version = version_of(file)
    old = of_version(version)
    source = random.Random(file.name)
    entities = [
        (kind, item["name"]) for kind in ("trigger", "variable") for item in version.get(kind, ())
    ]
    for kind, name in source.sample(entities, min(10, len(entities))):
        new = disguised(renamed(version, kind, name, "Brand new"))

        found = compare(old, of_version(new))

        (change,) = found.changes
        assert (change.old_name, change.name) == (name, "Brand new")
        assert change.difference is Difference.RENAMED
        assert change.fields == ()


def renamed(version: Any, kind: str, name: str, new: str) -> Any:
    text = json.dumps(version)
    if kind == "variable":
        text = text.replace(json.dumps("{{" + name + "}}")[1:-1], "{{" + new + "}}")
    out = json.loads(text)
    for item in out[kind]:
        if item["name"] == name:
            item["name"] = new
    return out
