"""The engine in a real page: Chromium through Playwright, for what needs a document.

A scenario gets a browser context of its own. Every request is answered here: pages of the site from
the scenario, gtm.js by the runtime, `responses`, and the rest not at all. The page's clock stands
still until a step lets time pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.runtime.browser_end import Stopped
from gtmgen.runtime.browser_page import BrowserPage
from gtmgen.runtime.browser_process import BrowserHost, browser_host
from gtmgen.runtime.browser_steps import play_steps
from gtmgen.runtime.engine import EngineError, PreparedContainer, Run, RunLimits, RunOptions

_LISTS = ("fired", "fields", "calls", "evals", "navigations", "requests")


def play_in_browser(
    container: PreparedContainer,
    scenario: Mapping[str, Any],
    options: RunOptions,
    limits: RunLimits,
    executable: str | None = None,
) -> Run:
    """Plays a scenario in Chromium. Raises EngineError without a Chromium or without Playwright."""
    host = browser_host(executable)
    return host.run(_play(host, container, scenario, options, limits))


async def _play(
    host: BrowserHost,
    container: PreparedContainer,
    scenario: Mapping[str, Any],
    options: RunOptions,
    limits: RunLimits,
) -> Run:
    from playwright.async_api import Error

    browser = await host.browser()
    page = BrowserPage(browser, container, scenario, options, limits)
    stopped = None
    try:
        await page.open()
        await play_steps(page, scenario)
        await page.collect()
    except Stopped as stop:
        stopped = str(stop)
    except Error as error:
        raise EngineError(f"the browser failed: {str(error).splitlines()[0]}") from None
    finally:
        if not await page.close():
            await host.lose()
    return _run(page, container, stopped, limits)


def _run(
    page: BrowserPage, container: PreparedContainer, stopped: str | None, limits: RunLimits
) -> Run:
    records = page.records_by_name()
    observed = {name: records[name] for name in _LISTS}
    messages = records["dataLayer"]
    observed["dataLayer"] = [one["message"] for one in messages]
    errors = records["errors"]
    stopped = stopped or limits.explain(records["stopped"])
    if stopped is None and any("Maximum call stack" in one["message"] for one in errors):
        stopped = limits.describe("recursion", None)
    return Run(
        observed,
        records["events"],
        None,
        stopped,
        tuple(dict.fromkeys([*container.unsupported, *records["unsupported"]])),
        tuple(errors),
        tuple(records["logs"]),
        tuple(one["message"] for one in messages if one["own"]),
    )
