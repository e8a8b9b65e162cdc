"""Keys that have lost their colon before a bracket, or the space behind it.

`on {event: sign_up}` is sound YAML, with the key `on {event`, and one mistake, not two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gtmgen.diagnostics import Problem
from gtmgen.source.values import Data
from gtmgen.spec.key_moves import value_at
from gtmgen.text import clip

_LOST = re.compile(r"([A-Za-z_][\w.-]*)(?: *[=;] *|(:)| *)([\[{].*)")


def explain_lost_colons(problems: Sequence[Problem], data: Data) -> list[Problem]:
    """The problems with those about such a key told as one, in the place of the key."""
    told: list[Problem] = []
    lost = {
        item.path: match
        for item in problems
        if item.rule in ("unknown-key", "bad-key")
        and (match := _LOST.fullmatch(str(item.path[-1])))
    }
    if not lost:
        return [*problems]
    for item in problems:
        above = next((path for path in lost if item.path[: len(path)] == path), None)
        if above is None:
            names = {match[1] for path, match in lost.items() if path[:-1] == item.path}
            if item.rule != "missing-key" or not any(f"`{name}`" in item.message for name in names):
                told.append(item)
        elif item.path == above and item.rule in ("unknown-key", "bad-key"):
            key, colon, rest = lost[above].groups()
            value = value_at(data, above)
            written = f"{key}: {rest}: {value}" if isinstance(value, str) else f"{key}: {rest}: ..."
            lacks = f"behind the colon of `{key}` a space is missing"
            message, hint = lacks if colon else f"`{key}` has no colon", f"write `{clip(written)}`"
            told.append(Problem("yaml-syntax", item.path, message, hint, on_key=True))
    return told
