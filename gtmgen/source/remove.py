"""Takes entries out of the text of a YAML file; comments and layout of the others stay."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from gtmgen.source.yaml_text import UnreadableError, compose

_SECTIONS = frozenset(("data", "triggers", "gtm"))
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def remove_entries(text: str, file: str, entries: Iterable[tuple[str, range]]) -> str | None:
    """The text without entries of mappings, each given by its key and its lines (from 1).

    A comment right above an entry goes with it, and so does a section that has nothing left.
    None where an entry shares its lines with others, or what is left is no YAML.
    """
    lines = [match.group() for match in _LINE.finditer(text)]
    removed: set[int] = set()
    for key, entry in entries:
        first = entry.start - 1
        if not re.match(rf"""[ \t]*["']?{re.escape(key)}["']?[ \t]*:""", lines[first]):
            return None
        indent = _indent(lines[first])
        while first > 0 and lines[first - 1].lstrip().startswith("#"):
            if _indent(lines[first - 1]) != indent:
                break
            first -= 1
        removed.update(range(first, entry.stop - 1))
    kept = "".join(line for number, line in enumerate(lines) if number not in removed)
    return _without_empty_sections(kept, file)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _without_empty_sections(text: str, file: str) -> str | None:
    """Without the sections that have lost all of their entries."""
    while True:
        if not any(
            line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()
        ):
            return f"{text}{{}}\n"  # a file that a spec includes is a mapping
        try:
            root = compose(text, file)
        except UnreadableError:
            return None
        emptied = _emptied(root)
        if not emptied:
            return text
        lines = [match.group() for match in _LINE.finditer(text)]
        text = "".join(line for number, line in enumerate(lines) if number not in emptied)


def _emptied(root: yaml.MappingNode) -> set[int]:
    """The lines of sections whose value is empty, from 0."""
    lines: set[int] = set()
    for key, value in root.value:
        if key.value in _SECTIONS and _is_empty(value):
            lines.add(key.start_mark.line)
        elif key.value == "gtm" and isinstance(value, yaml.MappingNode):
            lines.update(name.start_mark.line for name, one in value.value if _is_empty(one))
    return lines


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not (node.value or node.style)
