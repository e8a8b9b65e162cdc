"""The engine in a real browser: the same runtime, in a page of a Chromium that is there already.

Every request of the page is answered here: its own pages, gtm.js (our runtime with the container),
and whatever the scenario answers; anything else fails. Nothing reaches the network.
"""

from __future__ import annotations

import atexit
import json
import re
import shutil
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from gtmgen.runtime.bundle import boot_call, runtime_script, script_json
from gtmgen.runtime.engine import Container, EngineError, Json, Limits, Options, Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page, Playwright, Request, Route

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--js-flags=--max-old-space-size=512",
)  # fmt: skip
_GTM: Final = "https://www.googletagmanager.com/gtm.js"
_LOAD_WAIT: Final = 250
_SETTLE: Final = 60
_NONCE: Final = re.compile(r"'nonce-([^']+)'")
_KEPT: Final = "__gtmgen"
_LISTS: Final = ("fired", "fields", "calls", "evals", "events", "errors", "logs")


class _Stopped(Exception):
    """The page was cut off; the text says why."""


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine, by its usual names."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def play_in_browser(
    container: Container,
    scenario: Mapping[str, Any],
    options: Options,
    limits: Limits,
    executable: str | None,
) -> Run:
    """Plays a scenario in a Chromium. Raises EngineError when there is none."""
    browser = _Browsers.get(executable)
    session = _Session(browser, container, scenario, options, limits)
    try:
        session.play()
    except _Stopped as stop:
        _Browsers.close()  # a page that hangs takes its browser along
        return session.result(stopped=str(stop))
    finally:
        session.close()
    return session.result()


class _Browsers:
    """One browser for many scenarios; each scenario has a context of its own."""

    _playwright: Playwright | None = None
    _browser: Browser | None = None

    @classmethod
    def get(cls, executable: str | None) -> Browser:
        if cls._browser is not None and cls._browser.is_connected():
            return cls._browser
        path = executable or find_chromium()
        if path is None:
            raise EngineError("there is no Chromium: install one, or name one in GTMGEN_CHROMIUM")
        try:
            from playwright.sync_api import Error, sync_playwright
        except ModuleNotFoundError:
            message = "the browser engine needs Playwright: install `gtmgen[browser]`"
            raise EngineError(message) from None
        if cls._playwright is None:
            cls._playwright = sync_playwright().start()
            atexit.register(cls.stop)
        try:
            cls._browser = cls._playwright.chromium.launch(
                executable_path=path, headless=True, args=list(_ARGUMENTS)
            )
        except Error as error:
            first = str(error).strip().split("\n")[0]
            raise EngineError(f"`{path}` does not start: {first}") from None
        return cls._browser

    @classmethod
    def close(cls) -> None:
        browser, cls._browser = cls._browser, None
        if browser is not None:
            try:
                browser.close()
            except Exception:  # noqa: S110 - it hangs or is gone: a new one is started
                pass

    @classmethod
    def stop(cls) -> None:
        cls.close()
        playwright, cls._playwright = cls._playwright, None
        if playwright is not None:
            playwright.stop()


