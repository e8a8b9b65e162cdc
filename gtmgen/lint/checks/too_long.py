"""Texts that are longer than GTM takes."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Variable
from gtmgen.lint.html import custom_html, text_of
from gtmgen.lint.view import ContainerView, Finding

_CONSTANT = 1024
_CUSTOM_HTML = 102_400
_COMPILED = 200
"""KB of a whole container, compiled."""


def check(view: ContainerView) -> Iterator[Finding]:
    """Constants, Custom HTML and all code together above GTM's limits."""
    for variable in view.of_kind(Kind.VARIABLE):
        if isinstance(variable, Variable) and variable.type == "c":
            longest = max((len(str(item.value or "")) for item in variable.parameter), default=0)
            if longest > _CONSTANT:
                text = f"Its value has {longest} characters; GTM takes {_CONSTANT}."
                yield Finding(Kind.VARIABLE, variable.name, text)
    for tag, html in custom_html(view):
        if len(html) > _CUSTOM_HTML:
            text = f"Its code has {len(html)} characters; GTM takes {_CUSTOM_HTML}."
            yield Finding(Kind.TAG, tag.name, text)
    size = _measure_code(view) // 1024
    if size > _COMPILED:
        text = f"Together they are {size} KB; GTM takes {_COMPILED} KB for a compiled container."
        yield Finding(None, "Custom HTML and Custom JavaScript", text)


def _measure_code(view: ContainerView) -> int:
    """Bytes of what goes into the compiled container as it stands; there is more to it."""
    html = (code for tag, code in custom_html(view) if not tag.paused)
    scripts = (
        text_of(variable, "javascript")
        for variable in view.of_kind(Kind.VARIABLE)
        if isinstance(variable, Variable) and variable.type == "jsm"
    )
    return sum(len(code.encode(errors="surrogatepass")) for code in (*html, *scripts))
