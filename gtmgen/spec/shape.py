"""Is the data of the schema's shape? And if not, where and why, in our words.

jsonschema-rs answers yes or no within a millisecond for a thousand events, which the
reference implementation needs a third of a second for; only when it says no does jsonschema
look for the reasons, and only where jsonschema-rs saw something. Both read the same schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs

from gtmgen.diagnostics import Path, Problem
from gtmgen.secret_names import is_secret_field
from gtmgen.source.values import Data
from gtmgen.spec.reference import FocusedReference, reference_validator
from gtmgen.spec.schema_parts import KEY, Schema
from gtmgen.spec.site_schema import CURRENCY, HOST, PAGE_PATH
from gtmgen.text import as_yaml, did_you_mean, listing, nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MOST = 1000
"""Nobody reads more problems of shape at once, and a file of nonsense has millions."""

# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_URL = r"(?s)(?:(?:[A-Za-z]+:)?//([^/?#]*))?([^?#]*)(.*)"
_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


class ShapeChecker:
    """A schema that is ready to check many specs: making a validator takes longer than its work."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._fast = jsonschema_rs.Draft202012Validator(schema)

    @cached_property
    def _reference(self) -> FocusedReference:
        return FocusedReference(reference_validator(self._schema))

    def check(self, data: Data) -> list[Problem]:
        """Every place where the data departs from the schema; empty when it does not."""
        if self._fast.is_valid(data):
            return []
        paths = [error.instance_path for error in islice(self._fast.iter_errors(data), MOST)]
        validator = self._reference.focus(data, paths)
        problems = [
            problem
            for error in islice(validator.iter_errors(data), MOST)
            for problem in _explain(_Failure.of(error))
        ]
        if not problems:  # they disagree over a corner of regular expressions: trust the stricter
            problems = [
                Problem("schema", tuple(error.instance_path), str(error.message))
                for error in self._fast.iter_errors(data)
            ]
        # Whoever reads thousands is told of all of them: their number says that more may follow.
        return problems if len(problems) >= MOST else _without_misspelt(problems)


def _without_misspelt(problems: list[Problem]) -> list[Problem]:
    """Without keys that are missing only because the mapping has them misspelt: told once."""
    meant = {(item.path[:-1], item.hint) for item in problems if item.rule == "unknown-key"}
    return [
        item
        for item in problems
        if item.rule != "missing-key"
        or (item.path, f"did you mean `{item.message.split('`')[1]}`?") not in meant
    ]


class _Failure(NamedTuple):
    """What one failed keyword of the schema leaves to explain."""

    path: Path
    keyword: str
    value: Any
    instance: Any
    schema: Mapping[str, Any]
    message: str
    in_key: bool

    @classmethod
    def of(cls, error: ValidationError) -> _Failure:
        schema = error.schema if isinstance(error.schema, dict) else {}
        return cls(
            tuple(error.absolute_path),
            str(error.validator),
            error.validator_value,
            error.instance,
            schema,
            error.message,
            "propertyNames" in error.schema_path,
        )


def _explain(failure: _Failure) -> Iterator[Problem]:
    if failure.in_key:
        yield _bad_key(failure.path, failure)
        return
    explain = _KEYWORDS.get(failure.keyword)
    if explain is None:
        yield Problem("schema", failure.path, failure.message)
        return
    yield from explain(failure.path, failure)


def _bad_key(path: Path, failure: _Failure) -> Problem:
    key = str(failure.instance)
    rule = "lower-case letters, digits and underscores, a letter first"
    hint = f"a key is made of {rule}" if failure.value == KEY else None
    return Problem("bad-key", (*path, key), f"`{key}` cannot be a key", hint, on_key=True)


def _inside(path: Path) -> str:
    name = next((step for step in reversed(path) if isinstance(step, str)), None)
    return f" in `{name}`" if name is not None else ""


def _unknown_keys(path: Path, failure: _Failure) -> Iterator[Problem]:
    allowed = failure.schema.get("properties", {})
    for key in failure.instance:
        if key not in allowed:
            where = _inside(path)
            if key == "<<":
                hint: str | None = (
                    "YAML 1.2 has no merge keys; write the keys out, or use `environments`"
                )
            else:
                hint = _other_word(str(key), allowed) or did_you_mean(str(key), allowed)
            yield Problem(
                "unknown-key", (*path, key), f"unknown key `{key}`{where}", hint, on_key=True
            )


