"""Tags of a product that is no more."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.view import ContainerView, Finding

# Google stopped processing on 1 July 2024 (support.google.com/analytics/answer/11583528).
_RETIRED = frozenset(("ua", "ua_amp", "ga"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags of a product that is no more."""
    for tag in view.of_kind(Kind.TAG):
        if isinstance(tag, Tag) and tag.type in _RETIRED:
            text = (
                "It sends to Universal Analytics, which Google switched off in July 2024: "
                "nothing arrives any more."
            )
            yield Finding(Kind.TAG, tag.name, text)
