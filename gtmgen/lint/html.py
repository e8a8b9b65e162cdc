"""The code in a container's Custom HTML and Custom JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.lint.code import SCRIPT, calls, scripts
from gtmgen.lint.view import ContainerView

_SOURCE = re.compile(r"(?:^|\s)src\s*=", re.IGNORECASE)
_TYPE = re.compile(r"""(?:^|\s)type\s*=\s*["']?\s*([^"'\s]*)""", re.IGNORECASE)
_CLASSIC = frozenset(("", "text/javascript", "application/javascript", "text/gtmscript"))


def custom_html(view: ContainerView) -> Iterator[tuple[Tag, str]]:
    """The tags of Custom HTML with their code."""
    for tag in view.tags_of("html"):
        yield tag, text_of(tag, "html")


def inline_scripts(html: str) -> Iterator[tuple[str, int]]:
    """The code of the classic scripts that stand in it, and the line on which each begins.

    Modules, data and elements that load a file are left out.
    """
    for match in SCRIPT.finditer(html):
        attributes, code = match.group(1) or "", match.group(2)
        type_ = _TYPE.search(attributes)
        is_classic = type_ is None or type_.group(1).lower() in _CLASSIC
        if code and code.strip() and is_classic and not _SOURCE.search(attributes):
            yield code, html.count("\n", 0, match.start(2)) + 1


def own_scripts(view: ContainerView) -> Iterator[tuple[Tag | Variable, str, int]]:
    """The code that stands in Custom HTML and Custom JavaScript, and the line it begins on."""
    for tag, html in custom_html(view):
        yield from ((tag, code, line) for code, line in inline_scripts(html))
    for variable in view.of_kind(Kind.VARIABLE):
        if isinstance(variable, Variable) and variable.type == "jsm":
            yield variable, text_of(variable, "javascript"), 1


def text_of(entity: Tag | Variable, key: str) -> str:
    """A parameter that is text; empty where there is none."""
    for item in entity.parameter:
        if item.key == key:
            return item.value if isinstance(item.value, str) else ""
    return ""


def writes_document(html: str) -> bool:
    """Whether a script in it calls ``document.write``."""
    return "document" in html and any(
        call.method in ("write", "writeln")
        for code in scripts(html)
        for call in calls(code, "document")
    )
