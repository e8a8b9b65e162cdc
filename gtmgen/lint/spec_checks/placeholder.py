"""What a starter leaves to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.diagnostics import Path
from gtmgen.lint.spec_view import Remark, SpecView

_FILL_IN = re.compile(r"(?:GTM-|G-|C)?X{5,}")
_EXAMPLE_HOST = re.compile(r"(?:.+\.)?example\.(?:com|org|net)")


def check(view: SpecView) -> Iterator[Remark]:
    """IDs that are made of X, and the hosts that are reserved for examples."""
    for value, path in _values(view):
        if _FILL_IN.fullmatch(value):
            yield Remark(path, f"`{value}` stands for an ID of your own", "write yours instead")
    for index, host in enumerate(view.spec.site.hosts):
        if _EXAMPLE_HOST.fullmatch(host):
            yield Remark(
                ("site", "hosts", index),
                f"`{host}` is reserved for examples: on your own site, no tag would fire",
                "name the hosts of your site, or leave `hosts` out",
            )


def _values(view: SpecView) -> Iterator[tuple[str, Path]]:
    yield view.spec.container.gtm, ("container", "gtm")
    for platform in view.spec.platforms.values():
        for name, value in platform.settings.items():
            if isinstance(value, str):
                yield value, ("platforms", platform.name, name)
