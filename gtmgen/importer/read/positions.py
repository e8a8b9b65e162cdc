"""Where in an export's text an entity stands."""

from __future__ import annotations

import json
import re

from gtmgen.container.entities import VERSION_FIELD

_KINDS = {field: kind.value for kind, field in VERSION_FIELD.items()}
_SECTION = re.compile(rf'^\s*"({"|".join(_KINDS)})"\s*:\s*\[')
_NAME = re.compile(r'^(\s*)"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,?\s*$')


def locate_entities(text: str) -> dict[tuple[str, str], int]:
    """The line (from 1) of each entity's name, by kind and name.

    Told by how an export is written, a field a line; of a text that is written in another way
    nothing is known.
    """
    lines: dict[tuple[str, str], int] = {}
    kind, indent = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        section = _SECTION.match(line)
        if section is not None:
            kind, indent = _KINDS[section.group(1)], ""
            continue
        name = _NAME.match(line) if kind else None
        if name is None:
            continue
        # Fields of an entity stand deeper by one step than those within its parts.
        indent = indent or name.group(1)
        if name.group(1) == indent:
            try:
                lines.setdefault((kind, json.loads(name.group(2))), number)
            except ValueError:
                continue
    return lines
