"""One visit of a site in Chromium: a journey's steps, recorded while they are played."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from gtmgen.runtime.browser_end import NoAnswer, PageEnd, Stopped
from gtmgen.runtime.browser_process import BrowserHost, browser_host
from gtmgen.scenarios.model import Scenario
from gtmgen.scenarios.translate import milliseconds
from gtmgen.verify.activity import Activity
from gtmgen.verify.addresses import hide_address_secrets
from gtmgen.verify.entries import Entries
from gtmgen.verify.listener import PageListener
from gtmgen.verify.model import Recording, StepSeen
from gtmgen.verify.network import Traffic
from gtmgen.verify.script import BINDING, build_recorder, build_waiting_calls
from gtmgen.verify.setting import GOOGLE, VerifiedSpec, VisitedSite, VisitSetting
from gtmgen.verify.steps import StepFailed, load_page, play_step, run_code, set_cookies, step_title

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, HttpCredentials, Page

T = TypeVar("T")

_WIDTH: Final = 1000  # of the page's window, in CSS pixels
_HEIGHT: Final = 700


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
        self._steps: list[StepSeen] = []
        self._activity = Activity()
        self._end = PageEnd()
        self._listener = PageListener(site, self._entries, self._activity, self._end, clock)
        self._traffic = Traffic(site, subject, setting, self._listener.record_request)
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
        context.on("page", lambda popup: asyncio.ensure_future(self._listener.close_window(popup)))
        self._listener.listen(self._page, self._traffic)
        cdp: CDPSession = await context.new_cdp_session(self._page)
        cdp.on("Runtime.bindingCalled", self._listener.hear_report)
        await cdp.send("Runtime.enable")
        await cdp.send("Runtime.addBinding", {"name": BINDING})
        await self._page.add_init_script(build_recorder(self._site.data_layer))

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
        await self._activity.wait_for_rest(
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
        self._listener.begin_step()
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
