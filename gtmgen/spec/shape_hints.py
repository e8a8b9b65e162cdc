"""Hints for values of a wrong form: what a key, a path or a host would look like, and the words of
other languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gtmgen.container.entities import CONSENT_TYPES
from gtmgen.diagnostics import Path
from gtmgen.spec.other_words import (
    EVERY_PAGE,
    OTHER_CHOICES,
    OTHER_KEYS,
    OTHER_OPERATORS,
    OTHER_WORDS,
    TESTS_OF_ABSENCE,
    WORDS_FOR_OFF,
    WORDS_FOR_ON,
)
from gtmgen.spec.site_schema import CURRENCY, container_schema, site_schema
from gtmgen.text import as_yaml, clip, listing, nearest

_NO_COLON = r"(?s)([a-z_]+)(?: *[=;] *| +)(\S.*)"
_REGULAR = r"^\^|\$$|\.\*"
_COMPARISON = r"([a-z][a-z0-9_]*) *(>=|<=|!=|==|=|>|<) *(\S.*)"
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_PATH = r"[A-Za-z_][\w.]*"
_GTM_REFERENCE = r"\s*\{\{.*\}\}\s*"
_ID_OF_KEY = r"([^{}]*)\{\{\s*([A-Za-z_]\w*)\s*\}\}|([A-Za-z_]\w*)"
_URL = r"(?s)(?:(?:[A-Za-z]+:)?//([^/?#]*))?([^?#]*)(.*)"
_PARAMETERS = frozenset(
    ("value", "currency", "price", "items", "transaction_id", "order_id", "quantity", "search_term")
)


def hint_at_key(path: Path, value: str) -> str:
    """What a key looks like; in ``params``, how a fixed value is written."""
    reference = re.fullmatch(_GTM_REFERENCE, value)
    if reference is not None:
        return "name a data key of the spec, without braces"
    if value.startswith("$") and "on" not in path[-2:]:
        return "name a data key of the spec, without `$`"
    if "params" in path[-2:-1]:
        return f"name a data key, or write `{{const: {as_yaml(value)}}}` for a fixed value"
    if "on" in path[-2:]:
        return hint_at_every_page(value) or (
            "name a trigger of the spec; if the site pushes an event of that name, write "
            f"`{clip(f'{{event: {as_yaml(value)}}}')}`"
        )
    return "lower-case letters, digits and underscores, a letter first"


def hint_at_every_page(word: str) -> str | None:
    """For `all pages` and the like: the trigger that is meant."""
    is_meant = re.sub(r"[\s-]+", "_", word.strip().lower()) in EVERY_PAGE
    return "for each load of a page, write `{lifecycle: page_view}`" if is_meant else None


def fix_value(value: str, pattern: str) -> str | None:
    """The value without blanks around it, or a currency in capital letters, if that is allowed."""
    mended = value.strip().upper() if pattern == CURRENCY else value.strip()
    return as_yaml(mended) if mended != value and re.search(pattern, mended) else None


def hint_at_page(value: str) -> str | None:
    """For a path in the place of a page's key."""
    if not value.startswith("/"):
        return None
    key = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_") or "home"
    page = f"{key if key[0].isalpha() else f'page_{key}'}: {{path: {as_yaml(value)}}}"
    return f"declare the page under `pages`, as in `{clip(page)}`, and name its key here"


def hint_at_path(value: str) -> str:
    """The path alone, and where the rest of an address goes."""
    if re.search(_REGULAR, value):
        path = re.sub(r"\(?\.\*\)?", "*", value.strip("^$")).replace("\\", "")
        return (
            "a path is no regular expression: `*` stands for one part of it, `**` for any; write "
            f"`path: /{path.lstrip('/')}`"
        )
    several = [one.strip() for one in re.split(r" or |[,|]", value)]
    if len(several) > 1 and all(re.fullmatch(r"/\S*", one) for one in several):
        return f"write `path: [{', '.join(several)}]`"
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
    if "params" in OTHER_KEYS.get(platform.lower(), ()):
        return "its name here is `params`"
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
    if word in WORDS_FOR_OFF and "off" in allowed:
        return "did you mean `off`?"
    if "denied" in allowed and word in (*WORDS_FOR_OFF, *WORDS_FOR_ON):
        return f"did you mean `{'granted' if word in WORDS_FOR_ON else 'denied'}`?"
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in allowed:
        return "a list holds names alone; to say more of one, leave out the `- ` before it"
    if [*allowed] == ["site"]:
        return "name each consent type, such as `{ad_storage: denied}`"
    other = OTHER_WORDS.get(word) or OTHER_CHOICES.get(word)
    if other in allowed:
        return f"its name here is `{other}`"
    return nearest(value, allowed) if isinstance(value, str) else None


