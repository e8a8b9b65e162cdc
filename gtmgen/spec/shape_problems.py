"""What is wrong with the shape of a spec, in our words, with a hint where one is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.scenario_schema import EVENT_OF_PLATFORM
from gtmgen.spec.schema_parts import KEY, PAGE_REF
from gtmgen.spec.shape_hints import (
    fix_value,
    hint_at_account,
    hint_at_bad_key,
    hint_at_boolean,
    hint_at_choice,
    hint_at_condition,
    hint_at_entry,
    hint_at_event_id,
    hint_at_fixed_value,
    hint_at_host,
    hint_at_key,
    hint_at_mapping,
    hint_at_no_consent,
    hint_at_nothing,
    hint_at_number,
    hint_at_only_key,
    hint_at_operator,
    hint_at_other_key,
    hint_at_page,
    hint_at_path,
    hint_at_place,
    hint_at_received_event,
    hint_at_receivers,
    hint_at_text,
)
from gtmgen.spec.shape_values import TYPE_WORDS, describe_value
from gtmgen.spec.site_schema import HOST, PAGE_PATH
from gtmgen.text import did_you_mean, listing

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


class Failure(NamedTuple):
    """What one failed keyword of the schema leaves to explain."""

    path: Path
    keyword: str
    value: Any
    instance: Any
    schema: Mapping[str, Any]
    message: str
    in_key: bool

    @classmethod
    def of(cls, error: ValidationError) -> Failure:
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


def explain_failure(failure: Failure) -> Iterator[Problem]:
    """In our words; a keyword that none are known for in those of jsonschema."""
    if failure.in_key:
        yield _explain_bad_key(failure.path, failure)
        return
    explain = _KEYWORDS.get(failure.keyword)
    if explain is None:
        yield Problem("schema", failure.path, failure.message)
        return
    yield from explain(failure.path, failure)


def _explain_bad_key(path: Path, failure: Failure) -> Problem:
    key = str(failure.instance)
    rule = "lower-case letters, digits and underscores, a letter first"
    hint = hint_at_condition(key) or hint_at_bad_key(key)
    if hint is None and failure.value == KEY:
        hint = f"a key is made of {rule}"
    return Problem("bad-key", (*path, key), f"`{key}` cannot be a key", hint, on_key=True)


def _name_mapping(path: Path) -> str:
    name = next((step for step in reversed(path) if isinstance(step, str)), None)
    return f" in `{name}`" if name is not None else ""


def _explain_unknown_keys(path: Path, failure: Failure) -> Iterator[Problem]:
    allowed = failure.schema.get("properties", {})
    for key in failure.instance:
        if key not in allowed:
            where = _name_mapping(path)
            if key == "<<":
                hint: str | None = (
                    "YAML 1.2 has no merge keys; write the keys out, or use `environments`"
                )
            else:
                account = path == ("platforms",) and hint_at_account(str(key), allowed)
                hint = (
                    account
                    or hint_at_place(path, str(key), allowed)
                    or hint_at_operator(str(key), allowed)
                    or hint_at_other_key(str(key), allowed)
                    or did_you_mean(str(key), allowed)
                )
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


def _explain_missing_keys(path: Path, failure: Failure) -> Iterator[Problem]:
    for key in failure.value:
        if key not in failure.instance:
            yield Problem(
                "missing-key",
                path,
                f"`{key}` is missing{_name_mapping(path)}",
                _REQUIRED_HINTS.get(key) or _describe_key(failure, key),
                on_key=True,
            )


def _describe_key(failure: Failure, key: str) -> str | None:
    """What a key holds, in the words of the schema."""
    text = _describe(failure.schema.get("properties", {}).get(key, {}))
    return f"add `{key}`: {text}" if text else None


def _explain_type(path: Path, failure: Failure) -> Iterator[Problem]:
    allowed = failure.value
    names = [allowed] if isinstance(allowed, str) else list(allowed)
    expected = " or ".join(TYPE_WORDS[name] for name in names)
    hint = _description(failure)
    if names == ["array"] and isinstance(failure.instance, dict) and failure.instance:
        first = next(iter(failure.instance))
        hint = f"each item of a list begins with `- `: write `- {first}:`"
        if path == ("lint", "ignore"):
            hint = f"write `- {{rule: {first}, reason: ...}}`"
    elif names == ["string"] and path[:1] == ("events",) and path[2:-1] == ("send",):
        hint = f"name the event that it receives, as in `{path[3]}: purchase`"
    elif names == ["string"] and isinstance(failure.instance, (bool, int, float)):
        pattern = str(failure.schema.get("pattern", ""))
        hint = hint_at_fixed_value(path, failure.instance, pattern) or hint
    elif failure.schema.get("description") == EVENT_OF_PLATFORM:
        hint = hint_at_received_event(str(path[-1]), failure.instance)
    elif names == ["string"]:
        hint = hint_at_text(path, failure.instance) or hint
    elif names == ["object"]:
        properties = failure.schema.get("properties", ())
        first_hint = hint_at_receivers(path, failure.instance, properties)
        if first_hint is None and isinstance(failure.instance, str):
            first_hint = hint_at_entry(failure.instance, properties)
        if failure.instance is None and path:
            first_hint = hint_at_nothing(str(path[-1]), failure.schema.get("required", ()))
        hint = (
            first_hint
            or hint_at_mapping(path, failure.instance)
            or hint_at_only_key(failure.instance, failure.schema)
            or hint
        )
    elif names == ["boolean"]:
        hint = hint_at_boolean(failure.instance) or hint
    elif names == ["integer"]:
        hint = hint_at_number(failure.instance) or hint
    yield Problem(
        "wrong-type",
        path,
        f"expected {expected}, found {describe_value(failure.instance, path)}",
        hint,
    )


# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_SHELL_VARIABLE = r"\$([A-Za-z_]\w*)"


def _explain_enum(path: Path, failure: Failure) -> Iterator[Problem]:
    allowed = [str(value) for value in failure.value]
    value = failure.instance
    yield Problem(
        "bad-value",
        path,
        f"{describe_value(value)} is not one of {listing(allowed)}",
        hint_at_choice(value, allowed),
    )


def _explain_const(path: Path, failure: Failure) -> Iterator[Problem]:
    expected = failure.value
    value_text = str(expected).lower() if isinstance(expected, bool) else str(expected)
    hint = hint_at_no_consent(failure.instance) if expected == "not_required" else None
    if expected == "generate":
        hint = hint_at_event_id(failure.instance)
    if failure.instance == value_text:
        hint = f"write `{value_text}`, without quotes"
    yield Problem(
        "bad-value",
        path,
        f"expected `{value_text}`, found {describe_value(failure.instance)}",
        hint or _description(failure),
    )


def _explain_pattern(path: Path, failure: Failure) -> Iterator[Problem]:
    variable = re.fullmatch(_SHELL_VARIABLE, failure.instance)
    hint: str | None
    if variable is not None and "params" not in path[-2:]:
        hint = f'a variable of the environment is written `"${{{variable.group(1)}}}"`'
    elif failure.value == KEY:
        hint = hint_at_key(path, failure.instance)
    elif failure.value == PAGE_REF["pattern"]:
        hint = hint_at_page(failure.instance) or _description(failure)
    elif failure.value == PAGE_PATH:
        hint = hint_at_path(failure.instance)
    elif failure.value == HOST:
        hint = hint_at_host(failure.instance)
    elif re.search(failure.value, failure.instance.upper()):
        hint = f"write `{failure.instance.upper()}`, in capital letters"
    else:
        hint = _description(failure) or f"it must match {failure.value}"
    message = f"{describe_value(failure.instance)} is not allowed here"
    yield Problem("bad-value", path, message, hint, fix=fix_value(failure.instance, failure.value))


def _explain_limit(path: Path, failure: Failure) -> Iterator[Problem]:
    words = {"minimum": "at least", "maximum": "at most"}[failure.keyword]
    yield Problem(
        "bad-value", path, f"{describe_value(failure.instance)} must be {words} {failure.value}"
    )


def _explain_too_few(path: Path, failure: Failure) -> Iterator[Problem]:
    if failure.keyword == "minItems" and failure.instance:
        count = len(failure.instance)
        message = f"the list must have at least {failure.value} items, and has {count}"
        yield Problem("bad-value", path, message, _description(failure))
        return
    names = {"minLength": "text", "minItems": "list", "minProperties": "mapping"}
    message = f"an empty {names[failure.keyword]} is not allowed here"
    yield Problem("empty-value", path, message, _description(failure))


def _explain_repeated(path: Path, failure: Failure) -> Iterator[Problem]:
    yield Problem("duplicate-item", path, "an item stands in the list twice")


def _explain_dependent(path: Path, failure: Failure) -> Iterator[Problem]:
    mapping: Mapping[str, list[str]] = failure.value
    for key, names in mapping.items():
        missing = [name for name in names if name not in failure.instance]
        if key in failure.instance and missing:
            yield Problem(
                "missing-key", (*path, key), f"`{key}` goes with {listing(missing)}", on_key=True
            )


def _description(failure: Failure) -> str | None:
    return _describe(failure.schema)


def _describe(schema: Mapping[str, Any]) -> str | None:
    text = schema.get("description")
    if not isinstance(text, str) or " " not in text:  # a name says nothing of what to write
        return None
    return text[0].lower() + text[1:].rstrip(".")


_KEYWORDS = {
    "additionalProperties": _explain_unknown_keys,
    "required": _explain_missing_keys,
    "type": _explain_type,
    "enum": _explain_enum,
    "const": _explain_const,
    "pattern": _explain_pattern,
    "minimum": _explain_limit,
    "maximum": _explain_limit,
    "minLength": _explain_too_few,
    "minItems": _explain_too_few,
    "minProperties": _explain_too_few,
    "uniqueItems": _explain_repeated,
    "dependentRequired": _explain_dependent,
}
