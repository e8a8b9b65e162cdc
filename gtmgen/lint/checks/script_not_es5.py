"""Scripts in a newer language than the one that GTM takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gtmgen.container.entities import KIND_OF, Kind
from gtmgen.lint.code_tokens import CodeToken, split_tokens
from gtmgen.lint.html import own_scripts
from gtmgen.lint.view import ContainerView, Finding

_MAY_FOLLOW_CONST = frozenset("{[")


def check(view: ContainerView) -> Iterator[Finding]:
    """Custom HTML and Custom JavaScript with syntax that ECMAScript 5 does not have."""
    newer: dict[tuple[Kind, str], dict[str, int]] = {}
    for entity, code, first_line in own_scripts(view):
        for name, line in _find_newer(code):
            lines = newer.setdefault((KIND_OF[type(entity)], entity.name), {})
            lines.setdefault(name, first_line + line - 1)
    for (kind, name), lines in newer.items():
        yield Finding(kind, name, _write_text(lines))


def _write_text(lines: Mapping[str, int]) -> str:
    listed = ", ".join(f"{name} (line {line})" for name, line in lines.items())
    return f"GTM takes scripts in ECMAScript 5 only, which does not have: {listed}."


def _find_newer(code: str) -> Iterator[tuple[str, int]]:
    """What ECMAScript 5 cannot parse, and the line of each."""
    tokens = split_tokens(code)
    for index, token in enumerate(tokens):
        name = _name(tokens, index)
        if name is not None:
            yield name, code.count("\n", 0, token.start) + 1


def _name(tokens: Sequence[CodeToken], index: int) -> str | None:
    token = tokens[index]
    if token.kind == "text":
        return "a template literal" if token.text.startswith("`") else None
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None:
        return None
    if token.text == "=" and following.text == ">" and token.end == following.start:
        return "an arrow function"
    # Behind a point ECMAScript 5 takes any word (11.2.1, IdentifierName): `box.class` is older
    # code.
    if token.kind != "name" or (index and tokens[index - 1].text == "."):
        return None
    # `let` and `of` are ordinary names there: only what follows makes a declaration of the word.
    declares = following.kind == "name" and following.text not in ("in", "instanceof", "of")
    if token.text in ("let", "class") and declares:
        return f"`{token.text}`"
    if token.text == "const" and (declares or following.text in _MAY_FOLLOW_CONST):
        return "`const`"
    return None
