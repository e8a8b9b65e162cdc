"""A comparison that is written into the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView

COMPARISON = re.compile(r"\s*(>=|<=|>|<)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*")
OPERATORS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def check(view: SpecView) -> Iterator[Remark]:
    """Texts such as `> 0`, which no value equals."""
    for test, path in view.conditions:
        for value in test.values if test.operator == "equals" else ():
            match = COMPARISON.fullmatch(value)
            if match is not None:
                meant = f"{{{OPERATORS[match.group(1)]}: {match.group(2)}}}"
                yield Remark(
                    path[:-1],
                    f"`{test.left}` is compared with the text `{value}`, not with a number",
                    f"write `{test.left}: {meant}`",
                    fix=meant if len(test.values) == 1 and not test.negate else None,
                )
