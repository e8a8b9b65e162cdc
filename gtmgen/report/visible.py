"""Text from a spec or an API, made safe for where it is shown."""

from __future__ import annotations

import json
import re
from typing import Any

from gtmgen.text import printable

_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+!|~&@]")
# JSON may hold these as they are, but a terminal may obey them.
_UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def cell(text: str) -> str:
    """One cell of a Markdown table: no markup, no HTML, nobody mentioned."""

    def escaped(match: re.Match[str]) -> str:
        char = match.group()
        return "&#64;" if char == "@" else f"\\{char}"

    return _MARKUP.sub(escaped, printable(" ".join(text.split())))


def json_text(data: Any) -> str:
    """JSON for machines that does no harm on a terminal."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