def hint_at_no_consent(value: Any) -> str | None:
    """For ``none`` and the like where a platform says which consent its tags need."""
    is_off = str(value).lower() in WORDS_FOR_OFF
    return "write `not_required` if its tags need no consent" if is_off else None


def hint_at_account(key: str, packs: Collection[str]) -> str | None:
    """For `ga4_de` under `platforms`: another account of a platform."""
    pack = re.split(r"[-_]", key, maxsplit=1)[0]
    return f"for another account of `{pack}`, add `pack: {pack}` to it" if pack in packs else None


def hint_at_place(path: Path, key: str, allowed: Mapping[str, Any]) -> str | None:
    """For a key that stands one mapping too high: the key below which it belongs."""
    if path == ("consent",) and key in CONSENT_TYPES:
        return "its place is under `default`"
    if path:
        return None
    # The schema names these two by reference.
    sections = {**allowed, "site": site_schema(), "container": container_schema()}
    parts = (name for name, part in sections.items() if key in part.get("properties", {}))
    part = next(parts, None)
    return f"its place is under `{part}`" if part is not None else None


def hint_at_event_id(value: Any) -> str | None:
    """For an event ID in GTM's words, or one that is a data key: how it is made from that key."""
    match = re.fullmatch(_ID_OF_KEY, value) if isinstance(value, str) else None
    if match is None or value == "generate":
        return None
    prefix, of_reference, alone = match.groups()
    parts = f"from: {of_reference or alone}"
    if prefix:
        parts += f", prefix: {as_yaml(prefix)}"
    return f"made from a data key, it is written `{{{parts}}}`"


def hint_at_condition(text: str) -> str | None:
    """For `value > 0`: the key, and its test below it."""
    match = re.fullmatch(_COMPARISON, text)
    if match is None:
        return None
    word = OTHER_OPERATORS[match[2] if match[2] != "=" else "=="]
    value = match[3].strip("\"'")
    test = as_yaml(value) if word == "equals" else f"{{{word}: {as_yaml(value)}}}"
    if re.fullmatch(_NUMBER, value):
        test = test.replace(as_yaml(value), value)
    return f"write `{match[1]}: {test}`"


def hint_at_bad_key(key: str) -> str | None:
    """For GTM's `{{Page Path}}` in the place of a key."""
    if not re.fullmatch(_GTM_REFERENCE, key):
        return None
    name = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    return f"name a data key or a built-in variable, without braces: `{name}`"


def hint_at_boolean(value: Any) -> str | None:
    """For `yes`, and for `"true"` in quotes."""
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("true", "false"):
        return f"write `{word}`, without quotes"
    if word in ("yes", "on", "no", "off"):
        return f"write `{'true' if word in ('yes', 'on') else 'false'}`"
    return None


def hint_at_other_key(key: str, allowed: Mapping[str, Any]) -> str | None:
    """The key that another tool's word means, or the one below which it belongs."""
    if key in _PARAMETERS and {"params", "send"} <= allowed.keys():
        return f"parameters stand under `params`: `params: {{{key}: DATA_KEY}}`"
    if key in ("once", "consent") and {"params", "send"} <= allowed.keys():
        return f"it stands with a platform: `send: {{PLATFORM: {{{key}: ...}}}}`"
    if "lifecycle" in allowed and (hint := hint_at_every_page(key)) is not None:
        return hint
    words = OTHER_KEYS.get(re.sub(r"[\s-]+", "_", key.lower()), ())
    return next((f"its name here is `{word}`" for word in words if word in allowed), None)


