"""What a visited page says and does, kept as entries of the recording."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from gtmgen.runtime.browser_end import PageEnd
from gtmgen.scenarios.model import Call
from gtmgen.verify.activity import Activity
from gtmgen.verify.addresses import hide_address_secrets
from gtmgen.verify.entries import MOST_ENTRIES, Entries
from gtmgen.verify.model import Fate, RecordedRequest, TroubleKind
from gtmgen.verify.network import Traffic
from gtmgen.verify.script import BINDING
from gtmgen.verify.setting import VisitedSite

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Dialog, Page, Response
    from playwright.async_api import Request as PageRequest

_MOST_DOCUMENTS: Final = 10  # in one step
_OUT_OF_MEMORY: Final = "the page crashed: it needs more memory than it gets"
_NOISE: Final = "Failed to load resource"  # of a request, which is recorded itself


class PageListener:
    """Hears a page, and ends it where it does more than anybody would read."""

    def __init__(
        self,
        site: VisitedSite,
        entries: Entries,
        activity: Activity,
        end: PageEnd,
        clock: Callable[[], float],
    ) -> None:
        self._site, self._entries, self._activity = site, entries, activity
        self._end, self._clock = end, clock
        self._documents_before = 0  # the present step
        self._page: Page
        self._traffic: Traffic

    def listen(self, page: Page, traffic: Traffic) -> None:
        """Hear the page from now on; ``traffic`` learns how its requests end."""
        self._page, self._traffic = page, traffic
        page.on("request", self._open_request)
        page.on("requestfinished", self._close_request)
        page.on("requestfailed", self._fail_request)
        page.on("response", self._look_at_response)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complain("script", str(error)))
        page.on("dialog", lambda dialog: asyncio.ensure_future(_answer(dialog)))
        page.on("crash", lambda _: self._end.come(_OUT_OF_MEMORY))

    def begin_step(self) -> None:
        """Count the documents of a new step."""
        self._documents_before = self._entries.documents

    def _touch(self) -> None:
        self._activity.touch()
        if self._entries.is_full:
            self._end.come(f"the page made more than {MOST_ENTRIES:,} messages, calls and requests")
        if self._entries.documents - self._documents_before >= _MOST_DOCUMENTS:
            times = f"{_MOST_DOCUMENTS} times in one step"
            self._end.come(f"the page loads itself again and again ({times})")

    def hear_report(self, event: Mapping[str, Any]) -> None:
        """Keep what the recorder in the page reports."""
        if event.get("name") == BINDING:
            self._entries.report(str(event["payload"]))
            self._touch()

    def record_request(
        self, request: PageRequest, fate: Fate, platform: str, calls: list[Call]
    ) -> None:
        """Keep a request, what became of it, and the calls that it carries."""
        recorded = RecordedRequest(
            self._entries.at(self._clock()),
            request.method,
            hide_address_secrets(request.url),
            request.resource_type,
            fate,
            platform,
            urlsplit(request.url).hostname or "",
        )
        self._entries.add_request(recorded, calls)
        if fate == "blocked":  # Chromium does not tell the end of each of these
            self._activity.close(request)
            if self._is_own_page(request):
                self._tell_way_out("the page", request.url)
        self._touch()

    def _open_request(self, request: PageRequest) -> None:
        self._activity.open(request)

    def _close_request(self, request: PageRequest) -> None:
        self._activity.close(request)
        self._touch()

    def _fail_request(self, request: PageRequest) -> None:
        self._traffic.hear_failure(request.url, request.failure or "")
        self._close_request(request)

    def _look_at_response(self, response: Response) -> None:
        self._traffic.hear_answer(response.url, response.status)
        if not self._is_own_page(response.request):
            return
        address = hide_address_secrets(response.url)
        if response.status >= 400:
            self._complain("page", f"{address} answers {response.status}")
        elif "location" in response.headers:
            target = urljoin(response.url, response.headers["location"])
            if not self._site.allows(urlsplit(target).hostname or ""):
                self._tell_way_out(address, target)

    def _tell_way_out(self, page: str, target: str) -> None:
        """The page leads to a host that may not be visited: what follows is not seen."""
        host = urlsplit(target).hostname or ""
        leads = f"{page} leads to {hide_address_secrets(target)}"
        self._complain("page", f"{leads}, which `--allow-host {host}` would let in")

    async def close_window(self, window: Page) -> None:
        """A journey goes on in its own window, whatever the page opens."""
        address = hide_address_secrets(window.url)
        self._complain("window", f"the page opened a window, which is closed: {address}")
        await window.close()

    def _is_own_page(self, request: PageRequest) -> bool:
        """Whether a request is for the page itself, not for a frame in it."""
        from playwright.async_api import Error

        try:
            return request.is_navigation_request() and request.frame == self._page.main_frame
        except Error:  # a window that is opening has no frame yet
            return False

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_NOISE):
            self._complain("console", message.text)

    def _complain(self, kind: TroubleKind, text: str) -> None:
        self._entries.add_trouble(kind, text, self._clock())
        self._touch()


async def _answer(dialog: Dialog) -> None:
    """Says no to questions, but lets a journey leave a page that asks it to stay."""
    from playwright.async_api import Error

    with contextlib.suppress(Error):  # the page may have gone
        await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())
