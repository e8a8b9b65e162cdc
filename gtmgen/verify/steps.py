"""The steps of a journey, played on a real site."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from gtmgen.diagnostics import Path, Problem
from gtmgen.runtime.browser_source import gtag_source, js_source, push_source
from gtmgen.runtime.browser_steps import scrolling_code
from gtmgen.scenarios.model import Scenario, Step
from gtmgen.scenarios.translate import consent_update, milliseconds
from gtmgen.text import shorten
from gtmgen.verify.setting import VisitedSite

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

_ELEMENT_SECONDS: Final = 5.0
_FLUFF: Final = re.compile(r"^(?:Locator\.\w+: )?(?:Error: )?")  # before what Playwright says
_LOAD_SECONDS: Final = 3.0
#: What a scenario may say beside its steps and means something on a site that is really there.
_SETUP: Final = frozenset(("cookies", "referrer"))
_SUBMIT: Final = """(element) => {
  const form = element.closest('form') || element.form;
  if (form) form.requestSubmit();
  return Boolean(form);
}"""


class StepFailed(Exception):  # noqa: N818 - the journey's fault, not one of ours
    """A step cannot be played; the text says why."""


def step_title(step: Step) -> str:
    """A step in a few words; what is typed into a field is nobody's business."""
    if step.action in ("fill", "set_cookie"):
        return f"{step.action} {', '.join(step.argument)}"
    if step.argument is True:
        return step.action
    if isinstance(step.argument, str):
        return f"{step.action} {step.argument}"
    return f"{step.action} {json.dumps(step.argument, ensure_ascii=False)}"


def check_journey(scenarios: Iterable[Scenario], site: VisitedSite) -> list[Problem]:
    """What a journey asks for that a real site cannot do, or that leads elsewhere."""
    problems = []
    for scenario in scenarios:
        for name in scenario.setup:
            if name not in _SETUP:
                problems.append(_no_setup(name, (*scenario.path, name)))
        for step in scenario.steps:
            if step.action != "load":
                continue
            url = urlsplit(urljoin(site.url, step.argument))
            host = url.hostname or ""
            if url.scheme not in ("http", "https"):
                message = f"{shorten(step.argument)} is not the address of a page"
                hint = "write a path, `/cart`, or a whole address"
                problems.append(Problem("journey", (*step.path, "load"), message, hint))
            elif not site.allows(host):
                problems.append(
                    Problem(
                        "journey",
                        (*step.path, "load"),
                        f"the journey leads to `{host}`, which may not be visited",
                        f"add `--allow-host {host}`",
                    )
                )
    return problems


def _no_setup(name: str, path: Path) -> Problem:
    message = f"`{name}` makes a page up; on a site that is there it means nothing"
    hint = "a journey has `steps` and `expect`, and perhaps `cookies` and `referrer`"
    return Problem("journey", path, message, hint)


async def play_step(page: Page, step: Step, site: VisitedSite) -> None:
    """Plays one step. Raises :class:`StepFailed` where its element is not there."""
    match step.action:
        case "load":
            await load_page(page, urljoin(site.url, step.argument))
        case "reload":
            await page.reload(wait_until="domcontentloaded")
            await _wait_for_rest_of(page)
        case "back":
            await run_code(page, "history.back()")
        case "forward":
            await run_code(page, "history.forward()")
        case "set_cookie":
            await set_cookies(page.context, step.argument, site.url)
        case "click" | "fill" | "submit":
            await _act(page, step)
        case "wait":
            await page.wait_for_timeout(milliseconds(step.argument))
        case _:
            await run_code(page, f"(() => {{ {_code(step, site.data_layer)} }})()")


async def set_cookies(context: BrowserContext, cookies: Mapping[str, str], url: str) -> None:
    """Gives the visitor cookies. Raises :class:`StepFailed` where one holds what none may."""
    from playwright.async_api import Error

    for name, value in cookies.items():
        try:
            await context.add_cookies([{"name": name, "value": str(value), "url": url}])
        except Error:
            told = "the browser does not take its name or its value"
            raise StepFailed(f"the cookie {shorten(name)} cannot be set: {told}") from None


async def run_code(page: Page, code: str) -> None:
    """Runs an expression in the page; one that is left meanwhile has no answer."""
    from playwright.async_api import Error

    try:
        await page.evaluate(code)
    except Error as error:
        if "context was destroyed" not in str(error):
            raise StepFailed(f"the page's code fails: {str(error).splitlines()[0]}") from None


async def load_page(page: Page, url: str, referrer: str = "") -> None:
    """Loads an address. Raises :class:`StepFailed` where nobody answers."""
    from playwright.async_api import Error

    try:
        await page.goto(url, wait_until="domcontentloaded", referer=referrer or None)
    except Error as error:
        reason = str(error).splitlines()[0].removeprefix("Page.goto: ").partition(" at ")[0]
        raise StepFailed(f"{url} cannot be loaded: {reason}") from None
    await _wait_for_rest_of(page)


async def _wait_for_rest_of(page: Page) -> None:
    """Waits for images, frames and the like; one that never comes holds nobody up."""
    from playwright.async_api import TimeoutError as NotLoaded

    with contextlib.suppress(NotLoaded):
        await page.wait_for_load_state("load", timeout=_LOAD_SECONDS * 1000)


async def _act(page: Page, step: Step) -> None:
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as NoElement

    limit = _ELEMENT_SECONDS * 1000
    selectors = step.argument if isinstance(step.argument, dict) else {step.argument: ""}
    for selector, value in selectors.items():
        try:
            await _use(page, step.action, selector, value, limit)
        except NoElement:
            message = f"`{step.action}` finds no element that can be used: {shorten(selector)}"
            raise StepFailed(message) from None
        except Error as error:
            reason = _FLUFF.sub("", str(error).splitlines()[0])
            message = f"`{step.action}` cannot be done at {shorten(selector)}: {reason}"
            raise StepFailed(message) from None


async def _use(page: Page, action: str, selector: str, value: str, limit: float) -> None:
    element = page.locator(selector).first
    if action == "click":
        await element.click(timeout=limit)
    elif action == "fill":
        await element.fill(value, timeout=limit)
    elif not await element.evaluate(_SUBMIT, timeout=limit):
        raise StepFailed(f"`submit` finds no form: {shorten(selector)}")


def _code(step: Step, data_layer: str) -> str:
    """The page code of a step that is nothing else."""
    argument: Any = step.argument
    match step.action:
        case "push":
            messages = argument if isinstance(argument, list) else [argument]
            return push_source([js_source(one) for one in messages], data_layer)
        case "gtag":
            return push_source([gtag_source(argument)], data_layer)
        case "consent":
            command = ["consent", "update", consent_update(argument)]
            return push_source([gtag_source(command)], data_layer)
        case "navigate":
            return f"history.pushState(null, '', {json.dumps(argument)})"
        case "replace":
            return f"history.replaceState(null, '', {json.dumps(argument)})"
        case "hash":
            return f"location.hash = {json.dumps(argument)}"
    element = isinstance(argument, str) and argument != "bottom"
    return scrolling_code({"scrollIntoView" if element else "scroll": argument})
