"""Values of ``gtm`` that stand for nothing in GTM."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Owner
from gtmgen.container.kinds.table import SECTION
from gtmgen.container.plain import PlainError
from gtmgen.container.raw import from_data
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.model import Spec


def check_raw(spec: Spec) -> Iterator[Problem]:
    """Every value that no parameter, condition or reference can be made of."""
    for kind, entities in spec.raw.items():
        for key, raw in entities.items():
            owner = Owner(spec.project, f"{kind.value}/gtm/{key}")
            try:
                # The files are the compiler's: here, their names are enough.
                from_data(kind, key, raw.data, owner, raw.origin, lambda name: name)
            except PlainError as error:
                yield from value_problems(error, ("gtm", SECTION[kind], key))


def value_problems(error: PlainError, path: Path) -> list[Problem]:
    """All that is wrong with the entity at a path."""
    return [
        Problem(item.rule, (*path, *item.path), item.message, item.hint)
        for item in (error, *error.others)
    ]
