"""Whether Custom HTML is a platform's base code, as its maker gives it out, and nothing else.

Base code is spelled in many ways: minified, indented, with fewer methods. So it is not compared
with a text: what it may use are the names of its maker, and names too short to mean anything.
"""

from __future__ import annotations

from collections.abc import Collection

from gtmgen.lint.code import SCRIPT, is_whole, scripts
from gtmgen.lint.code_tokens import split_tokens, unquote

_LONGEST_LOCAL = 2
"""Characters of a name that a minifier makes."""
_WORDS = frozenset(
    (
        "Array",
        "Date",
        "apply",
        "arguments",
        "async",
        "call",
        "concat",
        "const",
        "createElement",
        "document",
        "false",
        "for",
        "function",
        "getElementsByTagName",
        "insertBefore",
        "length",
        "let",
        "new",
        "parentNode",
        "prototype",
        "push",
        "return",
        "slice",
        "src",
        "this",
        "true",
        "type",
        "var",
        "window",
    )
)


def is_base_code(html: str, names: Collection[str], address: str) -> bool:
    """``names`` are the platform's own, ``address`` begins every address that it may load."""
    outside = SCRIPT.sub("", html).strip()
    if (
        outside
        or not is_whole(html)
        or any("src" in (match.group(1) or "") for match in SCRIPT.finditer(html))
    ):
        return False
    return all(_has_only(code, names, address) for code in scripts(html))


def _has_only(code: str, names: Collection[str], address: str) -> bool:
    for token in split_tokens(code):
        if token.kind == "name" and len(token.text) > _LONGEST_LOCAL:
            if token.text not in _WORDS and token.text not in names:
                return False
        elif token.kind == "text":
            text = unquote(token.text)
            if "//" in text and not text.startswith(address):
                return False
    return True
