"""A scenario's page in Chromium: its requests, its clock, and what it recorded."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urljoin

from gtmgen.runtime.browser_end import NoAnswer, PageEnd, Stopped
from gtmgen.runtime.browser_network import Network
from gtmgen.runtime.browser_source import BINDING, CONTROLLER, init_script
from gtmgen.runtime.engine import Json, PreparedContainer, RunLimits, RunOptions

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Frame, Page

T = TypeVar("T")

_TICK: Final = 20  # ms of virtual time between two looks at the network
_TIMERS_PER_STEP: Final = 20_000
_ROUNDS: Final = 200
_PAGES: Final = 50
_OUT_OF_MEMORY: Final = "the page needs more memory than a page gets: it allocates without end"
_GRACE: Final = 2.0  # s that requests may stay open, e.g. those of a page that was left


class ScriptError(Exception):
    """Page code that the driver ran threw; the text is the error's."""


class BrowserPage:
    """One page of one scenario; `records` has what is seen from outside: requests, navigations."""

    def __init__(
        self,
        browser: Browser,
        container: PreparedContainer,
        scenario: Mapping[str, Any],
        options: RunOptions,
        limits: RunLimits,
    ) -> None:
        self._browser, self._scenario = browser, scenario
        self._options, self._limits = options, limits
        self.records: dict[str, list[Any]] = defaultdict(list)
        self._documents: dict[str, Json] = {}
        self.step = -1
        self.data_layer = options.data_layer
        self._now = float(options.now)
        self._end = PageEnd()
        self._loaded = asyncio.Event()
        self._network = Network(self, container, scenario, options)
        self._context: BrowserContext | None = None
        self.url = str(scenario.get("url", "https://shop.example/"))

    # ---------------------------------------------------------------------- open and close
    async def open(self) -> None:
        """Loads the scenario's first page."""
        size = self._scenario.get("viewport") or {"width": 1000, "height": 700}
        self._context = await self._browser.new_context(
            viewport={"width": int(size["width"]), "height": int(size["height"])},
            service_workers="block",
            accept_downloads=False,
            locale="en-US",
        )
        await self._add_cookies(self._context)
        await self._context.route("**/*", self._network.answer)
        self.page: Page = await self._context.new_page()
        self._context.on("page", lambda popup: asyncio.ensure_future(popup.close()))
        self.page.on("crash", lambda _: self._end.come(_OUT_OF_MEMORY))
        self.page.on("load", lambda _: self._loaded.set())
        self.page.on("framenavigated", self._navigated)
        self._cdp: CDPSession = await self._context.new_cdp_session(self.page)
        self._cdp.on("Runtime.bindingCalled", self._left)
        self._network.watch(self._cdp)
        await self._cdp.send("Runtime.enable")
        await self._cdp.send("Network.enable")
        await self._cdp.send("Runtime.addBinding", {"name": BINDING})
        await self.page.add_init_script(init_script(self._scenario, self._options))
        await self.goto(self.url, referrer=str(self._scenario.get("referrer") or ""))
        await self.let_pass(int(self._scenario.get("loadWait", 300)))

    async def _add_cookies(self, context: BrowserContext) -> None:
        cookies = self._scenario.get("cookies") or {}
        if isinstance(cookies, Mapping):
            cookies = [{"name": name, "value": value} for name, value in cookies.items()]
        origin = urljoin(self.url, "/")
        for one in cookies:
            await context.add_cookies(
                [{"name": str(one["name"]), "value": str(one["value"]), "url": origin}]
            )

    async def close(self) -> bool:
        """Ends the page. False when the browser does not answer any more."""
        return await self._end.close(self._context, 3)

    # -------------------------------------------------------------------------- navigation
    def leaving(self, url: str) -> int:
        """A document is requested: it is loaded when its load event came. Gives the time passed."""
        self._loaded.clear()
        if self._network.documents > 1:
            self.records["navigations"].append({"step": self.step, "url": url})
        if self._network.documents > _PAGES:
            self._end.come(f"more than {_PAGES} pages were loaded: the page reloads itself")
        return int(self._now - self._options.now)

    def _navigated(self, frame: Frame) -> None:
        if frame == self.page.main_frame:
            self.url = frame.url

    def _left(self, event: Mapping[str, Any]) -> None:
        if event.get("name") == BINDING:
            self._keep(str(event["payload"]))

    async def goto(self, target: str, referrer: str = "") -> None:
        """Goes to an address, as from the address bar."""
        await self.wait_for(
            self.page.goto(urljoin(self.url, target), referer=referrer or None, wait_until="load")
        )
        await self._follow()

    async def reload(self) -> None:
        """Loads the page again."""
        await self.wait_for(self.page.reload(wait_until="load"))
        await self._follow()

    async def _follow(self) -> None:
        """Waits for the document that is on its way, if any."""
        if self._network.documents and not self._loaded.is_set():
            await self.wait_for(self._loaded.wait())

    # ---------------------------------------------------------------------------- scripts
    async def begin(self, step: int) -> None:
        """All that follows belongs to this step."""
        self.step = step
        await self.run(f"{CONTROLLER}.setStep({step})")

    async def is_expression(self, code: str) -> bool:
        """Whether code is one expression, rather than statements."""
        answer = await self.wait_for(
            self._cdp.send(
                "Runtime.compileScript",
                {
                    "expression": f"(function () {{ return (\n{code}\n) }})",
                    "sourceURL": "",
                    "persistScript": False,
                },
            )
        )
        return "exceptionDetails" not in answer

    async def run(self, expression: str) -> Any:
        """Runs code in the page, under its policy. None when the page is left meanwhile."""
        from playwright.async_api import Error

        await self._follow()
        parameters = {
            "expression": expression,
            "awaitPromise": True,
            "returnByValue": True,
            "userGesture": True,
            "allowUnsafeEvalBlockedByCSP": False,
        }
        try:
            answer = await self.wait_for(self._cdp.send("Runtime.evaluate", parameters))
        except Error as error:
            if any(text in str(error) for text in ("context", "navigated", "collected")):
                await asyncio.sleep(0.01)
                await self._follow()
                return None
            raise
        if details := answer.get("exceptionDetails"):
            thrown = details.get("exception", {})
            raise ScriptError(str(thrown.get("description") or thrown.get("value")))
        return answer["result"].get("value")

    async def perform(self, expression: str) -> None:
        """Runs page code as a step does: what it throws is an error of the page."""
        try:
            await self.run(expression)
        except ScriptError as error:
            message = str(error).splitlines()[0]
            self.records["errors"].append({"step": self.step, "where": "page", "message": message})

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Waits for the page, but not for ever."""
        try:
            return await self._end.wait_for(work, self._limits.seconds)
        except NoAnswer:
            raise Stopped(self._why_no_answer()) from None

    def _why_no_answer(self) -> str:
        if self._network.documents > 1 and not self._loaded.is_set():
            return f"the page loaded {self._network.documents} pages and did not come to rest"
        return self._limits.describe("time", None)

    # ------------------------------------------------------------------------------- time
    async def let_pass(self, milliseconds: float) -> None:
        """Lets time pass, and everything that is due meanwhile happen."""
        until = self._now + milliseconds
        due: float = self._now
        timers = 0
        while self._now < until:
            await self._quiet()
            state = await self._advance(min(until, max(self._now + _TICK, due)))
            timers += state["ran"]
            due = until if state["next"] is None else state["next"]
            self._check(timers)
        for _ in range(_ROUNDS):  # what is due now, and what comes of it
            await self._quiet()
            state = await self._advance(until)
            timers += state["ran"]
            self._check(timers)
            if not state["ran"] and self._network.is_quiet:
                return

    @staticmethod
    def _check(timers: int) -> None:
        if timers >= _TIMERS_PER_STEP:
            raise Stopped(f"still busy after {_TIMERS_PER_STEP} timers in one step")

    async def _advance(self, until: float) -> Json:
        text = await self.run(f"{CONTROLLER}.advance({until!r}, {_TIMERS_PER_STEP})")
        if text is None:  # another page came
            return {"now": self._now, "next": None, "ran": 1}
        state: Json = json.loads(text)
        self._now = state["now"]
        return state

    async def _quiet(self) -> None:
        """Waits for the answers to open requests, in real time, and for what they start."""
        while not self._network.is_quiet:
            await self.wait_for(self._network.wait(_GRACE))
            await self.run(f"{CONTROLLER}.pause(4)")
        await self._follow()

    async def frames(self, milliseconds: int = 40) -> None:
        """Waits for the page to be drawn: scroll events come with frames, in real time."""
        await asyncio.sleep(milliseconds / 1000)
        await self.run("0")

    # ---------------------------------------------------------------------------- records
    async def collect(self) -> None:
        """Reads what the present document recorded; reading it again replaces that."""
        if text := await self.run(f"{CONTROLLER}.collect()"):
            self._keep(text)

    def _keep(self, text: str) -> None:
        recorded: Json = json.loads(text)
        self._documents[recorded.pop("document")] = recorded

    def records_by_name(self) -> dict[str, list[Any]]:
        """The sections of all documents, one document after the other, and the driver's own."""
        merged = defaultdict(list, {name: list(list_) for name, list_ in self.records.items()})
        for recorded in self._documents.values():
            for name, entries in recorded.items():
                merged[name].extend(entries)
        return merged
