"""Tags without the account that they send to."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags that name no account, where the platform needs one."""
    for tag, uses in view.sent.tags:
        for use in uses:
            if use.lacks_account:
                text = (
                    f"It has no {use.platform.account}, so {use.platform.pack.title} receives "
                    "nothing from it."
                )
                yield Finding(Kind.TAG, tag.name, text)
