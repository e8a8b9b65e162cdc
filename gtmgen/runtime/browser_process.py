"""One Chromium for many scenarios, driven from a thread of its own.

Playwright's asynchronous interface is used because each call needs a limit: a page that never
returns must not hold up the caller. The browser reaches no network: what the driver does not answer
goes to a proxy that does not exist. Or it reaches the hosts that are named, and no others: of no
other does a name resolve, whatever redirects or opens a socket. Where the machine reaches the web
through a proxy, the gate before that keeps the others away.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gtmgen.runtime.browser_gate import Gate, find_proxies
from gtmgen.runtime.engine import EngineError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

T = TypeVar("T")

# The shell is Chromium without a window's frame: a scenario costs half of the processor's time in
# it. Measured 2026-11-29 with 110 recorded scenarios: 28 s instead of 61.
_NAMES: Final = (
    "chromium-headless-shell", "chrome-headless-shell",
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
)  # fmt: skip
_HEAP_MEGABYTES: Final = 256
_HEAP_MEGABYTES_OF_SITE: Final = 1024
_DISABLED_FEATURES: Final = (
    "IsolateOrigins", "site-per-process", "BackForwardCache", "RenderDocument",
    # The suggestions under the address bar, which nobody sees here, are two pages in a process of
    # their own for each window: two thirds of a scenario's processor time. Measured 2026-11-28.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
)  # fmt: skip
ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--disable-features={','.join(_DISABLED_FEATURES)}", "--disable-site-isolation-trials",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip
"""Of every Chromium that is started, whatever it may reach."""
# No address resolves and no connection leaves, not of a WebSocket either, nor to this machine.
_CLOSED: Final = (
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    f"--js-flags=--max-old-space-size={_HEAP_MEGABYTES}",
)  # fmt: skip


def _network_arguments(hosts: Sequence[str], gate: int = 0) -> tuple[str, ...]:
    """``gate`` is the port of the gate, where there is one: everything goes through it."""
    if not hosts:
        return _CLOSED
    excluded = "".join(f", EXCLUDE {host}" for host in [*hosts, *(["127.0.0.1"] if gate else [])])
    through = (f"--proxy-server=http://127.0.0.1:{gate}", "--proxy-bypass-list=<-loopback>")
    return (
        *(through if gate else ("--no-proxy-server",)),
        f"--host-resolver-rules=MAP * ~NOTFOUND{excluded}",
        f"--js-flags=--max-old-space-size={_HEAP_MEGABYTES_OF_SITE}",
    )


def find_chromium() -> str | None:
    """The path of a Chromium or a browser built on it, by its usual names; None without one."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class BrowserHost:
    """Starts Chromium when first needed, starts it again when it was lost; safe between threads."""

    def __init__(self, executable: str, hosts: Sequence[str] = ()) -> None:
        self._executable = executable
        self._hosts = hosts
        self._gate: Gate | None = None
        self._gate_port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._lock = threading.Lock()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine on the browser's thread and waits for its result."""
        with self._lock:
            future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
            return future.result()

    async def browser(self) -> Browser:
        """The running browser."""
        if self._browser and self._browser.is_connected():
            return self._browser
        from playwright.async_api import Error, async_playwright

        if self._playwright is None:
            self._playwright = await async_playwright().start()
        if self._hosts and self._gate is None and (proxies := find_proxies()):
            gate = Gate(self._hosts, proxies)
            self._gate_port = await gate.open()
            self._gate = gate
        arguments = [*ARGUMENTS, *_network_arguments(self._hosts, self._gate_port)]
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._executable, headless=True, args=arguments
            )
        except Error as error:
            reason = str(error).strip().splitlines()[0]
            raise EngineError(f"{self._executable} does not start: {reason}") from None
        return self._browser

    async def lose(self) -> None:
        """Ends a browser that does not answer; the next scenario starts another."""
        browser, self._browser = self._browser, None
        if browser:
            await _within(browser.close(), 5)

    def close(self) -> None:
        """Ends the browser and the thread."""
        if not self._thread.is_alive():
            return

        async def stop() -> None:
            await self.lose()
            if self._gate is not None:
                self._gate.close()
            if self._playwright:
                await _within(self._playwright.stop(), 5)

        self.run(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._loop.is_running():
            self._loop.close()


async def _within(work: Coroutine[Any, Any, Any], seconds: float) -> bool:
    """Waits for something to end; False when it did not, or failed."""
    try:
        await asyncio.wait_for(work, seconds)
    except Exception:  # whatever it is, the browser is given up
        return False
    return True


_hosts: dict[tuple[str, ...], BrowserHost] = {}


def browser_host(executable: str | None, hosts: Sequence[str] = ()) -> BrowserHost:
    """The browser at a path, or the first with a usual name. Raises EngineError without one.

    ``hosts`` are the names, or patterns such as ``*.example.com``, that it may reach.
    """
    path = executable or find_chromium()
    if path is None:
        raise EngineError(
            "no Chromium on this machine: install one, or give the path of one (GTMGEN_CHROMIUM)"
        )
    if not Path(path).is_file():
        raise EngineError(f"no Chromium at {path}")
    try:
        import playwright  # noqa: F401
    except ImportError:
        raise EngineError(
            "the browser engine needs Playwright: install `gtmgen[browser]`"
        ) from None
    key = (path, *sorted(hosts))
    if key not in _hosts:
        _hosts[key] = BrowserHost(path, key[1:])
    return _hosts[key]


def close_browsers() -> None:
    """Ends all browsers that were started."""
    for host in _hosts.values():
        host.close()
    _hosts.clear()


atexit.register(close_browsers)
