"""The steps of a scenario, played in a real page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from gtmgen.runtime.browser_page import BrowserPage
from gtmgen.runtime.browser_source import CONTROLLER, gtag_source, js_source, push_source
from gtmgen.runtime.engine import EngineError, Json

_SETTLE: Final = 60
_ACTION_TIMEOUT: Final = 3000  # ms until an element must be there


async def play_steps(page: BrowserPage, scenario: Mapping[str, Any]) -> None:
    """Plays all steps. Raises EngineError for a step that is none, or whose element is missing."""
    settle = float(scenario.get("settle", _SETTLE))
    for index, step in enumerate(scenario.get("steps") or ()):
        await page.begin(index)
        await _play(page, index, step)
        await page.let_pass(float(step.get("wait", 0)) + float(step.get("settle", settle)))


async def _play(page: BrowserPage, index: int, step: Json) -> None:
    if code := _code(page, step):
        await page.perform(code)
    elif "eval" in step:
        await _evaluate(page, str(step["eval"]))
    elif "goto" in step:
        await page.goto(str(step["goto"]))
    elif "reload" in step:
        await page.reload()
    elif "click" in step or "fill" in step:
        await _act(page, index, step)
    elif "submit" in step:
        await _submit(page, index, step)
    elif "scroll" in step or "scrollIntoView" in step:
        await page.perform(scrolling_code(step))
        await page.frames()
        await page.let_pass(150)
        await page.frames()
    elif "wait" not in step:
        raise EngineError(f"unknown step `{next(iter(step), '')}`")


def _code(page: BrowserPage, step: Json) -> str | None:
    """The page code of a step that is nothing else."""
    match step:
        case {"push": list(messages)}:
            return push_source([js_source(one) for one in messages], page.data_layer)
        case {"push": message}:
            return push_source([js_source(message)], page.data_layer)
        case {"gtag": list(arguments)}:
            return push_source([gtag_source(arguments)], page.data_layer)
        case {"consentUpdate": update}:
            return push_source([gtag_source(["consent", "update", update])], page.data_layer)
        case {"hash": fragment}:
            return f"location.hash = {json.dumps(fragment)}"
        case {"navigate": target}:
            return f"location.href = {json.dumps(target)}"
        case {"back": _}:
            return "history.back()"
        case {"forward": _}:
            return "history.forward()"
        case {"cookie": text}:
            return f"document.cookie = {json.dumps(text)}"
        case {"error": text}:
            return f"{CONTROLLER}.throwLater({json.dumps(text)}); {CONTROLLER}.pause(5)"
    for name in ("pushState", "replaceState"):
        if name in step:
            return f"history.{name}({js_source(step.get('state'))}, '', {json.dumps(step[name])})"
    return None


async def _evaluate(page: BrowserPage, code: str) -> None:
    is_expression = await page.is_expression(code)
    body = f"return (\n{code}\n)" if is_expression else code
    flag = "true" if is_expression else "false"
    await page.perform(f"{CONTROLLER}.evaluate(function () {{ {body}\n}}, {flag})")


async def _act(page: BrowserPage, index: int, step: Json) -> None:
    from playwright.async_api import TimeoutError as ActionTimeout

    try:
        if "click" in step:
            given: Mapping[str, Any] = step.get("options") or {}
            options = {_python_name(name): value for name, value in given.items()}
            options.setdefault("timeout", _ACTION_TIMEOUT)
            await page.wait_for(page.page.click(str(step["click"]), **options))
        else:
            value = str(step.get("value", ""))
            await page.wait_for(page.page.fill(str(step["fill"]), value, timeout=_ACTION_TIMEOUT))
    except ActionTimeout:
        name = "click" if "click" in step else "fill"
        raise EngineError(
            f"step {index}: `{name}` finds no element that can be used: {step[name]}"
        ) from None


def _python_name(option: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", option)


async def _submit(page: BrowserPage, index: int, step: Json) -> None:
    selector = json.dumps(step["submit"])
    answer = await page.run(
        f"(function (element) {{ if (!element) return false;"
        f" const form = element.closest('form') || element.form; if (!form) return false;"
        f" form.requestSubmit(); return true; }})(document.querySelector({selector}))"
    )
    if answer is False:
        raise EngineError(f"step {index}: `submit` finds no form: {step['submit']}")


def scrolling_code(step: Json) -> str:
    if "scrollIntoView" in step:
        selector = json.dumps(step["scrollIntoView"])
        return f"document.querySelector({selector}).scrollIntoView({{block: 'center'}})"
    target = step["scroll"]
    if target == "bottom":
        return "window.scrollTo(0, document.documentElement.scrollHeight)"
    if target == "top":
        return "window.scrollTo(0, 0)"
    if isinstance(target, Mapping):
        return (
            f"window.scrollTo({json.dumps(target.get('x', 0))}, {json.dumps(target.get('y', 0))})"
        )
    return f"window.scrollTo(0, {json.dumps(target)})"
