"""Hints for values of a wrong form: what a key, a path or a host would look like, and the words of
other languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gtmgen.diagnostics import Path
from gtmgen.spec.site_schema import CURRENCY
from gtmgen.text import as_yaml, clip, listing, nearest

_NO_COLON = r"(?s)([a-z_]+)(?: *[=;] *| +)(\S.*)"
_URL = r"(?s)(?:(?:[A-Za-z]+:)?//([^/?#]*))?([^?#]*)(.*)"
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


def hint_at_key(path: Path, value: str) -> str:
    """What a key looks like; in ``params``, how a fixed value is written."""
    if "params" in path[-2:-1]:
        return f"name a data key, or write `{{const: {as_yaml(value)}}}` for a fixed value"
    return "lower-case letters, digits and underscores, a letter first"


def fix_value(value: str, pattern: str) -> str | None:
    """The value without blanks around it, or a currency in capital letters, if that is allowed."""
    mended = value.strip().upper() if pattern == CURRENCY else value.strip()
    return as_yaml(mended) if mended != value and re.search(pattern, mended) else None


def hint_at_path(value: str) -> str:
    """The path alone, and where the rest of an address goes."""
    host, path, query_and_fragment = re.match(_URL, value).groups()  # type: ignore[union-attr]  # matches all text
    path = "/" + path.strip().lstrip("/")
    parts = [f"`host: {host}`"] if host else []
    parts.append(f"`path: {path.replace(' ', '%20')}`")
    query = query_and_fragment.partition("#")[0].removeprefix("?")
    if query:
        name, _, text = query.partition("&")[0].partition("=")
        parts.append(f"`query: {{{name}: {text}}}`" if text else "`query`")
    hint = f"a path begins with `/` and has neither host nor query; write {' and '.join(parts)}"
    return hint + (
        "; for the part behind #, a data key `{url: fragment}` in `where`"
        if "#" in query_and_fragment
        else ""
    )


def hint_at_entry(text: str, keys: Collection[str]) -> str | None:
    """For the text `load /checkout`: one of a mapping's keys, and its value without a colon."""
    match = re.fullmatch(_NO_COLON, text)
    if match is None or match[1] not in keys:
        return None
    return f"write `{clip(f'{match[1]}: {match[2]}')}`"


def hint_at_received_event(platform: str, value: Any) -> str:
    """For what a platform receives, as a mapping: its event, and the rest beside that."""
    event = value.get("event") if isinstance(value, dict) else None
    if not isinstance(event, str):
        return f"name the event that it receives: `{platform}: purchase`"
    others = [name for name in value if name != "event"]
    beside = f", with {listing(others)} beside `{platform}`, not in it" if others else ""
    return f"write `{clip(f'{platform}: {as_yaml(event)}')}`{beside}"


def hint_at_host(value: str) -> str:
    """The host alone, out of whatever stands there."""
    bare = re.sub(r"^(?:[a-z]+:)?//", "", value.strip()).partition("@")[2] or value.strip()
    bare = re.split(r"[/:?#\s]", re.sub(r"^(?:[a-z]+:)?//", "", bare), maxsplit=1)[0]
    name = bare or "shop.example"
    return f"the host name alone, without protocol, port and path: `{name}`"


def hint_at_choice(value: Any, allowed: Sequence[str]) -> str | None:
    """The one of the allowed values that is meant."""
    word = str(value).lower()
    if word in _WORDS_FOR_OFF and "off" in allowed:
        return "did you mean `off`?"
    type_name = _OTHER_WORDS.get(word)
    if type_name in allowed:
        return f"its name here is `{type_name}`"
    return nearest(value, allowed) if isinstance(value, str) else None


def hint_at_operator(key: str, allowed: Mapping[str, Any]) -> str | None:
    """The test that another word means, where tests of a condition are allowed."""
    word = _OTHER_OPERATORS.get(key.lower())
    return f"its name here is `{word}`" if word in allowed and "not_equals" in allowed else None
