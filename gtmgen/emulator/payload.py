"""Request bodies and query strings, checked against the discovery document's schemas.

The wording is that of Google's JSON transcoder, which every Google API shares. The type names in
parentheses are internal to Google; the ones written here are placeholders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from gtmgen.emulator.discovery import Discovery, Method
from gtmgen.emulator.messages import ApiRequest, Json, Refusal

_INVALID = "Invalid JSON payload received."
_WHOLE = re.compile("-?[0-9]{1,19}")
_INT64 = range(-(2**63), 2**63)


def read_body(discovery: Discovery, method: Method, request: ApiRequest) -> Json:
    """The body as an object whose every field the document knows; ``{}`` for none."""
    if method.request is None or not request.body:
        return {}
    try:
        # Refuses NaN and half a surrogate pair, too: no answer that shows one could be written.
        body = msgspec.json.decode(request.body)
    except (ValueError, RecursionError):
        raise Refusal(f"{_INVALID} Parser error.") from None
    if not isinstance(body, dict):
        raise Refusal(f"{_INVALID} Root element must be a message.")
    root = method.request[0].lower() + method.request[1:]
    problems = list(_check_message(discovery, method.request, body, root, top=True))
    if problems:
        raise Refusal("\n".join(problems))
    return body


def check_query(discovery: Discovery, method: Method, request: ApiRequest) -> None:
    """Refuse query parameters that the method does not have, and unknown enum values."""
    if not set(request.query.get("alt", ())) <= {"json"}:
        raise Refusal("Unsupported output format: only alt=json is emulated.")
    problems: list[str] = []
    for name, values in request.query.items():
        if name in discovery.common_query:
            continue
        if (parameter := method.query.get(name)) is None:
            problems.append(
                f'{_INVALID} Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
            continue
        problems += [p for value in values for p in _check_enum(parameter, value, name, name)]
    if problems:
        raise Refusal("\n".join(problems))


def _check_message(
    discovery: Discovery, schema: str, body: Json, where: str, *, top: bool = False
) -> Iterator[str]:
    properties: Json = discovery.schemas[schema]["properties"]
    for name, value in body.items():
        spec = properties.get(name)
        if spec is None:
            at = "" if top else f" at '{where}'"
            yield f'{_INVALID} Unknown name "{name}"{at}: Cannot find field.'
        elif value is not None:
            yield from _check_field(discovery, f"{schema}.{name}", spec, value, f"{where}.{name}")


def _check_field(
    discovery: Discovery, what: str, spec: Json, value: Any, where: str
) -> Iterator[str]:
    if spec.get("type") == "array":
        if not isinstance(value, list):
            yield f"Invalid value at '{where}' (repeated {what}), {json.dumps(value)}"
            return
        for index, item in enumerate(value):
            yield from _check_field(discovery, what, spec["items"], item, f"{where}[{index}]")
    elif "$ref" in spec:
        if isinstance(value, dict):
            yield from _check_message(discovery, spec["$ref"], value, where)
        else:
            yield f"Invalid value at '{where}' ({spec['$ref']}), {json.dumps(value)}"
    else:
        yield from _check_scalar(spec, value, what, where)


def _check_scalar(spec: Json, value: Any, what: str, where: str) -> Iterator[str]:
    value_text = json.dumps(value, ensure_ascii=False)
    expected = spec["type"]
    if expected == "boolean":
        if not isinstance(value, bool):
            yield f"Invalid value at '{where}' (TYPE_BOOL), {value_text}"
    elif expected == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"Invalid value at '{where}' (TYPE_INT32), {value_text}"
    elif spec.get("format") == "int64":
        is_whole = not isinstance(value, bool) and _WHOLE.fullmatch(str(value)) is not None
        if not is_whole or int(value) not in _INT64:
            yield f"Invalid value at '{where}' (TYPE_INT64), {value_text}"
    elif not isinstance(value, str):
        yield f"Invalid value at '{where}' (TYPE_STRING), {value_text}"
    else:
        yield from _check_enum(spec, value, what, where)


def _check_enum(spec: Json, value: str, what: str, where: str) -> Iterator[str]:
    if "enum" in spec and value not in spec["enum"]:
        value_text = json.dumps(value, ensure_ascii=False)
        yield f"Invalid value at '{where}' (type.googleapis.com/{what}), {value_text}"