_REQUIRED_HINTS = {
    "consent": "name the GTM consent types that the tags wait for, `consent: [ad_storage]`, or say "
    "`consent: not_required`",
    "gtmgen": "add `gtmgen: 1` as the first line",
    "project": "add `project: my-site`; it marks what gtmgen owns in the container",
    "container": "add `container: {gtm: GTM-XXXXXXX}`",
    "on": "say when the event happens: `on: {event: purchase}`",
    "send": "say who receives the event: `send: [tiktok]`",
}


def _required(path: Path, failure: _Failure) -> Iterator[Problem]:
    for key in failure.value:
        if key not in failure.instance:
            yield Problem(
                "missing-key",
                path,
                f"`{key}` is missing{_inside(path)}",
                _REQUIRED_HINTS.get(key) or _describe_key(failure, key),
                on_key=True,
            )


def _describe_key(failure: _Failure, key: str) -> str | None:
    """What a key holds, in the words of the schema."""
    schema = failure.schema.get("properties", {}).get(key, {})
    text = _describe(schema)
    return f"add `{key}`: {text}" if text else None


def _wrong_type(path: Path, failure: _Failure) -> Iterator[Problem]:
    allowed = failure.value
    names = [allowed] if isinstance(allowed, str) else list(allowed)
    expected = " or ".join(_TYPE_WORDS[name] for name in names)
    hint = _description(failure)
    if names == ["array"] and isinstance(failure.instance, dict) and failure.instance:
        first = next(iter(failure.instance))
        hint = f"each item of a list begins with `- `: write `- {first}:`"
    elif names == ["string"] and isinstance(failure.instance, (bool, int, float)):
        hint = "put it in quotes"
    yield Problem(
        "wrong-type", path, f"expected {expected}, found {_found(failure.instance, path)}", hint
    )


