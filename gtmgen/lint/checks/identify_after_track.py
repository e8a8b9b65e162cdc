"""A visitor who is identified after the event was sent."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.code import calls, scripts
from gtmgen.lint.html import text_of
from gtmgen.lint.recognise import platforms
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Custom HTML in which the first call that identifies stands behind the first event."""
    for tag in view.tags():
        html = text_of(tag, "html") if tag.type == "html" else ""
        for platform in platforms():
            code = platform.code
            if code is None or "identify" not in code or code["object"] not in html:
                continue
            methods = [
                call.method for script in scripts(html) for call in calls(script, code["object"])
            ]
            if _is_late(methods, code["event"], code["identify"]):
                text = (
                    f"It calls `{code['identify']}` after `{code['event']}`: the event has left "
                    f"for {platform.pack.title} without what is known of the visitor."
                )
                yield Finding(Kind.TAG, tag.name, text)


def _is_late(methods: list[str], track: str, identify: str) -> bool:
    if track not in methods or identify not in methods:
        return False
    return methods.index(track) < methods.index(identify)
