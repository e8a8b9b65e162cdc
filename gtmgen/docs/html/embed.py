"""Data inside a page: compact, and nothing in it can end the script that holds it.

Events repeat each other: what occurs more than once is kept once. The page's script undoes
this: ``{"$": n}`` is the n-th shared value, ``{"$$": [[key, value], ...]}`` an object that has
keys with a dollar of its own.
"""

from __future__ import annotations

import json
from collections import Counter
from json.encoder import encode_basestring

from gtmgen.contract.model import Json

_LEAST = 24
"""A value shorter than this is not worth a reference."""

_UNSAFE = "<>&\u2028\u2029"


def embed_json(value: Json) -> str:
    """JSON for ``<script type="application/json">``: ``{"shared": [...], "data": ...}``."""
    sharing = _Sharing()
    sharing.count(value)
    data = sharing.text(value)
    return escape_script(f'{{"shared":[{",".join(sharing.shared)}],"data":{data}}}')


def escape_script(text: str) -> str:
    """JSON text in which no tag, comment or line separator is left; it reads back the same."""
    for char in _UNSAFE:
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


class _Sharing:
    def __init__(self) -> None:
        self.shared: list[str] = []
        self._texts: dict[int, str] = {}
        self._counts: Counter[str] = Counter()
        self._places: dict[str, int] = {}

    def count(self, value: Json) -> str:
        """The value's own JSON, every part of it counted; a part seen before only itself."""
        if isinstance(value, dict):
            parts = (f"{_format_scalar(key)}:{self.count(item)}" for key, item in value.items())
            text = "{" + ",".join(parts) + "}"
        elif isinstance(value, list | tuple):
            text = "[" + ",".join(map(self.count, value)) + "]"
        else:
            text = _format_scalar(value)
        if len(text) >= _LEAST:
            self._counts[text] += 1
        self._texts[id(value)] = text
        return text

    def text(self, value: Json) -> str:
        """The value's JSON with references; what is shared is written when it first occurs."""
        own = (
            self._texts[id(value)]
            if isinstance(value, dict | list | tuple)
            else _format_scalar(value)
        )
        if len(own) >= _LEAST and self._counts[own] > 1:
            if own not in self._places:
                written = self._write_inner(value)
                self._places[own] = len(self.shared)
                self.shared.append(written)
            return f'{{"$":{self._places[own]}}}'
        return self._write_inner(value)

    def _write_inner(self, value: Json) -> str:
        if isinstance(value, dict):
            if any(str(key).startswith("$") for key in value):
                pairs = (
                    f"[{_format_scalar(key)},{self.text(item)}]" for key, item in value.items()
                )
                return '{"$$":[' + ",".join(pairs) + "]}"
            parts = (f"{_format_scalar(key)}:{self.text(item)}" for key, item in value.items())
            return "{" + ",".join(parts) + "}"
        if isinstance(value, list | tuple):
            return "[" + ",".join(map(self.text, value)) + "]"
        return _format_scalar(value)


def _format_scalar(value: Json) -> str:
    # The module's own function for text: a call of `dumps` costs ten times as much.
    return encode_basestring(value) if isinstance(value, str) else _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(allow_nan=False)