class _Session:
    def __init__(
        self,
        browser: Browser,
        container: Container,
        scenario: Mapping[str, Any],
        options: Options,
        limits: Limits,
    ) -> None:
        self._container, self._scenario = container, scenario
        self._options, self._limits = options, limits
        self._step = -1
        self._records: dict[str, list[Any]] = {name: [] for name in _LISTS}
        self._requests: list[Json] = []
        self._navigations: list[Json] = []
        self._data_layer: list[Json] = []
        self._unsupported: list[str] = list(container.unsupported)
        self._url = str(scenario.get("url", "https://shop.example/"))
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(self._url))
        viewport = scenario.get("viewport", {"width": 1000, "height": 700})
        self._context = browser.new_context(viewport=viewport, service_workers="block")
        self._context.set_default_timeout(int(limits.seconds * 1000))
        self._page: Page = self._context.new_page()
        self._entered = 0
        self._cdp: CDPSession = self._context.new_cdp_session(self._page)

    # ------------------------------------------------------------------ the whole story
    def play(self) -> None:
        from playwright.sync_api import Error

        try:
            self._prepare()
            self._page.goto(self._url, wait_until="load", referer=self._scenario.get("referrer"))
            self._pass(int(self._scenario.get("loadWait", _LOAD_WAIT)))
            for index, step in enumerate(self._scenario.get("steps", ())):
                self._step = index
                self._play(step)
                settle = self._scenario.get("settle", _SETTLE)
                self._pass(int(step.get("wait", 0)) + int(step.get("settle", settle)))
            self._collect(
                self._evaluate("JSON.stringify(__gtmgen.earlier.concat([__gtmgen.driver.report()]))")
            )
        except Error as error:
            self._stop(error)

    def result(self, stopped: str | None = None) -> Run:
        records = self._records
        observed: Json = {name: records[name] for name in ("fired", "fields", "calls", "evals")}
        observed["requests"] = self._requests
        observed["navigations"] = self._navigations
        observed["dataLayer"] = [one["message"] for one in self._data_layer]
        own = tuple(one["message"] for one in self._data_layer if one["own"])
        return Run(
            observed, records["events"], None, stopped, tuple(dict.fromkeys(self._unsupported)),
            tuple(records["errors"]), tuple(records["logs"]), own,
        )  # fmt: skip

    def close(self) -> None:
        try:
            self._context.close()
        except Exception:  # noqa: S110 - the browser was killed with a page that hung
            pass

    # -------------------------------------------------------------------------- the page
    def _prepare(self) -> None:
        cookies = self._scenario.get("cookies") or {}
        if isinstance(cookies, Mapping):
            cookies = [{"name": name, "value": str(value)} for name, value in cookies.items()]
        if cookies:
            self._context.add_cookies(
                [{"name": c["name"], "value": str(c["value"]), "url": self._origin} for c in cookies]
            )
        self._cdp.send("Runtime.enable")
        scenario = {k: self._scenario.get(k) for k in ("record", "consentDefault", "dataLayer")}
        name = self._options.data_layer
        self._page.add_init_script(
            "if (window === window.top) {"
            f"const rt = {runtime_script('browser')};"
            "Object.defineProperty(window, '__gtmgen', {value: rt, enumerable: false});"
            # What a page that is left has recorded waits for the next one in the tab's storage.
            f"const key = {json.dumps(_KEPT)};"
            "rt.earlier = JSON.parse(sessionStorage.getItem(key) || '[]');"
            "sessionStorage.removeItem(key);"
            f"rt.driver.prepare({script_json(scenario)}, {script_json(name)});"
            "window.addEventListener('pagehide', () => sessionStorage.setItem(key,"
            " JSON.stringify(rt.earlier.concat([rt.driver.report()]))));"
            "}"
        )
        self._page.route("**/*", self._answer)

    def _answer(self, route: Route, request: Request) -> None:
        url = request.url
        if url.startswith(_GTM):
            self._fulfill(route, "text/javascript", self._gtm_script())
        elif request.is_navigation_request() and request.frame == self._page.main_frame:
            if self._entered:
                self._navigations.append({"step": self._step, "url": url})
            self._entered += 1
            self._fulfill(route, "text/html", self._document(url), self._headers())
        else:
            if not url.startswith(("data:", "blob:")):
                kind = request.resource_type
                self._requests.append({"step": self._step, "url": url, "kind": kind})
            body = self._response(url)
            if body is None:
                route.abort()
            else:
                kinds = {"script": "text/javascript", "stylesheet": "text/css"}
                self._fulfill(route, kinds.get(request.resource_type, "text/plain"), body)

    @staticmethod
    def _fulfill(route: Route, kind: str, body: str, headers: Mapping[str, str] = {}) -> None:  # noqa: B006
        route.fulfill(
            status=200,
            headers={
                "content-type": f"{kind}; charset=utf-8",
                "access-control-allow-origin": "*",
                **headers,
            },
            body=body,
        )

    def _headers(self) -> dict[str, str]:
        csp = self._scenario.get("csp")
        return {"content-security-policy": str(csp)} if csp else {}

    def _response(self, url: str) -> str | None:
        if any(re.search(one, url) for one in self._scenario.get("blocked", ())):
            return None
        for one in self._scenario.get("responses", ()):
            if re.search(one["match"], url):
                return str(one["body"])
        return "" if self._scenario.get("network") == "empty" else None

    def _gtm_script(self) -> str:
        boot = boot_call(
            self._container.version, self._container.templates, self._options.for_page()
        )
        return f"__gtmgen.currentStep = {self._step}; __gtmgen.boot({boot});"

    def _document(self, url: str) -> str:
        path = urlsplit(url).path or "/"
        pages: Mapping[str, str] = self._scenario.get("pages", {})
        first = url.split("#")[0] == self._url.split("#")[0]
        html = pages.get(path, None if first else pages.get("*"))
        if html is None:
            html = str(self._scenario.get("html", ""))
        return document(html, str(self._scenario.get("csp", "")), self._options.data_layer)

    # ------------------------------------------------------------------------------ steps
    def _play(self, step: Mapping[str, Any]) -> None:
        page = self._page
        self._evaluate(f"void (__gtmgen.currentStep = {self._step})")
        if "click" in step:
            page.click(str(step["click"]), **_click_options(step.get("options", {})))
        elif "fill" in step:
            page.fill(str(step["fill"]), str(step.get("value", "")))
        elif "submit" in step:
            page.eval_on_selector(str(step["submit"]), "form => form.requestSubmit()")
        elif "scroll" in step:
            target = step["scroll"]
            where = "document.documentElement.scrollHeight" if target == "bottom" else int(target)
            self._evaluate(f"window.scrollTo(0, {where})")
        elif "scrollIntoView" in step:
            page.locator(str(step["scrollIntoView"])).first.scroll_into_view_if_needed()
        elif "goto" in step:
            page.goto(urljoin(page.url, str(step["goto"])), wait_until="load")
            self._pass(_LOAD_WAIT)
        elif "navigate" in step or "reload" in step:
            code = (
                "location.reload()"
                if "reload" in step
                else f"location.href = {json.dumps(step['navigate'])}"
            )
            with page.expect_navigation(wait_until="load"):
                self._evaluate(f"void ({code})")
            self._pass(_LOAD_WAIT)
        elif "eval" in step:
            self._evaluate_step(str(step["eval"]))
        elif "wait" not in step:
            answer = self._evaluate(
                f"JSON.stringify(__gtmgen.driver.play({self._step}, {json.dumps(step)}) || {{}})"
            )
            if "unsupported" in json.loads(answer):
                raise EngineError(f"unknown step `{json.loads(answer)['unsupported']}`")

    def _evaluate_step(self, code: str) -> None:
        record = f"{{step: {self._step}, value: __gtmgen.describe(value)}}"
        expression = f"(() => {{ const value = (function(){{return ({code}\n)}}).call(window);"
        statements = f"(() => {{ const value = (function(){{{code}\n}}).call(window);"
        push = f"__gtmgen.records.evals.push({record})"
        answer = self._cdp.send("Runtime.compileScript", {
            "expression": f"{expression} {push}; }})()", "sourceURL": "", "persistScript": False,
        })  # fmt: skip
        if "exceptionDetails" not in answer:
            self._run_in_page(f"{expression} {push}; }})()")
        else:
            self._run_in_page(f"{statements} if (value !== undefined) {push}; }})()")

    def _run_in_page(self, code: str) -> None:
        """Code of the page: an error in it is the page's."""
        self._cdp.send("Runtime.evaluate", {"expression": code, "userGesture": True})

    def _evaluate(self, code: str) -> Any:
        answer = self._cdp.send("Runtime.evaluate", {
            "expression": code, "returnByValue": True, "timeout": self._limits.seconds * 1000,
        })  # fmt: skip
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description", details.get("text", ""))
            if "terminated" in text or "timed out" in text:
                raise _Stopped(self._too_long())
            return None
        return answer["result"].get("value")

    def _pass(self, milliseconds: int) -> None:
        """Lets real time pass, and answers requests meanwhile; then the page must still answer."""
        deadline = time.monotonic() + milliseconds / 1000
        while (left := deadline - time.monotonic()) > 0:
            self._page.wait_for_timeout(min(left, 0.25) * 1000)
        self._evaluate("1")

    # ---------------------------------------------------------------------------- results
    def _collect(self, text: str | None) -> None:
        if not text:
            return
        for report in json.loads(text):
            for name in _LISTS:
                self._records[name].extend(report["records"].get(name, ()))
            self._unsupported.extend(report["records"]["unsupported"])
            self._data_layer.extend(report["dataLayer"])

    def _too_long(self) -> str:
        return (
            f"it ran for more than {self._limits.seconds:g} s: an endless loop, or a regular "
            "expression that never ends"
        )

    def _stop(self, error: Exception) -> None:
        text = str(error)
        if "crash" in text.lower() or "closed" in text:
            raise _Stopped("the page crashed: it needs too much memory") from None
        if "Timeout" in text or "timeout" in text or "terminated" in text:
            raise _Stopped(f"{self._too_long()} ({text.split(chr(10))[0]})") from None
        raise EngineError(text.split("\n")[0]) from None


