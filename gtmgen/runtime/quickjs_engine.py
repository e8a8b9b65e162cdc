"""The engine in process: QuickJS with a page of its own, virtual time and no DOM.

Each page load has a JavaScript realm that no other page has touched, or that was put back to what
it was; cookies and storage go along. Time passes only when the scenario lets it: after the load,
after each step, and where it waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gtmgen.runtime.engine import (
    DOM_STEPS,
    EngineError,
    Json,
    PreparedContainer,
    Run,
    RunLimits,
    RunOptions,
)
from gtmgen.runtime.quickjs_interpreter import Interpreter, StoppedError

_LOAD_WAIT: Final = 300
_SETTLE: Final = 60
_PAGES: Final = 50
_LISTS: Final = (
    "fired", "fields", "calls", "requests", "evals", "navigations", "events", "errors", "logs",
    "stopped",
)  # fmt: skip


def play(
    container: PreparedContainer,
    scenario: Mapping[str, Any],
    options: RunOptions,
    limits: RunLimits,
) -> Run:
    """Plays a scenario in QuickJS."""
    if reason := _needs_browser(scenario):
        return Run(skipped=reason)
    session = _Session(container, scenario, options, limits)
    try:
        session.play()
    except StoppedError as stop:
        return session.result(stopped=str(stop))
    return session.result()


def _needs_browser(scenario: Mapping[str, Any]) -> str | None:
    for step in scenario.get("steps", ()):
        for name in DOM_STEPS:
            if name in step:
                return f"the step `{name}` needs a browser"
    if scenario.get("csp"):
        return "a Content-Security-Policy needs a browser"
    return None


class _Session:
    def __init__(
        self,
        container: PreparedContainer,
        scenario: Mapping[str, Any],
        options: RunOptions,
        limits: RunLimits,
    ) -> None:
        self._container, self._scenario = container, scenario
        self._options, self._limits = options, limits
        self._records: dict[str, list[Any]] = {name: [] for name in _LISTS}
        self._unsupported: list[str] = list(container.unsupported)
        self._needs_dom: list[str] = []
        self._data_layer: list[Any] = []
        self._state: Json = {
            "cookies": [
                {"name": name, "value": str(value), "path": "/"}
                for name, value in _cookies(scenario).items()
            ],
            "localStorage": {},
            "sessionStorage": {},
            "now": options.now,
        }
        self._referrer = str(scenario.get("referrer", ""))
        self._entered: list[str] = []

    # ------------------------------------------------------------------ the whole story
    def play(self) -> None:
        steps = list(self._scenario.get("steps", ()))
        url = str(self._scenario.get("url", "https://shop.example/"))
        self._open(url, step=-1)
        for index, step in enumerate(steps):
            self._step(index, step)
        self._close()

    def result(self, stopped: str | None = None) -> Run:
        records = self._records
        stopped = stopped or self._limits.explain(records["stopped"])
        observed = {
            name: records[name]
            for name in ("fired", "fields", "calls", "evals", "navigations", "requests")
        }
        observed["dataLayer"] = [one["message"] for one in self._data_layer]
        own_messages = tuple(one["message"] for one in self._data_layer if one["own"])
        skipped = f"needs a browser: {', '.join(self._needs_dom)}" if self._needs_dom else None
        return Run(
            observed, records["events"], skipped, stopped, tuple(dict.fromkeys(self._unsupported)),
            tuple(records["errors"]), tuple(records["logs"]), own_messages,
        )  # fmt: skip

    # ------------------------------------------------------------------------- one page
    def _open(self, url: str, step: int) -> None:
        self._interpreter = Interpreter("page", self._limits)
        page = {
            **self._state,
            "url": url,
            "referrer": self._referrer,
            "network": self._scenario.get("network"),
            "responses": self._scenario.get("responses", []),
            "blocked": self._scenario.get("blocked", []),
            # Another seed for each page: what a page makes at random is not the same on the next
            # one.
            "seed": self._options.seed + len(self._entered),
        }
        self._entered.append(url)
        self._interpreter.do("open", step, page)
        scenario = {k: self._scenario.get(k) for k in ("record", "consentDefault", "dataLayer")}
        self._interpreter.do("load", scenario, self._html(url), self._options.data_layer)
        self._interpreter.boot(self._container, self._options.for_page())
        self._interpreter.pass_time(int(self._scenario.get("loadWait", _LOAD_WAIT)))
        self._follow(step)

    def _html(self, url: str) -> str:
        path = "/" + url.split("://", 1)[-1].split("/", 1)[-1].split("?")[0].split("#")[0]
        pages: Mapping[str, str] = self._scenario.get("pages", {})
        if len(self._entered) > 1 or path in pages:
            return str(pages.get(path, self._scenario.get("html", "")))
        return str(self._scenario.get("html", ""))

    def _step(self, index: int, step: Mapping[str, Any]) -> None:
        answer = self._interpreter.do("play", index, step)
        if answer and "unsupported" in answer:
            raise EngineError(f"unknown step `{answer['unsupported']}`")
        waited = int((answer or {}).get("wait", 0))
        self._interpreter.pass_time(
            waited + int(step.get("settle", self._scenario.get("settle", _SETTLE)))
        )
        self._follow(index)

    def _follow(self, step: int) -> None:
        """Loads the page that the visitor went to, if any."""
        state = self._interpreter.do("state")
        leaving = state.get("leaving")
        if not leaving:
            return
        if len(self._entered) >= _PAGES:
            raise StoppedError(f"more than {_PAGES} pages were loaded: the page reloads itself")
        self._close()
        self._records["navigations"].append({"step": step, "url": leaving["url"]})
        # As browsers do: a reload keeps the referrer, an address that is typed has none.
        self._referrer = self._referrer if leaving["how"] == "reload" else state["url"]
        if leaving["how"] == "goto":
            self._referrer = ""
        self._state = {
            key: state[key] for key in ("cookies", "localStorage", "sessionStorage", "now")
        }
        self._open(leaving["url"], step)

    def _close(self) -> None:
        self._collect()
        self._interpreter.release()

    def _collect(self) -> None:
        records = self._interpreter.do("records")
        for name in _LISTS:
            self._records[name].extend(records.get(name, ()))
        self._unsupported.extend(records["unsupported"])
        self._needs_dom.extend(one for one in records["needsDom"] if one not in self._needs_dom)
        self._data_layer.extend(self._interpreter.do("dataLayer") or [])


def _cookies(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
    cookies = scenario.get("cookies") or {}
    if isinstance(cookies, Mapping):
        return cookies
    return {str(one["name"]): one["value"] for one in cookies}
