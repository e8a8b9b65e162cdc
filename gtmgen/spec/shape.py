"""Is the data of the schema's shape? And if not, where and why, in our words.

jsonschema-rs answers yes or no within a millisecond for a thousand events, which the
reference implementation needs a third of a second for; only when it says no does jsonschema
look for the reasons, and only where jsonschema-rs saw something. Both read the same schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import jsonschema_rs

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.values import Data
from gtmgen.spec.schema_parts import Schema

if TYPE_CHECKING:
    from gtmgen.spec.reference import FocusedReference

MOST = 1000
"""Nobody reads more problems of shape at once, and a file of nonsense has millions."""


class ShapeChecker:
    """A schema that is ready to check many specs: making a validator takes longer than its work."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._fast = jsonschema_rs.Draft202012Validator(schema)

    @cached_property
    def _reference(self) -> FocusedReference:
        from gtmgen.spec.reference import FocusedReference, reference_validator

        return FocusedReference(reference_validator(self._schema))

    def check(self, data: Data) -> list[Problem]:
        """Every place where the data departs from the schema; empty when it does not."""
        if self._fast.is_valid(data):
            return []
        # Loaded here: a spec whose shape is right needs no explanations, and no second validator.
        from gtmgen.spec.bare_mappings import explain_bare_mappings
        from gtmgen.spec.shape_problems import Failure, explain_failure

        paths = [error.instance_path for error in islice(self._fast.iter_errors(data), MOST)]
        validator = self._reference.focus(data, paths)
        problems = [
            problem
            for error in islice(validator.iter_errors(data), MOST)
            for problem in explain_failure(Failure.of(error))
        ]
        if not problems:  # they disagree over a corner of regular expressions: trust the stricter
            problems = [
                Problem("schema", tuple(error.instance_path), str(error.message))
                for error in self._fast.iter_errors(data)
            ]
        # Whoever reads thousands is told of all of them: their number says that more may follow.
        if len(problems) >= MOST:
            return problems
        return _without_misspelt(explain_bare_mappings(problems, data))


_MEANT = ("did you mean `{}`?", "its name here is `{}`", "its place is under `{}`")
"""How the hint of an unknown key names the one that is meant."""


def _without_misspelt(problems: list[Problem]) -> list[Problem]:
    """Without keys that are missing only because the mapping has them misspelt: told once."""
    problems = _without_unknown_platforms(problems)
    meant = {(item.path[:-1], item.hint) for item in problems if item.rule == "unknown-key"}
    return [
        item
        for item in problems
        if item.rule != "missing-key"
        or meant.isdisjoint(
            (path, hint.format(name)) for path, name in _missing(item) for hint in _MEANT
        )
    ]


def _without_unknown_platforms(problems: list[Problem]) -> list[Problem]:
    """Without what sends to a platform that is unknown where its account stands: told once."""
    names = {
        str(item.path[-1])
        for item in problems
        if item.rule == "unknown-key" and item.path[:-1] == ("platforms",)
    }
    if not names:
        return problems
    starts = tuple(f"the text `{name}` is not one of " for name in names)
    return [
        item
        for item in problems
        if item.path[:1] != ("events",)
        or not (
            (item.rule == "bad-value" and item.message.startswith(starts))
            or (item.rule == "unknown-key" and str(item.path[-1]) in names)
        )
    ]


def _missing(problem: Problem) -> Iterator[tuple[Path, str]]:
    """The mappings that lack a key, and its name: a key `is missing`, or another `goes with` it."""
    first, *others = problem.message.split("`")[1::2]
    if problem.message.startswith(f"`{first}` goes with "):
        yield from ((problem.path[:-1], name) for name in others)
    else:
        yield problem.path, first
