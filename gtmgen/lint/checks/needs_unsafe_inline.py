"""Custom HTML that a Content-Security-Policy can block."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.html import custom_html, inline_scripts
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import listing


def check(view: ContainerView) -> Iterator[Finding]:
    """All tags with inline scripts, in one sentence."""
    inline = [tag.name for tag, html in custom_html(view) if any(inline_scripts(html))]
    if inline:
        text = (
            "These tags hold inline scripts, which run only where the site's "
            "Content-Security-Policy, if it has one, allows 'unsafe-inline' or has "
            f"'strict-dynamic': {listing(inline, 20)}."
        )
        yield Finding(None, "Custom HTML", text)
