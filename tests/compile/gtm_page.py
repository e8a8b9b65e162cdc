"""A tab with an exported container in the engine: which tags fire at each step, and with what.

The engine agrees with the recorded runs of Google's runtime; it knows nothing of specs.
"""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.util import find_spec
from typing import Any

import pytest
import quickjs

from gtmgen.runtime.browser_process import find_chromium
from gtmgen.runtime.engine import EngineName, Run, load_container, run_scenario

Json = dict[str, Any]
CHROMIUM = os.environ.get("GTMGEN_CHROMIUM") or find_chromium()
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or find_spec("playwright") is None,
    reason="no Chromium: name one in GTMGEN_CHROMIUM",
)


class Page:
    """Every step returns the names of the tags that fire in it, sorted.

    `last` has the parameters by tag of the events in the last step: what GA4 gets, and what waits
    for the pixel (with `event` and `event_id`). `granted` is the set of granted consent types;
    None: all of them.
    """

    def __init__(self, version: Json, without: str = "", *, cookies: Any = None) -> None:
        self._container = load_container({"containerVersion": version})
        self._tags = version.get("tag", ())
        self._without = without
        self._scenario: Json = {"steps": []}
        if cookies:
            self._scenario["cookies"] = cookies
        self._engine: EngineName = "quickjs"
        self._granted: set[str] | None = None
        self._pixels: dict[str, int] = {}
        self.last: dict[str, Json] = {}
        self.url = ""

    @property
    def granted(self) -> set[str] | None:
        return self._granted

    @granted.setter
    def granted(self, types: set[str] | None) -> None:
        self._granted = types
        names = {name for tag in self._tags for name in _consents(tag)}
        state = {
            name: "granted" if types is None or name in types else "denied"
            for name in sorted(names)
        }
        if self.url:
            self.play({"consentUpdate": state})
        else:
            self._scenario["consentDefault"] = state

    # -- steps -------------------------------------------------------------------------

    def load(self, url: str) -> list[str]:
        if self.url:
            return self.play({"goto": url})
        self._scenario["url"] = url
        return self.play(None)

    def reload(self) -> list[str]:
        return self.play({"reload": True})

    def push_state(self, url: str) -> list[str]:
        return self.play({"pushState": url})

    def replace_state(self, url: str) -> list[str]:
        return self.play({"replaceState": url})

    def hash(self, fragment: str) -> list[str]:
        return self.play({"hash": fragment})

    def back(self) -> list[str]:
        return self.play({"back": True})

    def wait(self, milliseconds: int) -> list[str]:
        return self.play({"wait": milliseconds})

    def push(self, **message: Any) -> list[str]:
        """A message to the data layer; None is null."""
        return self.play({"push": message})

    # -- the engine --------------------------------------------------------------------

    def play(self, step: Json | None) -> list[str]:
        """Runs are repeatable: all steps so far are played again, and the last one counts."""
        steps: list[Json] = self._scenario["steps"]
        if step is not None:
            steps.append(step)
        look = {"eval": "JSON.stringify([location.href, (window.ttq || {})._i || {}])"}
        run = self._run([*steps, look])
        self.url, queues = json.loads(run.observed["evals"][-1]["value"])
        fired = self._fired(run, len(steps) - 1)
        self.last = {one["tag"]: one["params"] for one in fired if "params" in one}
        self._add_pixels(queues, [one["tag"] for one in fired])
        return sorted(one["tag"] for one in fired)

    def play_in_browser(self, html: str, url: str, steps: list[Json]) -> list[list[str]]:
        """Plays steps that need elements in Chromium, all in one run; a list of tags for each."""
        self._scenario |= {"html": html, "url": url}
        self._engine = "browser"
        run = self._run(steps)
        return [sorted(one["tag"] for one in self._fired(run, step)) for step in range(len(steps))]

    def _run(self, steps: list[Json]) -> Run:
        scenario = {**self._scenario, "steps": steps}
        run = run_scenario(self._container, scenario, engine=self._engine, executable=CHROMIUM)
        assert (run.skipped, run.stopped, run.unsupported, run.errors) == (None, None, (), ())
        return run

    def _fired(self, run: Run, step: int) -> list[Json]:
        fired = run.observed["fired"]
        return [one for one in fired if one["step"] == step and one["tag"] != self._without]

    def _add_pixels(self, queues: dict[str, list[list[Any]]], fired: list[str]) -> None:
        """Calls that a pixel got in this step, by the tags of its events."""
        for pixel, queue in queues.items():
            calls = queue[self._pixels.get(pixel, 0) :] or queue
            self._pixels[pixel] = len(queue)
            tags = {
                _field(tag, "event"): tag["name"]
                for tag in self._tags
                if _field(tag, "pixel_id") == pixel
            }
            for call in calls:
                name = tags.get(call[1] if call[0] == "track" else None)
                if call[0] == "track" and name in fired:
                    self.last[name] = {**call[2], **call[3], "event": call[1]}


def _field(tag: Json, key: str) -> Any:
    return next((item.get("value") for item in tag["parameter"] if item["key"] == key), None)


def _consents(tag: Json) -> set[str]:
    needed = tag["consentSettings"].get("consentType", {}).get("list", ())
    return {item["value"] for item in needed}


@cache
def _context() -> Any:
    return quickjs.Context().eval("(p, v, i) => new RegExp(p, i ? 'i' : '').test(v)")


def matches(pattern: str, value: str, ignore_case: bool = False) -> bool:
    """RegExp.test; a pattern that is none matches nothing."""
    try:
        return bool(_context()(pattern, value, ignore_case))
    except quickjs.JSException:
        return False
