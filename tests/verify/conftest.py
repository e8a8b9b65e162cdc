"""The demo shop, the local Events API and one browser, for all tests of visits."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gtmgen.cli.events_api import contract_side
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.diagnostics import Span
from gtmgen.emulator.events_api.service import EventsApi
from gtmgen.emulator.server import listen
from gtmgen.runtime.browser_process import close_browsers, find_chromium
from gtmgen.runtime.engine import load_container
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.model import Scenario
from gtmgen.scenarios.parse import parse_scenarios
from gtmgen.spec.load import Loaded, load
from gtmgen.verify.model import Verification
from gtmgen.verify.run import verify
from gtmgen.verify.server_side import open_server_side
from gtmgen.verify.setting import VerifiedSpec, VisitedSite, VisitSetting

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
EVENTS_API_PORT = 0


@cache
def loaded() -> Loaded:
    return load(DEMO / "shop.yaml", {})


@cache
def subject() -> VerifiedSpec:
    export = json.loads(export_json(compile_spec(loaded())))
    return VerifiedSpec(loaded().spec, load_container(export), accounts_of(loaded().spec))


@cache
def shop_module() -> ModuleType:
    found = importlib.util.spec_from_file_location("demo_shop", DEMO / "shop.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["demo_shop"] = module
    found.loader.exec_module(module)
    return module


@dataclass
class Running:
    """The shop and the Events API that its backend sends to."""

    url: str
    events_api: str
    service: EventsApi
    shop: Any


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    service = EventsApi(contract_side(loaded().spec), clock=time.time)
    with listen(service, port=EVENTS_API_PORT) as api:
        shop = shop_module().Shop(events_api=api.url)
        thread = threading.Thread(target=shop.serve_forever, args=(0.02,))
        thread.start()
        yield Running(shop.url, api.url, service, shop)
        shop.shutdown()
        thread.join()
        shop.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    path = os.environ.get("GTMGEN_CHROMIUM") or find_chromium()
    if path is None:
        pytest.skip("no Chromium: name one in GTMGEN_CHROMIUM")
    yield path
    close_browsers()


class QuietServer(ThreadingHTTPServer):
    """A server for browsers that go away before it has answered."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: what it prints would stand in the output of a later test."""


Visit = Callable[..., Verification]


def journey(*steps: Any, expect: Any = None) -> Scenario:
    """A journey of steps such as `{"click": "#add"}`."""
    raw = {"name": "A visit", "steps": list(steps)}
    if expect is not None:
        raw["expect"] = expect
    return parse_scenarios([raw])[0]


@pytest.fixture
def visit(chromium: str, running: Running) -> Visit:
    """Visits the shop, or another address of this machine."""

    def go(*steps: Any, url: str = "", expect: Any = None, **options: Any) -> Verification:
        setting = VisitSetting(executable=chromium, **{"quiet": 0.1, **options})
        events = open_server_side(running.events_api, loaded().spec)
        site = VisitedSite.at(url or running.url)
        done = verify(site, subject(), setting, [journey(*steps, expect=expect)], locate, events)
        return next(iter(done))

    return go


def locate(path: Any) -> Span:
    """Places of a journey that has no file."""
    return Span("journey.yaml", 1 + sum(step for step in path if isinstance(step, int)), 1)
