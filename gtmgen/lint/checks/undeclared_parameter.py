"""Parameters of a tag that its template does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from gtmgen.container.entities import Kind, Template, TemplateRef
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import nearest

_PARAMETERS = re.compile(
    r"^___TEMPLATE_PARAMETERS___\n(.*?)(?=^___[A-Z_]+___$|\Z)", re.MULTILINE | re.DOTALL
)


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags and variables that set what no field of their template is for."""
    declared = {
        template.name: names
        for template in view.of_kind(Kind.TEMPLATE)
        if isinstance(template, Template) and (names := _fields(template.data)) is not None
    }
    for kind in (Kind.TAG, Kind.VARIABLE, Kind.CLIENT):
        for entity in view.of_kind(kind):
            type_ = getattr(entity, "type", None)
            names = declared.get(type_.template) if isinstance(type_, TemplateRef) else None
            if names is None:
                continue
            for item in getattr(entity, "parameter", ()):
                if item.key is not None and item.key not in names:
                    hint = nearest(item.key, sorted(names))
                    text = f"Its template has no field `{item.key}`{f'; {hint}' if hint else '.'}"
                    yield Finding(kind, entity.name, text)


def _fields(data: str) -> frozenset[str] | None:
    """The names of a template's fields; None where they cannot be read."""
    found = _PARAMETERS.search(data.replace("\r\n", "\n"))
    try:
        listed = json.loads(found.group(1)) if found else None
    except (ValueError, RecursionError):
        return None
    return frozenset(_names(listed)) if isinstance(listed, list) else None


def _names(value: Any) -> Iterator[str]:
    """Fields stand in groups, in tables, and below check boxes, choices and each other.

    Whatever has a name counts: a name too many is better than a false alarm.
    """
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value["name"]
        for item in value.values():
            yield from _names(item)
