"""The emulator behind googleapiclient: in the place of ``httplib2.Http``, without a socket.

Pass ``http=EmulatorHttp(store)``, ``static_discovery=True`` and ``cache_discovery=False`` to
``googleapiclient.discovery.build("tagmanager", "v2", ...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import httplib2  # type: ignore[import-untyped, unused-ignore]

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.messages import Middleware, Send
from gtmgen.emulator.service import Service, to_request
from gtmgen.emulator.store import Store

__all__ = ["EmulatorHttp", "Middleware", "Send", "to_request"]


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
        self._service = Service(store, behaviour, clock=clock, middleware=middleware)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        """Answer from the store; ``redirections`` and ``connection_type`` mean nothing here."""
        response = self._service.answer(to_request(uri, method, body, headers or {}))
        info = {
            **response.headers,
            "status": str(response.status),
            "content-type": "application/json; charset=UTF-8",
            "content-length": str(len(response.body)),
        }
        answer = httplib2.Response(info)
        answer.reason = HTTPStatus(response.status).phrase
        return answer, response.body

    def close(self) -> None:
        """Nothing is open; the store belongs to whoever made it."""