def hint_at_mapping(path: Path, value: Any) -> str | None:
    """A mapping's commonest key, for a value in its place that is clearly meant for it."""
    if path == ("platforms",) and isinstance(value, list) and value:
        return f"write each as a key, with its settings below it: `{value[0]}:`"
    if isinstance(value, list):
        if path[:1] == ("pages",) and len(path) == 2 and all(isinstance(v, str) for v in value):
            paths = ", ".join(value)
            return f"write `{clip(f'{path[1]}: {{path: [{paths}]}}')}`"
        if path[-1:] == ("where",):
            return "conditions that must all hold stand in one mapping, without `- `"
        is_params = path[-1:] == ("params",) and value and all(isinstance(v, str) for v in value)
        return f"write `{{{value[0]}: {value[0]}}}`" if is_params else None
    if not isinstance(value, str):
        return None
    if path[-1:] == ("where",) and (condition := hint_at_condition(value)) is not None:
        return condition
    text = as_yaml(value)
    if path == ("container",) or (path == ("gtm",) and value.startswith("GTM-")):
        return f"write `container: {{gtm: {text}}}`"
    if path[-2:-1] == ("expect",) and value in ("none", "nothing"):
        return "write `none: all`"
    if path == ("consent",) and value in ("granted", "denied"):
        return f"name each consent type: `consent: {{default: {{ad_storage: {value}}}}}`"
    if len(path) == 2 and path[0] == "pages" and value.startswith("/"):
        return f"write `{path[1]}: {{path: {text}}}`"
    if len(path) == 2 and path[0] == "data" and re.fullmatch(_PATH, value):
        return f"write `{path[1]}: {{path: {text}}}`"
    if len(path) == 2 and path[0] == "triggers" and re.fullmatch(_PATH, value):
        return f"write `{path[1]}: {{event: {text}}}`"
    if path[-1] == "push" and re.fullmatch(_PATH, value):
        return f"write `push: {{event: {text}}}`"
    return None


def hint_at_receivers(path: Path, value: Any, known: Collection[str]) -> str | None:
    """For several platforms in one text, without commas, where an event says who receives it."""
    if path[:1] != ("events",) or path[2:] != ("send",) or not isinstance(value, str):
        return None
    names = [name for name in re.split(r"[;&+\s]+", value.strip()) if name != "and"]
    is_list = len(names) > 1 and all(name in known for name in names)
    return f"write `[{', '.join(names)}]`" if is_list else None


def hint_at_nothing(name: str, required: Sequence[str]) -> str | None:
    """For a key with nothing below it: what belongs there."""
    names = " and ".join(filter(None, (listing(required[:-1]), listing(required[-1:]))))
    return f"`{name}` needs {names} below it" if required else None


def hint_at_fixed_value(path: Path, value: Any, pattern: str = "") -> str | None:
    """For a number, true or false where a text belongs; None if quotes would not be enough."""
    if "params" in path[-2:-1]:
        return f"write `{{const: {str(value).lower()}}}` for a fixed value"
    return "put it in quotes" if re.search(pattern, str(value)) else None


def hint_at_number(value: Any) -> str | None:
    """For `"50"`, `50%` and `50ms` where a whole number belongs."""
    match = re.fullmatch(r"\s*([0-9]+)\s*(?:%|ms)?\s*", value) if isinstance(value, str) else None
    return f"write `{match[1]}`" if match else None


def hint_at_text(path: Path, value: Any) -> str | None:
    """For a list where a text belongs: several events in the place of one, or one in brackets."""
    if path[:1] == ("pages",) and path[-1:] == ("path",) and isinstance(value, dict):
        return _hint_at_glob(value)
    if isinstance(value, dict) and path[-1:] in (("granted_on",), ("after_consent",)):
        return "declare the trigger under `triggers`, and name its key here"
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        return None
    if path[-2:] == ("on", "event"):
        events = ", ".join(f"{{event: {as_yaml(one)}}}" for one in value)
        return f"write `on: [{clip(events)}]`"
    return f"write `{clip(as_yaml(value[0]))}`, without brackets" if len(value) == 1 else None


def _hint_at_glob(tests: Mapping[str, Any]) -> str:
    """For `{starts_with: /search}` where a page's path belongs."""
    (test, text), *_ = tests.items() or [("", "")]
    part = str(text).strip("/")
    globs = {"starts_with": f"/{part}/**", "ends_with": f"/**/{part}", "equals": f"/{part}"}
    glob = globs.get(OTHER_OPERATORS.get(test, test), f"/**/{part}/**")
    return f"`*` stands for one part of a path, `**` for any: write `path: {glob}`"


def hint_at_only_key(value: Any, schema: Mapping[str, Any]) -> str | None:
    """For a text in the place of a mapping: the required key whose values look like it."""
    properties = schema.get("properties", {})
    for key in schema.get("required", ()):
        pattern = properties.get(key, {}).get("pattern")
        if pattern and isinstance(value, str) and re.search(pattern, value):
            return f"write `{{{key}: {as_yaml(value)}}}`"
    return None


def hint_at_operator(key: str, allowed: Mapping[str, Any]) -> str | None:
    """The test that another word means, where tests of a condition are allowed."""
    absence = TESTS_OF_ABSENCE.get(key.lower())
    if absence is not None and "not_equals" in allowed:
        return f'write `{absence}: ""`: a missing value is compared as an empty text'
    word = OTHER_OPERATORS.get(key.lower())
    return f"its name here is `{word}`" if word in allowed and "not_equals" in allowed else None
