"""Custom HTML of a container's tags."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Tag
from gtmgen.lint.code import calls, scripts
from gtmgen.lint.view import ContainerView


def custom_html(view: ContainerView) -> Iterator[tuple[Tag, str]]:
    """The tags of Custom HTML with their code."""
    for tag in view.tags():
        if tag.type == "html":
            yield tag, text_of(tag, "html")


def text_of(tag: Tag, key: str) -> str:
    """A parameter that is text; empty where there is none."""
    value = next((item.value for item in tag.parameter if item.key == key), None)
    return value if isinstance(value, str) else ""


def writes_document(html: str) -> bool:
    """Whether a script in it calls ``document.write``."""
    return "document" in html and any(
        call.method in ("write", "writeln")
        for code in scripts(html)
        for call in calls(code, "document")
    )
