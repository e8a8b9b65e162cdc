"""Names of a spec as names of TypeScript."""

from __future__ import annotations

import json
import re

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


def pascal_case(key: str) -> str:
    """``view_item`` -> ``ViewItem``"""
    return "".join(part[:1].upper() + part[1:] for part in key.split("_"))


def unique_names(keys: list[str]) -> dict[str, str]:
    """A name for each key; keys that differ only in their underscores get a number."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for key in keys:
        name, number = pascal_case(key), 1
        while name in used:
            number += 1
            name = f"{pascal_case(key)}_{number}"
        used.add(name)
        names[key] = name
    return names


def property_name(name: str) -> str:
    """As it is where it is a word, else in quotes."""
    return name if _NAME.match(name) else json.dumps(name, ensure_ascii=False)


def comment_lines(text: str) -> list[str]:
    """Text that cannot end the comment it stands in."""
    return [line.strip().replace("*/", "*\\/") for line in text.splitlines() if line.strip()]
