"""A constant or a field of a tag that is called a secret and looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.lint.view import ContainerView, Finding

# Names of values that open a door, and values that look like one: long, of letters and digits.
_SECRET_NAME = re.compile(r"token|secret|password|api[ _-]?key|private[ _-]?key", re.IGNORECASE)

_SECRET_VALUE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_./+=-]{24,}")
_SHORTEST = 24


def check(view: ContainerView) -> Iterator[Finding]:
    """A constant or a tag's field that is called a secret and looks like one."""
    for kind in (Kind.TAG, Kind.VARIABLE):
        for entity in view.of_kind(kind):
            if not isinstance(entity, Tag | Variable):
                continue
            for item in entity.parameter:
                name = entity.name if item.key == "value" else str(item.key)
                value = item.value if isinstance(item.value, str) else ""
                if len(value) < _SHORTEST:
                    continue
                if _SECRET_NAME.search(name) and _SECRET_VALUE.fullmatch(value):
                    text = (
                        "It holds what looks like a secret, which everybody who can read the "
                        "container or an export of it has: in a spec, write `${NAME}` instead."
                    )
                    yield Finding(kind, entity.name, text)
                    break
