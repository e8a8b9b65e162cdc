"""Hints for texts that are not YAML: what was probably meant."""

from __future__ import annotations

import re

from gtmgen.diagnostics import Span
from gtmgen.text import plural

_COMPARISON = re.compile(r"(>=?)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_OPERATORS = {">": "gt", ">=": "gte"}  # YAML takes `<` for text
_KEY = re.compile(r"( *)[A-Za-z_][\w.-]*")
_KEY_WITHOUT_COLON = re.compile(r" *(?:- )?([A-Za-z_][\w.-]*) +[\[{]")
_OPEN_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*(?![\w}])")
_VARIABLE = re.compile(r"\$\{[^{}\s]*\}")


def _indentation_hint(lines: list[str], number: int, indent: int) -> str:
    """For a key that no mapping has in its column: where the key before it stands."""
    above = next((line for line in reversed(lines[: number - 1]) if _KEY.match(line)), "")
    begins = len(above) - len(above.lstrip(" "))
    return (
        "keys of one mapping begin in the same column: this one is indented by "
        f"{plural(indent, 'space')}, the one before it by {plural(begins, 'space')}"
    )


def _colon_hint(line: str) -> str | None:
    """For `send [tiktok]`: the key before a bracket has no colon."""
    key = _KEY_WITHOUT_COLON.match(line)
    return f"a key ends with a colon: `{key.group(1)}:`" if key else None


def syntax_hint(message: str, lines: list[str], span: Span) -> str | None:
    """What to write instead, for the commonest slips behind an error of libyaml; else None."""
    line = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    if "\t" in line[: span.col]:
        return "YAML allows no tab in indentation; use spaces"
    if "cannot start any token" in message:
        comparison = _COMPARISON.match(line, span.col - 1)
        if comparison is not None:
            operator = _OPERATORS[comparison.group(1)]
            return f"a comparison is written `{{{operator}: {comparison.group(2)}}}`"
        return f"put quotes around a value that begins with `{line[span.col - 1 : span.col]}`"
    if "mapping values are not allowed" in message:
        own_key = _KEY.fullmatch(line[: span.col - 1])
        if own_key is not None:
            return _indentation_hint(lines, span.line, len(own_key.group(1)))
        return _colon_hint(line) or "put quotes around a value that contains `: `"
    if "could not find expected ':'" in message:
        return _colon_hint(line) or _colon_hint(lines[span.line - 2] if span.line > 1 else "")
    if "expected ',' or" in message and (variable := _VARIABLE.match(line, max(span.col - 2, 0))):
        return f'put quotes around a variable inside braces: `"{variable.group()}"`'
    if "expected ',' or" in message and (start := _OPEN_VARIABLE.match(line, max(span.col - 2, 0))):
        return f'a variable ends with a brace: `"{start.group()}}}"`'
    if "did not find expected key" in message:
        own_key = _KEY.match(line)
        if own_key is not None and len(own_key.group(1)) == span.col - 1:
            return _indentation_hint(lines, span.line, span.col - 1)
    if "more than one document" in message:
        return "a file holds one document; remove the `---` between them"
    if "found undefined alias" in message:
        return "an alias `*name` needs an anchor `&name` before it"
    return None
