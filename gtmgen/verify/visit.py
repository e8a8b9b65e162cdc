"""One visit of a site in Chromium: a journey's steps, and everything that was seen meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urljoin, urlsplit

from gtmgen.runtime.browser_end import NoAnswer, PageEnd, Stopped
from gtmgen.runtime.browser_process import BrowserHost, browser_host
from gtmgen.scenarios.model import Call, Scenario
from gtmgen.scenarios.translate import milliseconds
from gtmgen.verify.activity import Activity
from gtmgen.verify.addresses import hide_address_secrets
from gtmgen.verify.entries import MOST_ENTRIES, Entries
from gtmgen.verify.model import Fate, RecordedRequest, Recording, StepSeen, TroubleKind
from gtmgen.verify.network import Traffic
from gtmgen.verify.script import BINDING, build_recorder, build_waiting_calls
from gtmgen.verify.setting import GOOGLE, VerifiedSpec, VisitedSite, VisitSetting
from gtmgen.verify.steps import StepFailed, load_page, play_step, run_code, set_cookies, step_title

if TYPE_CHECKING:
    from playwright.async_api import (
        BrowserContext,
        CDPSession,
        ConsoleMessage,
        Dialog,
        HttpCredentials,
        Page,
        Response,
    )
    from playwright.async_api import Request as PageRequest

T = TypeVar("T")

_WIDTH: Final = 1000  # of the page's window, in CSS pixels
_HEIGHT: Final = 700
_MOST_DOCUMENTS: Final = 10  # in one step
_OUT_OF_MEMORY: Final = "the page crashed: it needs more memory than it gets"
_NOISE: Final = "Failed to load resource"  # of a request, which is recorded itself


def record_visit(
    site: VisitedSite,
    subject: VerifiedSpec,
    setting: VisitSetting,
    scenario: Scenario,
    clock: Callable[[], float] = time.time,
) -> Recording:
    """Goes through a journey. Raises EngineError without a Chromium or without Playwright.

    ``clock`` gives seconds since 1970, as the page's own clock does.
    """
    host = browser_host(setting.executable, reachable(site, subject, setting))
    return host.run(_visit(host, _Visit(site, subject, setting, scenario, clock)))


def reachable(site: VisitedSite, subject: VerifiedSpec, setting: VisitSetting) -> tuple[str, ...]:
    """The hosts that the browser can reach at all."""
    google = () if setting.source == "compiled" else (GOOGLE,)
    platforms = subject.platform_hosts() if setting.send else ()
    return (*site.allowed, *google, *platforms)


async def _visit(host: BrowserHost, visit: _Visit) -> Recording:
    from playwright.async_api import Error

    stopped = ""
    browser = await host.browser()
    try:
        await visit.open(
            await browser.new_context(
                viewport={"width": _WIDTH, "height": _HEIGHT},
                service_workers="block",
                accept_downloads=False,
                http_credentials=visit.credentials,
                ignore_https_errors=visit.is_insecure,
            )
        )
        await visit.play()
    except (Stopped, StepFailed) as stop:
        stopped = str(stop)
    except Error as error:
        stopped = f"the browser failed: {str(error).splitlines()[0]}"
    finally:
        if not await visit.close():
            await host.lose()
    return visit.recording(stopped)


async def _answer(dialog: Dialog) -> None:
    """Says no to questions, but lets a journey leave a page that asks it to stay."""
    from playwright.async_api import Error

    with contextlib.suppress(Error):  # the page may have gone
        await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())


class _Visit:
    """The page of one visit."""

    def __init__(
        self,
        site: VisitedSite,
        subject: VerifiedSpec,
        setting: VisitSetting,
        scenario: Scenario,
        clock: Callable[[], float],
    ) -> None:
        self._site, self._subject, self._setting = site, subject, setting
        self._scenario, self._clock = scenario, clock
        self._began = 0.0
        self._entries = Entries(subject)
        self._traffic = Traffic(site, subject, setting, self._tell_request)
        self._steps: list[StepSeen] = []
        self._activity = Activity()
        self._documents_before = 0  # the present step
        self._end = PageEnd()
        self._context: BrowserContext | None = None
        self._page: Page

    @property
    def is_insecure(self) -> bool:
        """Whether any certificate of a host will do."""
        return self._setting.insecure

    @property
    def credentials(self) -> HttpCredentials | None:
        """The site's login, which no other site gets."""
        if self._site.login is None:
            return None
        name, password = self._site.login
        url = urlsplit(self._site.url)
        return {
            "username": name,
            "password": password,
            "origin": f"{url.scheme}://{url.netloc}",
            "send": "unauthorized",
        }

    # ---------------------------------------------------------------------- open and close
    async def open(self, context: BrowserContext) -> None:
        """A page whose every request and report comes here."""
        self._began = self._entries.began = self._clock()
        self._context = context
        cookies: Mapping[str, str] = self._scenario.setup.get("cookies", {})
        await set_cookies(context, cookies, self._site.url)
        await context.route("**/*", self._traffic.answer)
        self._page = await context.new_page()
        context.on("page", lambda popup: asyncio.ensure_future(self._close_window(popup)))
        self._listen(self._page)
        cdp: CDPSession = await context.new_cdp_session(self._page)
        cdp.on("Runtime.bindingCalled", self._reported)
        await cdp.send("Runtime.enable")
        await cdp.send("Runtime.addBinding", {"name": BINDING})
        await self._page.add_init_script(build_recorder(self._site.data_layer))

    def _listen(self, page: Page) -> None:
        page.on("request", self._open_request)
        page.on("requestfinished", self._close_request)
        page.on("requestfailed", self._fail_request)
        page.on("response", self._look_at_response)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complain("script", str(error)))
        page.on("dialog", lambda dialog: asyncio.ensure_future(_answer(dialog)))
        page.on("crash", lambda _: self._end.come(_OUT_OF_MEMORY))

    async def close(self) -> bool:
        """Ends the page. False when the browser does not answer any more."""
        return await self._end.close(self._context, 5)

    def recording(self, stopped: str) -> Recording:
        """What was seen."""
        return Recording(
            self._scenario,
            self._site.url,
            tuple(self._steps),
            tuple(self._entries.all),
            stopped,
            tuple(dict.fromkeys(self._traffic.containers)),
            self._began,
            self._traffic.container_failure,
            self.is_insecure,
        )

    # ------------------------------------------------------------------------------- steps
    async def play(self) -> None:
        """Plays the steps. A journey that begins with no `load` begins at the site's address."""
        steps = self._scenario.steps
        if not steps or steps[0].action != "load":
            referrer = str(self._scenario.setup.get("referrer", ""))
            await self._wait_for(load_page(self._page, self._site.url, referrer))
            await self._finish(-1, f"load {self._site.url}")
        for number, step in enumerate(steps):
            if self._traffic.is_given_up:
                return
            if step.action in ("load", "reload") and self._entries.documents:
                await self._collect_waiting()
            self._entries.step = number
            longest = self._setting.longest
            if step.action == "wait":
                longest += milliseconds(step.argument) / 1000
            await self._wait_for(play_step(self._page, step, self._site), longest)
            await self._finish(number, step_title(step))
        await self._collect_waiting()

    async def _finish(self, number: int, title: str) -> None:
        await self._activity.rest(
            self._setting.quiet,
            self._setting.longest,
            self._end.event,
            lambda: self._wait_for(run_code(self._page, "0")),
        )
        if self._end.has_come:
            raise Stopped(self._end.reason)
        picture = b""
        if self._setting.pictures:
            picture = await self._wait_for(self._page.screenshot(type="jpeg", quality=60))
        self._documents_before = self._entries.documents
        seconds = round(self._clock() - self._began, 3)
        self._steps.append(
            StepSeen(number, title, hide_address_secrets(self._page.url), seconds, picture)
        )

    async def _collect_waiting(self) -> None:
        """What waits for a script that did not come is told before its page goes."""
        for account in self._subject.accounts:
            script = account.observer.script
            if script is not None and not self._setting.send:
                await self._wait_for(
                    run_code(self._page, build_waiting_calls(account.pack, script))
                )

    async def _wait_for(self, work: Awaitable[T], seconds: float = 0) -> T:
        """Waits for the page, but not for ever."""
        longest = seconds or self._setting.longest
        try:
            return await self._end.wait_for(work, longest)
        except NoAnswer:
            self._end.come("")  # the browser may be busy for ever, and is given up
            raise Stopped(f"the page did not answer within {longest:g} s") from None

    # -------------------------------------------------------------------------- what is seen
    def _touch(self) -> None:
        self._activity.touch()
        if self._entries.is_full:
            self._end.come(f"the page made more than {MOST_ENTRIES:,} messages, calls and requests")
        if self._entries.documents - self._documents_before >= _MOST_DOCUMENTS:
            times = f"{_MOST_DOCUMENTS} times in one step"
            self._end.come(f"the page loads itself again and again ({times})")

    def _reported(self, event: Mapping[str, Any]) -> None:
        if event.get("name") == BINDING:
            self._entries.report(str(event["payload"]))
            self._touch()

    def _tell_request(
        self, request: PageRequest, fate: Fate, platform: str, calls: list[Call]
    ) -> None:
        seen = RecordedRequest(
            self._entries.at(self._clock()),
            request.method,
            hide_address_secrets(request.url),
            request.resource_type,
            fate,
            platform,
            urlsplit(request.url).hostname or "",
        )
        self._entries.add_request(seen, calls)
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
        told = f"{page} leads to {hide_address_secrets(target)}"
        self._complain("page", f"{told}, which `--allow-host {host}` would let in")

    async def _close_window(self, window: Page) -> None:
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
