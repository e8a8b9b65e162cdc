"""Waiting for a place in the quota, and the transport that does so before each request."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import urlsplit

#: Documented for a Google project; what a plan's cost is reckoned with.
CALLS = 25
WINDOW_SECONDS = 100.0
_API = "/tagmanager/"


class Turnstile(Protocol):
    """Lets one call through at a time, as :class:`gtmgen.api.quota.ledger.Quota` does."""

    def wait(self) -> None: ...


class PacedHttp:
    """An ``httplib2.Http``-like object that waits its turn before each request to the API.

    It belongs below the one that adds the credentials: what that repeats after a 401 counts too,
    and the tokens that it fetches do not.
    """

    def __init__(self, http: Any, pacer: Turnstile) -> None:
        self._http = http
        self._pacer = pacer

    def request(self, uri: str, *arguments: Any, **options: Any) -> Any:
        if urlsplit(uri).path.startswith(_API):
            self._pacer.wait()
        return self._http.request(uri, *arguments, **options)

    def close(self) -> None:
        self._http.close()
