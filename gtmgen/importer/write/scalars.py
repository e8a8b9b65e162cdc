"""Single values as YAML text that gtmgen's reader, and readers of YAML 1.1, take for the same."""

from __future__ import annotations

import math
import re
from typing import Any

# As gtmgen.source.values reads it: what is put in front is taken away there.
_VARIABLE = re.compile(r"\$\{(?:[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})?")

# Words that YAML 1.1 or 1.2 takes for something else; `=` and `<<` are covered by the pattern.
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
# The one of them that specs are full of as a key, and that gtmgen reads as a text.
_PLAIN_KEYS = frozenset(("on",))
_MAX_DIGITS = 300  # the reader takes a longer number for a text
_MAX_KEY = 500  # characters before the colon; libyaml's own limit is 1,024

# Begins with a letter, so that it is no number and no sign; a colon or a hash only inside words.
_PLAIN = re.compile(
    r"[^\W\d](?:[\w./%$+()*=@;~\\|<>&!'\"^`-]|[ ](?=[\w./%$+()*=@;~\\|<>&!'^-])|"
    r":(?=[\w/.])|(?<=\w)\#)*\Z"
)
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_NO_BLOCK = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = {
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
    '"': '\\"',
    "\\": "\\\\",
}
_TO_ESCAPE = re.compile(f'["\\\\]|{_HIDDEN.pattern}')


class UnwritableError(ValueError):
    """YAML, or gtmgen's reader, cannot hold the value."""


def escape_variables(text: str) -> str:
    """``${`` becomes ``$${``, which the reader takes for ``${`` itself."""
    if "${" not in text:
        return text
    # Behind the last brace no default ends, and to look for its end each time takes for ever.
    end = text.rfind("}") + 1
    head = _VARIABLE.sub(lambda match: "$" + match.group(), text[:end])
    return head + text[end:].replace("${", "$${")


def format_scalar(value: Any) -> str:
    """A value on one line."""
    if value.__class__ is str:
        return quote_text(escape_variables(value))
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value.__class__ is int:
        digits = str(value)
        if len(digits) > _MAX_DIGITS:
            raise UnwritableError(f"a number of {len(digits)} digits")
        return digits
    if value.__class__ is float:
        if not math.isfinite(value):
            raise UnwritableError(f"the number {value}")
        return repr(value)
    raise UnwritableError(f"a value of the type {type(value).__name__}")


def format_key(text: Any) -> str:
    """A key with its colon: keys know no ``${NAME}``."""
    if text.__class__ is not str:
        raise UnwritableError(f"a key of the type {type(text).__name__}")
    written = text if text in _PLAIN_KEYS else quote_text(text)
    # The form of a long key stands over two lines; the caller's indentation is not needed in it,
    # for the value follows on the line of the colon.
    return f"{written}:" if len(written) <= _MAX_KEY else f"? {written}\n:"


def quote_text(text: str) -> str:
    """Plain where that is safe, between blocks and within brackets; else in quotes."""
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    if _HIDDEN.search(text):
        if _SURROGATE.search(text):
            raise UnwritableError("half of a character (a lone surrogate)")
        return '"' + _TO_ESCAPE.sub(_escape, text) + '"'
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    escape = _ESCAPES.get(char)
    if escape is not None:
        return escape
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def format_block(text: str) -> tuple[str, str] | None:
    """Header and text of a ``|`` block, or None where that could not give the text back."""
    if "\n" not in text or _NO_BLOCK.search(text) or not text.strip(" \t\n"):
        return None
    if _SURROGATE.search(text):
        raise UnwritableError("half of a character (a lone surrogate)")
    header = "|2" if text[0] in " \t\n" else "|"
    if not text.endswith("\n"):
        header += "-"
    elif text.endswith("\n\n"):
        header += "+"
    return header, escape_variables(text)
