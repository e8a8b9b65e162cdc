"""Examples as code to be copied."""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring

from gtmgen.contract.model import Json
from gtmgen.generate.names import property_name

_WIDTH = 76


def push_code(messages: Iterable[Json]) -> str:
    """``dataLayer.push({...});`` for each message."""
    lines = ["window.dataLayer = window.dataLayer || [];"]
    lines.extend(f"dataLayer.push({javascript(message)});" for message in messages)
    return "\n".join(lines)


def json_code(value: Json) -> str:
    """JSON, two blanks deep."""
    return _indent(value, "\n")


def _indent(value: Json, start: str) -> str:
    # What `json.dumps` gives with an indent, where it is ten times as slow as without.
    deeper = f"{start}  "
    if isinstance(value, dict) and value:
        parts = [
            f"{_format_scalar(str(key))}: {_indent(item, deeper)}" for key, item in value.items()
        ]
        return f"{{{deeper}{f',{deeper}'.join(parts)}{start}}}"
    if isinstance(value, list | tuple) and value:
        parts = [_indent(item, deeper) for item in value]
        return f"[{deeper}{f',{deeper}'.join(parts)}{start}]"
    return _format_scalar(value)


def _format_scalar(value: Json) -> str:
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value)


def javascript(value: Json, indent: str = "") -> str:
    """A JavaScript literal: short things on one line, names without quotes where they may be."""
    flat = _format_flat(value)
    if len(indent) + len(flat) <= _WIDTH and (not indent or _measure_depth(value) < 2):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        inner = [f"{property_name(key)}: {javascript(item, deeper)}" for key, item in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list):
        inner = [javascript(item, deeper) for item in value]
        opening, closing = "[", "]"
    else:
        return flat
    joined = f",\n{deeper}".join(inner)
    return f"{opening}\n{deeper}{joined}\n{indent}{closing}"


def _format_flat(value: Json) -> str:
    if isinstance(value, dict):
        inner = ", ".join(
            f"{property_name(key)}: {_format_flat(item)}" for key, item in value.items()
        )
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_format_flat, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _measure_depth(value: Json) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_measure_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_measure_depth, value), default=0)
    return 0
