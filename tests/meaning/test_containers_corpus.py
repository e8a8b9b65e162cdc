"""Real exports: whatever value changes, something is told of it."""

from __future__ import annotations

import copy
import random
from pathlib import Path

from compare.disguise import values
from compare.test_compare_corpus import FILES, changed, each_file, needs_corpus, version_of

from gtmgen.compare.changes import compare
from gtmgen.compare.snapshot import of_version
from gtmgen.meaning.compare import compare_containers
from gtmgen.report.english import load_english

pytestmark = needs_corpus
_VALUES = 10  # of each file


@each_file
def test_a_changed_value_is_told(file: Path) -> None:
    version = version_of(file)
    old = of_version(version)
    source = random.Random(file.name)
    places = range(len(list(values(version))))
    for place in source.sample(places, min(_VALUES, len(places))):
        new = copy.deepcopy(version)
        value = list(values(new))[place]
        value["value"] = changed(value["value"], source)
        after = of_version(new)

        meaning = compare_containers(old, after, compare(old, after))

        assert [load_english().sentence(fact) for fact in meaning.items] != [], value


@each_file
def test_any_two_can_be_compared(file: Path) -> None:
    other = FILES[FILES.index(file) - 1]
    old, new = of_version(version_of(file)), of_version(version_of(other))
    meaning = compare_containers(old, new, compare(old, new))
    speaker = load_english()
    for fact in meaning.items:
        assert speaker.sentence(fact)
        assert "{" not in speaker.severity(fact)
