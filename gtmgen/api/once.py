"""A transport that sends a write once.

``httplib2`` sends any request again, a POST too, when the server closes the connection without
an answer (``Http._conn_request``, version 0.32.1, read 2026-11-22): a create that landed would be
made twice. Reads keep that, for it mends connections that went stale.
"""

from __future__ import annotations

from http.client import BadStatusLine, ResponseNotReady
from typing import Any

import httplib2  # type: ignore[import-untyped, unused-ignore]

_READS = ("GET", "HEAD")


class _Once:
    """For a connection class: no answer is an :class:`OSError`, which is passed on at once."""

    def getresponse(self) -> Any:
        try:
            return super().getresponse()  # type: ignore[misc]
        except (BadStatusLine, ResponseNotReady) as error:
            raise ConnectionResetError(f"the connection was closed: {error}") from None


class _OnceHttp(_Once, httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc, unused-ignore]
    pass


class _OnceHttps(_Once, httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc, unused-ignore]
    pass


class OnceHttp(httplib2.Http):  # type: ignore[misc, unused-ignore]
    """``httplib2.Http`` for an API where a write must not be repeated unseen.

    Each write gets a new connection, as one that has gone stale would leave its outcome open. A
    redirect, which no API of Google's gives, is an answer that failed: the host that it names gets
    neither the write nor the credentials.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.follow_redirects = False

    def request(self, uri: str, method: str = "GET", *arguments: Any, **options: Any) -> Any:
        if method in _READS:
            return super().request(uri, method, *arguments, **options)
        self._drop_connections()
        connection = _OnceHttps if uri.startswith("https:") else _OnceHttp
        options["connection_type"] = connection
        try:
            return super().request(uri, method, *arguments, **options)
        finally:
            self._drop_connections()

    def _drop_connections(self) -> None:
        connections: dict[str, Any] = self.connections
        while connections:
            connections.popitem()[1].close()
