"""Tags that ask for no consent, beside tags that do."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, TemplateRef
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags of other vendors without consent settings, where some tag has them.

    Google's own tags look at consent by themselves.
    """
    asking = [tag.name for tag in view.tags() if tag.consent]
    if not asking:
        return
    for tag in view.tags():
        own_code = tag.type in ("html", "img") or isinstance(tag.type, TemplateRef)
        if own_code and tag.consent is None and not tag.paused:
            text = (
                "It says nothing about consent, which other tags of the container wait for, such "
                f"as `{asking[0]}`: set the consent types that it needs, or that it needs none."
            )
            yield Finding(Kind.TAG, tag.name, text)
