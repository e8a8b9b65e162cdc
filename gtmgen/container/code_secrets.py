"""Credentials that somebody typed into code: Custom HTML, Custom JavaScript, templates."""

from __future__ import annotations

import re
from collections.abc import Callable

from gtmgen.container.veil import shown_digest
from gtmgen.secret_names import UNMISTAKABLE, is_secret_field

# Nothing, references, words that ask for a value (REPLACE_ME, <token>), what is too short for one.
_PLACEHOLDER = re.compile(r"\s*(?:\{\{[^{}]+\}\}\s*)*|[A-Z_ -]+|<[^<>]*>|.{,7}")
# In code: a literal that is given to something called so (`access_token: '...'`), as a header of a
# request or a parameter of an address; long, with letters and digits. Possessive: code is hostile.
_LITERAL = r"""(?P<value>(?=[^"'\s]*[0-9])(?=[^"'\s]*[A-Za-z])[\w.|/+=~-]{20,}+)"""
_IN_CODE = (
    re.compile(
        r"""(?<![\w-])(?P<name>[\w-]++)["']?\s*+[:=,]\s*+["'](?:Bearer |Basic )?"""
        + _LITERAL
        + r"""["']"""
    ),
    re.compile(r"""[?&](?P<name>[\w-]++)=(?P<value>[\w.|/+~%-]{20,}+)(?=["'&\s#]|$)"""),
)
_SHORTEST = 10  # characters, of a credential that gives itself away
_BY_THEMSELVES = re.compile("|".join(UNMISTAKABLE), re.DOTALL)


def is_placeholder(value: str) -> bool:
    """Whether a value only says that a credential belongs there."""
    return _PLACEHOLDER.fullmatch(value) is not None


def replace_in_code(code: str, stand_in: Callable[[str, str], str]) -> str:
    """The code with ``stand_in(name, value)`` for each value that a credential's name is given."""

    def replaced(match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        if not is_secret_field(name) or is_placeholder(value):
            return match[0]
        start, end = (position - match.start() for position in match.span("value"))
        return f"{match[0][:start]}{stand_in(name, value)}{match[0][end:]}"

    for pattern in _IN_CODE:
        code = pattern.sub(replaced, code)
    return code


def hide_in_code(code: str, salt: str) -> str:
    """The code with a digest for each credential: two values differ, and neither can be read."""
    if len(code) < _SHORTEST:
        return code
    code = replace_in_code(code, lambda _, value: shown_digest(value, salt))
    return _BY_THEMSELVES.sub(lambda match: shown_digest(match[0], salt), code)