def _click_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Playwright's options for a click, with the names of its Python interface."""
    return {re.sub(r"[A-Z]", lambda m: f"_{m.group().lower()}", key): options[key] for key in options}


def document(html: str, csp: str, data_layer: str) -> str:
    """A page of the site with GTM's snippet in it; the snippet's scripts carry the policy's nonce."""
    nonce = match.group(1) if (match := _NONCE.search(csp)) else ""
    attribute = f' nonce="{nonce}"' if nonce else ""
    name = json.dumps(data_layer)
    layer = "" if data_layer == "dataLayer" else f"&l={data_layer}"
    snippet = (
        f"<script{attribute}>window[{name}]=window[{name}]||[];"
        f"window[{name}].push({{'gtm.start':Date.now(),event:'gtm.js'}});</script>"
        f'<script{attribute} async src="{_GTM}?id=GTM-TEST{layer}"></script>'
    )
    if "<!--GTM-->" in html:
        return html.replace("<!--GTM-->", snippet, 1)
    if nonce:
        html = re.sub(r"<script(?![^>]*\bnonce=)", f'<script nonce="{nonce}"', html)
    if re.search(r"<head\b[^>]*>", html, re.IGNORECASE):
        return re.sub(r"(<head\b[^>]*>)", lambda m: m.group(1) + snippet, html, count=1, flags=re.I)
    if re.search(r"<html\b", html, re.IGNORECASE):
        return re.sub(
            r"(<html\b[^>]*>)", lambda m: f"{m.group(1)}<head>{snippet}</head>", html, count=1, flags=re.I
        )
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>Shop</title>{snippet}</head>"
        f"<body>{html}</body></html>"
    )
