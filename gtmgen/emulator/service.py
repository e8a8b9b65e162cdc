"""The service as its transports see it: one store, one request at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.core import handle
from gtmgen.emulator.messages import ApiRequest, Middleware, Response
from gtmgen.emulator.store import StateError, Store


class Service:
    """Answers requests from a store and keeps what they change; safe to call from threads.

    ``clock`` gives milliseconds for fingerprints (without it they count up). ``middleware`` gets
    each request and the way on; it runs outside the lock, so that it may wait.
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
        self._lock = threading.Lock()

    def answer(self, request: ApiRequest) -> Response:
        if self._middleware is None:
            return self._send(request)
        return self._middleware(request, self._send)

    def _send(self, request: ApiRequest) -> Response:
        """A response leaves here only after what it reports is on disk."""
        with self._lock:
            response = handle(request, self.store.state, self.behaviour, self._clock())
            if response.wrote:
                self._save()
        return response

    def _save(self) -> None:
        """What cannot be kept has not happened."""
        try:
            self.store.save()
        except StateError:
            self.store.reload()
            raise


def to_request(
    uri: str, method: str, body: bytes | str | None, headers: Mapping[str, str]
) -> ApiRequest:
    """googleapiclient turns a GET over 2,048 characters into a POST with an override header."""
    parts = urlsplit(uri)
    raw = body.encode() if isinstance(body, str) else body or b""
    query_text = parts.query
    lowered = {key.lower(): value for key, value in headers.items()}
    if override := lowered.get("x-http-method-override"):
        method, query_text, raw = override, raw.decode("utf-8", "replace"), b""
    query: dict[str, tuple[str, ...]] = {}
    for key, value in parse_qsl(query_text, keep_blank_values=True):
        query[key] = (*query.get(key, ()), value)
    return ApiRequest(method, parts.path, query, raw, lowered)
