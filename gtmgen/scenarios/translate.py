"""Scenarios in the words of the recorded vectors, which both engines play."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gtmgen.container.entities import CONSENT_TYPES
from gtmgen.scenarios.model import LOAD, Account, Json, Scenario, Step

RECORDER = "gtmgenObserve"
"""The page's global function that the stand-ins for vendors' scripts report to."""

_UNITS = {"ms": 1, "s": 1000, "m": 60_000}


@dataclass(frozen=True)
class Script:
    """A scenario for the engines, and how to read its records.

    ``steps`` gives for each step of the engine, beginning with the load, the scenario's step;
    ``looks`` are the engine's steps that look at what waits in a queue, and whose.
    """

    scenario: Json
    steps: tuple[int, ...]
    looks: dict[int, str] = field(default_factory=dict)


def translate(scenario: Scenario, accounts: Sequence[Account], origin: str) -> Script:
    """``origin`` is the site's, ``https://shop.example``, for addresses that are paths."""
    return _Translator(scenario, accounts, origin).script()


class _Translator:
    def __init__(self, scenario: Scenario, accounts: Sequence[Account], origin: str) -> None:
        self._scenario = scenario
        self._origin = origin
        self._observed = {one.pack: one.observer for one in accounts if one.observer.script_url}
        blocked = scenario.setup.get("block", ())
        self._blocked = {one.pack for one in accounts if one.name in blocked or "all" in blocked}
        self._steps: list[Json] = []
        self._map: list[int] = [LOAD]
        self._looks: dict[int, str] = {}

    def script(self) -> Script:
        setup = self._scenario.setup
        steps = list(enumerate(self._scenario.steps))
        cookies = dict(setup.get("cookies", {}))
        while steps and steps[0][1].action == "set_cookie":
            # The first page may read them as it loads.
            cookies.update(steps.pop(0)[1].argument)
        url = self._origin + "/"
        if steps and steps[0][1].action == "load":
            self._map[0], first = steps.pop(0)
            url = self._build_address(first.argument)
        if self._blocked:
            # A vendor's script that is kept away reports nothing: its queue is read after each
            # step.
            self._look(self._map[0])
        for number, step in steps:
            self._play(number, step)
        if not self._blocked:
            self._look(self._map[-1])
        result: Json = {
            "url": url,
            "steps": self._steps,
            "record": [RECORDER],
            "responses": self._build_responses(),
        }
        for name, key in (
            ("consent_default", "consentDefault"),
            ("referrer", "referrer"),
            ("html", "html"),
            ("pages", "pages"),
            ("csp", "csp"),
        ):
            if name in setup:
                result[key] = setup[name]
        messages = list(setup.get("data_layer", ()))
        if "consent" in setup:
            update = ["consent", "update", consent_update(setup["consent"])]
            # First: what stands before it is handled as if nobody had chosen.
            messages.insert(0, {"$arguments": update})
        if messages:
            result["dataLayer"] = messages
        if cookies:
            result["cookies"] = [{"name": name, "value": value} for name, value in cookies.items()]
        return Script(result, tuple(self._map), self._looks)

    def _play(self, number: int, step: Step) -> None:
        if step.action == "request":  # goes to the server container, past the page
            return
        # What is still in a queue when the page is left would be gone with it.
        if step.action in ("load", "reload") and not self._blocked:
            self._look(self._map[-1])
        for one in self._list_engine_steps(step):
            self._steps.append(one)
            self._map.append(number)
        if self._blocked:
            self._look(number)

    def _look(self, number: int) -> None:
        for pack, observer in sorted(self._observed.items()):
            assert observer.script is not None
            code = (
                f"(function () {{ var calls = []; ({observer_source(observer.script)})"
                "(window, function (call) { calls.push(call); }, false); return calls; })()"
            )
            self._looks[len(self._steps)] = pack
            self._steps.append({"eval": code})
            self._map.append(number)

    def _build_responses(self) -> list[Json]:
        responses: list[Json] = []
        blocked = []
        for pack, observer in sorted(self._observed.items()):
            assert observer.script is not None
            pattern = re.escape(str(observer.script_url)).replace("/", r"\/")
            if pack in self._blocked:
                blocked.append(pattern)
                continue
            report = f"function (call) {{ window.{RECORDER}({json.dumps(pack)}, call); }}"
            body = f"({observer_source(observer.script)})(window, {report}, true);"
            responses.append({"match": pattern, "body": body})
        lookahead = f"^(?!.*(?:{'|'.join(blocked)}))" if blocked else ""
        # Everything else answers with nothing: no test of a scenario leaves the machine.
        return [*responses, {"match": lookahead, "body": ""}]

    def _build_address(self, target: str) -> str:
        is_whole = "://" in target and not target.startswith("/")  # not `/login?next=https://...`
        return target if is_whole else self._origin + "/" + target.lstrip("/")

    def _list_engine_steps(self, step: Step) -> Iterator[Json]:
        argument = step.argument
        match step.action:
            case "load":
                yield {"goto": self._build_address(argument)}
            case "navigate":
                yield {"pushState": argument}
            case "replace":
                yield {"replaceState": argument}
            case "consent":
                yield {"consentUpdate": consent_update(argument)}
            case "set_cookie":
                for name, value in argument.items():
                    yield {
                        "eval": f"void (document.cookie = {json.dumps(f'{name}={value}; path=/')})"
                    }
            case "fill":
                for selector, value in argument.items():
                    yield {"fill": selector, "value": value}
            case "scroll":
                element = isinstance(argument, str) and argument != "bottom"
                yield {"scrollIntoView" if element else "scroll": argument}
            case "wait":
                yield {"wait": milliseconds(argument)}
            case action:
                yield {action: argument}


def consent_update(argument: Any) -> Json:
    """A consent step's argument as gtag has it; one word is for all types."""
    return dict.fromkeys(CONSENT_TYPES, argument) if isinstance(argument, str) else argument


def milliseconds(text: str) -> int:
    """A duration such as `2s` or `500ms`."""
    match = re.fullmatch(r"([0-9.]+)(ms|s|m)", text)
    assert match is not None, text
    return round(float(match[1]) * _UNITS[match[2]])


@lru_cache(maxsize=16)
def observer_source(path: Path) -> str:
    """A stand-in's code: one function expression, without the comments before it."""
    return path.read_text(encoding="utf-8").strip()
