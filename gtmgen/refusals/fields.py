"""Fields under ``more`` and ``settings`` that the API does not know, or not as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gtmgen.container.api_fields import (
    API_FIELDS,
    BIG_WHOLE,
    FLAG,
    LIST_OF,
    SCHEMA_OF,
    TEXT,
    WHOLE,
)
from gtmgen.container.entities import KIND_OF, AnyEntity, Kind, Trigger
from gtmgen.container.enums import FIELDS as ENUMS
from gtmgen.container.raw import WORDED
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.shape_values import describe_value
from gtmgen.text import clip, did_you_mean

MOST_LEVELS = 29
"""Of lists and mappings in a parameter: of JSON, each takes two, and 64 are read in an answer and
in an export, with six around a parameter."""
_SET_BY_GTMGEN = WORDED | {"parentFolderId"}
_NAMES = {Kind.GTAG_CONFIG: "Google tag configuration"}
_WHOLE = re.compile("-?[0-9]{1,19}")
_INT64 = range(-(2**63), 2**63)
_EXPECTED = {
    FLAG: "true or false",
    TEXT: "text",
    WHOLE: "a whole number",
    BIG_WHOLE: "the text of a whole number",
}


def unknown_fields(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """What of an entity's further fields the API would refuse for its name or its type.

    The API says `Unknown name "x": Cannot find field` and `Invalid value at 'tag.x' (TYPE_BOOL)`,
    and refuses the whole request.
    """
    kind = KIND_OF[type(entity)]
    fields = API_FIELDS[SCHEMA_OF[kind]]
    what = f" of a {_NAMES.get(kind, kind.value)}"
    for name, value in entity.extra:
        at = (*path, "more", name)
        if name == "galleryReference":
            yield from _check(fields[name], value, (*path, "gallery"))
        elif name in fields:
            yield from _check(fields[name], value, at)
        else:
            yield _unknown(name, at, what, fields.keys() - _SET_BY_GTMGEN)
    if isinstance(entity, Trigger):
        settings = [name for name, held in fields.items() if held == "Parameter"]
        for name, _ in entity.settings:
            if name not in settings:
                yield _unknown(name, (*path, "settings", name), what, settings)


def too_deep(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """Parameters that would be written and could not be read again."""
    for parameter in getattr(entity, "parameter", ()):
        level = [parameter]
        for _ in range(MOST_LEVELS + 1):
            level = [item for held in level if isinstance(held.value, tuple) for item in held.value]
        if level:
            yield Problem(
                "too-deep",
                (*path, "parameters", str(parameter.key)),
                f"a parameter is nested deeper than {MOST_LEVELS} levels",
            )


def _unknown(name: str, path: Path, what: str, known: Iterable[str]) -> Problem:
    message = f"GTM knows no field `{clip(name)}`{what}"
    return Problem("unknown-key", path, message, did_you_mean(name, known), on_key=True)


def _check(held: str, value: Any, path: Path) -> Iterator[Problem]:
    if value is None or path[-1] in ENUMS:  # which have a rule of their own
        return
    if held.startswith(LIST_OF):
        if not isinstance(value, list):
            yield _wrong("a list", value, path)
            return
        for index, item in enumerate(value):
            yield from _check(held.removeprefix(LIST_OF), item, (*path, index))
    elif held in API_FIELDS:
        if not isinstance(value, dict):
            yield _wrong("a mapping", value, path)
            return
        fields = API_FIELDS[held]
        for name, item in value.items():
            at = (*path, name)
            if name in fields:
                yield from _check(fields[name], item, at)
            else:
                field = next(step for step in reversed(path) if isinstance(step, str))
                yield _unknown(name, at, f" in `{field}`", fields)
    elif not _is_of(held, value):
        yield _wrong(_EXPECTED[held], value, path)


def _is_of(held: str, value: Any) -> bool:
    if held == FLAG:
        return isinstance(value, bool)
    if held == TEXT:  # a reference that has been read is no JSON any more
        return not isinstance(value, (bool, int, float, dict, list))
    if held == BIG_WHOLE:
        is_whole = isinstance(value, str) and _WHOLE.fullmatch(value) is not None
        return is_whole and int(value) in _INT64
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(expected: str, value: Any, path: Path) -> Problem:
    is_scalar = not isinstance(value, (dict, list))
    is_quoted = expected == "text" and is_scalar
    is_quoted |= (
        expected == _EXPECTED[BIG_WHOLE] and isinstance(value, int) and not isinstance(value, bool)
    )
    hint = "put it in quotes" if is_quoted else None
    message = f"expected {expected}, found {describe_value(value, path)}"
    return Problem("wrong-type", path, message, hint)
