"""What is wrong with a payload or a message, in words and without the values of personal data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

import jsonschema_rs

from gtmgen.contract.model import Json
from gtmgen.text import did_you_mean, listing, shorten

Level = Literal["error", "warning"]
Path = Sequence[str | int]

MOST = 100
"""Nobody reads more flaws of one request, and one of nonsense has thousands."""

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}


class Flaw(NamedTuple):
    """A flaw at a path (``data[0].user.email``)."""

    path: str
    rule: str
    level: Level
    message: str
    hint: str = ""


class FlawWords(NamedTuple):
    """How flaws are told: what stands at or below a path of ``personal`` (``user.email``) is never
    shown; ``hashed`` are the fields there that are hashes, ``time`` the field with the event's
    time, ``event_id`` the one with its ID."""

    personal: tuple[str, ...] = ()
    hashed: frozenset[str] = frozenset()
    time: str = ""
    event_id: str = ""


class SchemaChecker:
    """A JSON Schema that is ready to check many values."""

    def __init__(self, schema: dict[str, Any], words: FlawWords) -> None:
        self._schema = schema
        self._words = words
        self._validator = jsonschema_rs.Draft202012Validator(schema)

    def flaws(self, value: Json, prefix: str = "") -> list[Flaw]:
        """Everything that is wrong; ``prefix`` is where the value stands.

        Raises ``UnicodeEncodeError`` for half a character (a lone surrogate) in a text.
        """
        if self._validator.is_valid(value):
            return []
        errors = islice(self._validator.iter_errors(value), MOST)
        return [flaw for error in errors for flaw in self._explain(error, prefix)]

    def _explain(self, error: jsonschema_rs.ValidationError, prefix: str) -> Iterator[Flaw]:
        path = list(error.instance_path)
        keyword = next(
            (step for step in reversed(error.schema_path) if step in _EXPLAIN), "unknown"
        )
        part = self._place(path)
        hint = str(part.get("description", ""))
        explain = _EXPLAIN.get(keyword, _explain_other)
        for name, rule, message in explain(self._words, path, error, part):
            inner = [*path, name] if name else path
            yield Flaw(path_text(inner, prefix), rule, "error", message, hint if not name else "")

    def _place(self, path: Path) -> Mapping[str, Any]:
        """The part of the schema that describes what stands at a path, as far as it is known."""
        part: Any = self._schema
        for step in path:
            inner = part.get("items") if isinstance(step, int) else None
            if isinstance(step, str):
                inner = part.get("properties", {}).get(step)
            if not isinstance(inner, Mapping):
                return {}
            # What an entry of a list is, its list may say.
            told = part.get("description", "") if isinstance(step, int) else ""
            part = {"description": told, **inner}
        return part if isinstance(part, Mapping) else {}


def path_text(path: Path, prefix: str = "") -> str:
    """``data[0].user.email``"""
    text = prefix
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


_Explained = Iterator[tuple[str, str, str]]
"""A name below the path or "", the rule, and the message."""


def _field(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _is_personal(words: FlawWords, path: Path) -> bool:
    names = ".".join(step for step in path if isinstance(step, str))
    return any(names == one or names.startswith(f"{one}.") for one in words.personal)


def _shown(words: FlawWords, path: Path, value: Json) -> str:
    """The value, where it is short and says nothing about a person."""
    if _is_personal(words, path) or isinstance(value, dict | list):
        return ""
    return f" ({shorten(value) if isinstance(value, str) else json.dumps(value)})"


def _explain_type(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    types = part.get("type", "")
    names: list[str] = types if isinstance(types, list) else [types]
    told = " or ".join(_TYPES.get(name, name) for name in names) or "of its type"
    is_text = isinstance(error.instance, str) and set(names) & {"number", "integer"}
    rule = "number-as-text" if is_text else "type"
    if _field(path) == words.event_id:
        rule = "event-id"
    value = error.instance
    # The type says all about `null`, `true` and `false`.
    shown = "" if value is None or isinstance(value, bool) else _shown(words, path, value)
    yield "", rule, f"it is {_type_of(value)}{shown}, not {told}"


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return f"{value}".lower()
    kinds = ((dict, "object"), (list, "array"), (str, "string"), (int, "number"), (float, "number"))
    return _TYPES[next((name for kind, name in kinds if isinstance(value, kind)), "null")]


def _explain_pattern(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    field = _field(path)
    if field in words.hashed and _is_personal(words, path):
        yield "", "not-hashed", "it is no SHA-256 in 64 lower-case hexadecimal digits"
    elif field == words.event_id:
        example = next(iter(part.get("examples", ())), "")
        yield "", "event-id", f"it is{_told(error.instance)}, not an ID such as `{example}`"
    else:
        yield "", "form", f"it is not of the right form{_shown(words, path, error.instance)}"


def _told(value: Json) -> str:
    return f" {shorten(value)}" if isinstance(value, str) else ""


def _explain_not(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    del error, part
    if _field(path) in words.hashed and _is_personal(words, path):
        what = "it is the hash of an empty text, or of a word such as `undefined` or `null`"
        yield "", "hash-of-nothing", what
    elif _is_personal(words, path):
        yield "", "hashed", "it is a hash, and this is not hashed"
    else:
        yield "", "misplaced", "it does not stand here"


def _explain_bound(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    value = error.instance
    if _field(path) == words.time:
        high = value > part.get("maximum", value)
        what = "are milliseconds, not seconds" if high else "are no seconds since 1970"
        yield "", "time", f"{value} {what}"
    else:
        low = part.get("minimum")
        yield "", "range", f"it is {value}" + (f", less than {low}" if low is not None else "")


def _explain_required(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    del words, path, part
    name = error.kind.as_dict().get("property", "")
    yield str(name), "missing", "it is missing"


def _explain_unknown(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    del words, path
    known = list(part.get("properties", {}))
    for name in map(str, error.kind.as_dict().get("unexpected", ())):
        short = next((one for one in known if name.startswith(f"{one}_")), None)
        near = did_you_mean(name, known) if short is None else f"did you mean `{short}`?"
        told = f"; {near}" if near else ""
        yield name, "unknown-field", f"the contract has no such field{told}"


def _explain_choice(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    allowed = part.get("enum") or [part.get("const")]
    told = listing([str(item) for item in allowed])
    yield "", "value", f"it is not {told}{_shown(words, path, error.instance)}"


def _explain_length(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    value = error.instance
    size = len(value) if isinstance(value, list | str | dict) else 0
    if isinstance(value, list) and size > part.get("maxItems", size):
        yield "", "batch", f"it has {size:,} events, more than {part['maxItems']:,}"
    elif size == 0:
        yield "", "empty", "it is empty"
    elif _is_personal(words, path):
        yield "", "hashed", "it is too long, perhaps hashed"
    else:
        yield "", "range", f"it has a length of {size}"


def _explain_other(
    words: FlawWords, path: Path, error: jsonschema_rs.ValidationError, part: Mapping[str, Any]
) -> _Explained:
    del part
    yield "", "form", f"it does not fit{_shown(words, path, error.instance)}"


_EXPLAIN = {
    "type": _explain_type,
    "pattern": _explain_pattern,
    "not": _explain_not,
    "minimum": _explain_bound,
    "maximum": _explain_bound,
    "required": _explain_required,
    "dependentRequired": _explain_required,
    "additionalProperties": _explain_unknown,
    "const": _explain_choice,
    "enum": _explain_choice,
    "minItems": _explain_length,
    "maxItems": _explain_length,
    "minLength": _explain_length,
    "maxLength": _explain_length,
    "minProperties": _explain_length,
    "dependentSchemas": lambda *_: iter((("", "misplaced", "it does not stand here"),)),
}
