"""How much of real exports is lifted; every lift of them is proved by compiling."""

from __future__ import annotations

from collections import Counter

import pytest
from container.corpus import FOLDER, needs_corpus

from gtmgen.container.entities import Kind
from gtmgen.importer.convert import convert
from gtmgen.importer.read.source import open_export
from gtmgen.importer.write.render import SpecSettings

from .lifting import imported, keys_of

pytestmark = needs_corpus

# The least that must be lifted, in percent of all entities of the kind.
LEAST = {Kind.VARIABLE: 70, Kind.TRIGGER: 80, Kind.TAG: 25}


def test_most_of_what_real_containers_hold_is_lifted(capsys: pytest.CaptureFixture[str]) -> None:
    there: Counter[tuple[Kind, str]] = Counter()
    lifted: Counter[tuple[Kind, str]] = Counter()
    for file in sorted(FOLDER.glob("*.json")):
        container = imported(open_export(file).version)
        types = {
            (kind, entity.name): _type(entity)
            for kind, entities in container.entities.items()
            for entity in entities
        }
        there.update((kind, type_) for (kind, _), type_ in types.items() if kind in LEAST)
        found = convert(container, SpecSettings("shop"), keys_of(container), lift=True)
        assert found.undone == (), file.name
        for lift in found.lifts:
            fired = [(Kind.TAG, name) for name in lift.fires]
            lifted.update((kind, types[kind, name]) for kind, name in (*lift.replaces, *fired))
    with capsys.disabled():
        for (kind, type_), count in sorted(there.items(), key=str):
            print(f"\n{kind.value:9}{type_:22}{lifted[kind, type_]:5} of {count}", end="")
    for kind, least in LEAST.items():
        own = sum(count for (of, _), count in there.items() if of is kind)
        done = sum(count for (of, _), count in lifted.items() if of is kind)
        assert 100 * done >= least * own, (kind, done, own)


def _type(entity: object) -> str:
    type_ = getattr(entity, "type", "")
    return type_ if isinstance(type_, str) else "template"