def _found(value: Any, path: Path = ()) -> str:
    """What stands there instead; of a credential only that it is a text."""
    if isinstance(value, str) and path and is_secret_field(str(path[-1])):
        return "a text"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return _TYPE_WORDS["object" if isinstance(value, dict) else "array"]
    return (
        f"`{_short(str(value))}`" if not isinstance(value, str) else f"the text `{_short(value)}`"
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


_OTHER_WORDS = {
    "text": "string",
    "str": "string",
    "float": "number",
    "decimal": "number",
    "price": "number",
    "int": "integer",
    "bool": "boolean",
    "list": "items",
    "array": "items",
}
"""Other languages' words for the types of data."""
_OTHER_OPERATORS = {
    "is": "equals",
    "eq": "equals",
    "equal": "equals",
    "==": "equals",
    "greater": "gt",
    "greater_than": "gt",
    ">": "gt",
    "more_than": "gt",
    "min": "gte",
    "at_least": "gte",
    ">=": "gte",
    "less": "lt",
    "less_than": "lt",
    "<": "lt",
    "max": "lte",
    "at_most": "lte",
    "<=": "lte",
    "includes": "contains",
    "begins_with": "starts_with",
    "regex": "matches",
    "match": "matches",
    "matches_regex": "matches",
}
"""Other languages' words for the tests of a condition."""
_WORDS_FOR_OFF = frozenset(("no", "false", "none", "never"))
_SHELL_VARIABLE = r"\$([A-Za-z_]\w*)"


def _enum(path: Path, failure: _Failure) -> Iterator[Problem]:
    allowed = [str(value) for value in failure.value]
    value = failure.instance
    hint = nearest(value, allowed) if isinstance(value, str) else None
    known = _OTHER_WORDS.get(str(value).lower())
    if known in allowed:
        hint = f"its name here is `{known}`"
    if str(value).lower() in _WORDS_FOR_OFF and "off" in allowed:
        hint = "did you mean `off`?"
    yield Problem("bad-value", path, f"{_found(value)} is not one of {listing(allowed)}", hint)


def _const(path: Path, failure: _Failure) -> Iterator[Problem]:
    expected = failure.value
    shown = str(expected).lower() if isinstance(expected, bool) else str(expected)
    yield Problem(
        "bad-value",
        path,
        f"expected `{shown}`, found {_found(failure.instance)}",
        _description(failure),
    )


def _pattern(path: Path, failure: _Failure) -> Iterator[Problem]:
    variable = re.fullmatch(_SHELL_VARIABLE, failure.instance)
    hint: str | None
    if variable is not None:
        hint = f'a variable of the environment is written `"${{{variable.group(1)}}}"`'
    elif failure.value == KEY:
        hint = _key_hint(path, failure.instance)
    elif failure.value == PAGE_PATH:
        hint = _path_hint(failure.instance)
    elif failure.value == HOST:
        hint = _host_hint(failure.instance)
    else:
        hint = _description(failure) or f"it must match {failure.value}"
    message = f"{_found(failure.instance)} is not allowed here"
    yield Problem("bad-value", path, message, hint, fix=_fixed(failure.instance, failure.value))


def _key_hint(path: Path, value: str) -> str:
    if "params" in path[-2:-1]:
        return f"name a data key, or write `{{const: {as_yaml(value)}}}` for a fixed value"
    return "lower-case letters, digits and underscores, a letter first"


def _fixed(value: str, pattern: str) -> str | None:
    """The value without blanks around it, or a currency in capital letters, if that is allowed."""
    mended = value.strip().upper() if pattern == CURRENCY else value.strip()
    return as_yaml(mended) if mended != value and re.search(pattern, mended) else None


def _path_hint(value: str) -> str:
    host, path, rest = re.match(_URL, value).groups()  # type: ignore[union-attr]  # matches all text
    path = "/" + path.strip().lstrip("/")
    parts = [f"`host: {host}`"] if host else []
    parts.append(f"`path: {path.replace(' ', '%20')}`")
    query = rest.partition("#")[0].removeprefix("?")
    if query:
        name, _, text = query.partition("&")[0].partition("=")
        parts.append(f"`query: {{{name}: {text}}}`" if text else "`query`")
    hint = f"a path begins with `/` and has neither host nor query; write {' and '.join(parts)}"
    return hint + (
        "; for the part behind #, a data key `{url: fragment}` in `where`" if "#" in rest else ""
    )


def _host_hint(value: str) -> str:
    bare = re.sub(r"^(?:[a-z]+:)?//", "", value.strip()).partition("@")[2] or value.strip()
    bare = re.split(r"[/:?#\s]", re.sub(r"^(?:[a-z]+:)?//", "", bare), maxsplit=1)[0]
    name = bare or "shop.example"
    return f"the host name alone, without protocol, port and path: `{name}`"


def _limit(path: Path, failure: _Failure) -> Iterator[Problem]:
    words = {"minimum": "at least", "maximum": "at most"}[failure.keyword]
    yield Problem("bad-value", path, f"{_found(failure.instance)} must be {words} {failure.value}")


def _too_few(path: Path, failure: _Failure) -> Iterator[Problem]:
    if failure.keyword == "minItems" and failure.instance:
        count = len(failure.instance)
        message = f"the list must have at least {failure.value} items, and has {count}"
        yield Problem("bad-value", path, message, _description(failure))
        return
    names = {"minLength": "text", "minItems": "list", "minProperties": "mapping"}
    message = f"an empty {names[failure.keyword]} is not allowed here"
    yield Problem("empty-value", path, message, _description(failure))


def _unique(path: Path, failure: _Failure) -> Iterator[Problem]:
    yield Problem("duplicate-item", path, "an item stands in the list twice")


def _dependent(path: Path, failure: _Failure) -> Iterator[Problem]:
    mapping: Mapping[str, list[str]] = failure.value
    for key, needed in mapping.items():
        missing = [name for name in needed if name not in failure.instance]
        if key in failure.instance and missing:
            yield Problem(
                "missing-key", (*path, key), f"`{key}` goes with {listing(missing)}", on_key=True
            )


def _other_word(key: str, allowed: Mapping[str, Any]) -> str | None:
    """The test that another word means, where tests of a condition are allowed."""
    known = _OTHER_OPERATORS.get(key.lower())
    return f"its name here is `{known}`" if known in allowed and "not_equals" in allowed else None


def _description(failure: _Failure) -> str | None:
    return _describe(failure.schema)


def _describe(schema: Mapping[str, Any]) -> str | None:
    text = schema.get("description")
    if not isinstance(text, str) or " " not in text:  # a name says nothing of what to write
        return None
    return text[0].lower() + text[1:].rstrip(".")


_KEYWORDS = {
    "additionalProperties": _unknown_keys,
    "required": _required,
    "type": _wrong_type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _limit,
    "maximum": _limit,
    "minLength": _too_few,
    "minItems": _too_few,
    "minProperties": _too_few,
    "uniqueItems": _unique,
    "dependentRequired": _dependent,
}
