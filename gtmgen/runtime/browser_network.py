"""The network of a page: nothing of it is real."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from gtmgen.runtime.browser_source import SCRIPT_HOST, gtm_script, page_html
from gtmgen.runtime.engine import PreparedContainer, RunOptions

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Request, Route

    from gtmgen.runtime.browser_page import BrowserPage

_KINDS: Final = {"document": "frame", "xhr": "fetch", "ping": "beacon"}
_TYPES: Final = {"script": "text/javascript", "document": "text/html", "stylesheet": "text/css"}
_PIXEL: Final = base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAA=")
_ANY_ORIGIN: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "*",
    "access-control-allow-methods": "*",
    "cache-control": "no-store",
}


class Network:
    """Answers a page's requests, records them, and knows which are open."""

    def __init__(
        self,
        page: BrowserPage,
        container: PreparedContainer,
        scenario: Mapping[str, Any],
        options: RunOptions,
    ) -> None:
        self._page, self._container = page, container
        self._scenario, self._options = scenario, options
        self._open: set[str] = set()
        self._idle = asyncio.Event()
        self._public_id = str(container.version.get("container", {}).get("publicId", ""))
        self.documents = 0

    # ------------------------------------------------------------------------ open requests
    def watch(self, session: CDPSession) -> None:
        """Counts open requests from the events of a DevTools session."""
        session.on("Network.requestWillBeSent", self._started)
        for event in ("Network.loadingFinished", "Network.loadingFailed"):
            session.on(event, self._ended)

    def _started(self, event: Mapping[str, Any]) -> None:
        self._open.add(str(event["requestId"]))
        self._idle.clear()

    def _ended(self, event: Mapping[str, Any]) -> None:
        self._open.discard(str(event["requestId"]))
        if not self._open:
            self._idle.set()

    @property
    def is_quiet(self) -> bool:
        """Whether no request is open."""
        return not self._open

    async def wait(self, seconds: float) -> None:
        """Waits until no request is open; after that many seconds the open ones are given up."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            self._open.clear()

    # ----------------------------------------------------------------------------- answers
    async def answer(self, route: Route, request: Request) -> None:
        """Answers one request. A page that went away meanwhile needs no answer."""
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            await self._answer(route, request)

    async def _answer(self, route: Route, request: Request) -> None:
        if request.is_navigation_request() and not self._is_in_page(request):
            if self._is_page(request):
                await self._site_page(route, request.url)
            else:  # another window
                await route.abort()
        elif request.url.startswith(f"{SCRIPT_HOST}?id={self._public_id}"):
            script = gtm_script(self._container, self._options, self._page.step)
            await route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
        elif urlsplit(request.url).path == "/favicon.ico":
            await route.abort()
        else:
            await self._other(route, request)

    def _is_page(self, request: Request) -> bool:
        from playwright.async_api import Error

        try:
            return request.frame == self._page.page.main_frame
        except Error:  # the first request of a new window, which has no frame yet
            return False

    @staticmethod
    def _is_in_page(request: Request) -> bool:
        from playwright.async_api import Error

        try:
            return request.frame.parent_frame is not None
        except Error:
            return False

    async def _site_page(self, route: Route, url: str) -> None:
        self.documents += 1
        passed = self._page.leaving(url)
        html = page_html(
            self._scenario, urlsplit(url).path, self._public_id, self._options.data_layer
        )
        headers = {
            "content-type": "text/html; charset=utf-8",
            "cache-control": "no-store",
            "server-timing": f"passed;dur={passed}",
        }
        if policy := self._scenario.get("csp"):
            headers["content-security-policy"] = str(policy)
        await route.fulfill(body=html, headers=headers)

    async def _other(self, route: Route, request: Request) -> None:
        kind = request.resource_type
        if request.method != "OPTIONS":
            self._page.records["requests"].append(
                {"step": self._page.step, "url": request.url, "kind": _KINDS.get(kind, kind)}
            )
        answer = self._answer_for(request.url)
        if answer is None:
            await route.abort()
            return
        body: str | bytes = answer.get("body", "")
        type_ = str(answer.get("contentType") or _TYPES.get(kind, "text/plain"))
        if kind == "image" and not body:  # an image of no bytes would fail to load
            body, type_ = _PIXEL, "image/gif"
        if type_.startswith("text/"):
            type_ += "; charset=utf-8"
        await route.fulfill(
            status=int(answer.get("status", 200)),
            body=body,
            headers={**_ANY_ORIGIN, "content-type": type_},
        )

    def _answer_for(self, url: str) -> Mapping[str, Any] | None:
        if any(re.search(pattern, url) for pattern in self._scenario.get("blocked") or ()):
            return None
        for one in self._scenario.get("responses") or ():
            if re.search(one["match"], url):
                answer: Mapping[str, Any] = one
                return answer
        return {} if self._scenario.get("network") == "empty" else None
