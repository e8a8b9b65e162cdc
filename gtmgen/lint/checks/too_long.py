"""Texts that are longer than GTM takes."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Variable
from gtmgen.lint.html import custom_html
from gtmgen.lint.view import ContainerView, Finding

_CONSTANT = 1024
_CUSTOM_HTML = 102_400


def check(view: ContainerView) -> Iterator[Finding]:
    """Constants and Custom HTML above GTM's limits."""
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
