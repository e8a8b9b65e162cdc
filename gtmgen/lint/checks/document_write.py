"""``document.write`` in Custom HTML that GTM has not been told to support it in."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.html import custom_html, text_of, writes_document
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that would replace the page."""
    for tag, html in custom_html(view):
        if writes_document(html) and text_of(tag, "supportDocumentWrite") != "true":
            text = (
                "It calls `document.write` while the tag's support for that is off: once the page "
                "has loaded, such a call replaces the whole page."
            )
            yield Finding(Kind.TAG, tag.name, text)
