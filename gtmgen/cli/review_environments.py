"""What a pull request changes in a spec's environments alone: `review` without `--env`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gtmgen.cli.sides import DiffSide, pair_specs, read_spec
from gtmgen.compare.changes import compare as compare_snapshots
from gtmgen.compare.snapshot import Snapshot
from gtmgen.errors import SpecError
from gtmgen.files.git import GitPlace, checkout
from gtmgen.meaning.compare import explain_environments
from gtmgen.meaning.model import Fact, Meaning
from gtmgen.report.comment_report import Review
from gtmgen.report.english import load_english
from gtmgen.source.open import open_source

_Compare = Callable[[DiffSide, DiffSide], Review]


def review_environments(
    base: GitPlace, path: Path, told: Sequence[Review], compare: _Compare
) -> Iterator[Review]:
    """Of each environment of both sides what its spec means beyond what is ``told``; and the
    environments that are new or gone."""
    with checkout(base.revision, base.path) as file:
        before = open_source(file).environments
    after = open_source(path).environments
    new = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    if new or gone:
        nothing = Snapshot(())
        meaning = explain_environments(path.name, new, gone)
        yield Review(str(base), str(path), compare_snapshots(nothing, nothing), meaning)
    known = {_say(fact) for review in told for fact in review.meaning.items}
    for name in after:
        if name in before:
            yield from _review_one(base, path, name, known, compare)


def _review_one(
    base: GitPlace, path: Path, name: str, known: set[tuple[str, str]], compare: _Compare
) -> Iterator[Review]:
    try:
        old = read_spec(base, name)
    except SpecError:
        return  # `validate` tells of each environment; it is not valid any more or not yet
    for before, after in pair_specs(old, read_spec(path, name)):
        review = compare(before, after)
        facts = tuple(fact for fact in review.meaning.items if _say(fact) not in known)
        if facts:
            names = (f"{text} (--env {name})" for text in (review.old, review.new))
            old_name, new_name = names
            yield review._replace(old=old_name, new=new_name, meaning=Meaning(facts))


def _say(fact: Fact) -> tuple[str, str]:
    return fact.key, load_english().sentence(fact)
