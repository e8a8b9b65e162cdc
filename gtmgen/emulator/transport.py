"""The emulator behind googleapiclient: in the place of ``httplib2.Http``, without a socket.

Pass ``http=EmulatorHttp(store)``, ``static_discovery=True`` and ``cache_discovery=False`` to
``googleapiclient.discovery.build("tagmanager", "v2", ...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httplib2  # type: ignore[import-untyped, unused-ignore]

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.core import handle
from gtmgen.emulator.messages import Request, Response
from gtmgen.emulator.store import Store

Send = Callable[[Request], Response]
Middleware = Callable[[Request, Send], Response]


class EmulatorHttp:
    """Has what googleapiclient uses of ``httplib2.Http``: ``request`` and ``close``.

    ``clock`` gives milliseconds for fingerprints (without it they count up). ``middleware`` gets
    each request and the way on, so that a test can lose an answer, fail a call or count calls.
    """

    def __init__(
        self,
        store: Store,
        behaviour: Behaviour | None = None,
        *,
        clock: Callable[[], int] | None = None,
        middleware: Middleware | None = None,
    ) -> None:
        self.store = store
        self.behaviour = behaviour or Behaviour()
        self._clock = clock or (lambda: 0)
        self._middleware = middleware

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """Answer from the store; ``redirections`` and ``connection_type`` mean nothing here."""
        request = to_request(uri, method, body, headers or {})
        if self._middleware is None:
            response = self._send(request)
        else:
            response = self._middleware(request, self._send)
        info = {
            "status": str(response.status),
            "content-type": "application/json; charset=UTF-8",
            "content-length": str(len(response.body)),
        }
        answer = httplib2.Response(info)
        answer.reason = HTTPStatus(response.status).phrase
        return answer, response.body

    def close(self) -> None:
        """Nothing is open; the store belongs to whoever made it."""

    def _send(self, request: Request) -> Response:
        response = handle(request, self.store.state, self.behaviour, self._clock())
        if response.wrote:
            self.store.save()
        return response


def to_request(
    uri: str, method: str, body: bytes | str | None, headers: Mapping[str, str]
) -> Request:
    """googleapiclient turns a GET over 2,048 characters into a POST with an override header."""
    parts = urlsplit(uri)
    raw = body.encode() if isinstance(body, str) else body or b""
    query_text = parts.query
    lowered = {key.lower(): value for key, value in headers.items()}
    if override := lowered.get("x-http-method-override"):
        method, query_text, raw = override, raw.decode(), b""
    query: dict[str, tuple[str, ...]] = {}
    for key, value in parse_qsl(query_text, keep_blank_values=True):
        query[key] = (*query.get(key, ()), value)
    return Request(method, parts.path, query, raw)
