"""Whether Custom HTML is a platform's base code, as its maker gives it out, and nothing else.

Base code is spelled in many ways: minified, indented, with fewer methods. So it is not compared
with a text: what it may use are the names of its maker, and names too short to mean anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gtmgen.lint.certain_calls import leave_out_calls
from gtmgen.lint.code import SCRIPT, is_whole, scripts
from gtmgen.lint.code_tokens import CodeToken, split_tokens, unquote

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


def is_base_code(
    html: str, names: Collection[str], address: str, beside: Mapping[str, Collection[str]]
) -> bool:
    """``names`` are the platform's own, ``address`` begins every address that it may load.

    ``beside`` are methods of an object, by its name, that may be called in addition, as long as
    nothing decides whether they are.
    """
    outside = SCRIPT.sub("", html).strip()
    if (
        outside
        or not is_whole(html)
        or any("src" in (match.group(1) or "") for match in SCRIPT.finditer(html))
    ):
        return False
    for code in scripts(html):
        tokens = split_tokens(code)
        for name, methods in beside.items():
            tokens = leave_out_calls(code, tokens, name, methods)
        if not _has_only(tokens, names, address):
            return False
    return True


def _has_only(tokens: Sequence[CodeToken], names: Collection[str], address: str) -> bool:
    for token in tokens:
        if token.kind == "name" and len(token.text) > _LONGEST_LOCAL:
            if token.text not in _WORDS and token.text not in names:
                return False
        elif token.kind == "text":
            text = unquote(token.text)
            if "//" in text and not text.startswith(address):
                return False
    return True
