"""Whether a product's link leads to the site that the spec is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from gtmgen.compile.regex import host_name, host_pattern

_MOST = 1_000  # hosts that are remembered


class SiteHosts:
    """The hosts of a site as a spec names them, ``*`` for any labels; of none, every host is."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._pattern = re.compile(host_pattern(tuple(hosts))) if hosts else None
        self.is_bound = self._pattern is not None
        self.passed: set[str] = set()
        """What stands between ``https://`` and the next slash, and was seen to be of the site."""

    def is_foreign(self, link: str) -> bool:
        """Whether a link leads elsewhere; what is no address leads nowhere."""
        try:
            host = urlsplit(link.strip()).hostname or ""
        except ValueError:  # as with `https://[`
            return False
        if not host or self._pattern is None or self._pattern.fullmatch(host_name(host)):
            self._remember(link)
            return False
        return True

    def _remember(self, link: str) -> None:
        if len(self.passed) < _MOST and link[8:9] not in "/?#" and link.startswith("https://"):
            self.passed.add(link[8:].partition("/")[0])
