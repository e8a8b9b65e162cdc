"""Documentation of specs, as a model, as a page, and as the page in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from compile.specs import to_yaml
from support import load_text

from gtmgen.docs.build import build
from gtmgen.docs.changes.model import Changes
from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.html.page import render
from gtmgen.docs.model import DataDoc, Documentation
from gtmgen.docs.words import load_words
from gtmgen.runtime.browser_process import ARGUMENTS, find_chromium
from gtmgen.spec.load import load

SPECS = Path(__file__).parents[2] / "specs"


def build_documentation(name: str = "acme-shop.yaml", language: str = "en") -> Documentation:
    return build(load(SPECS / name, {}), words=load_words(language))


#: Built once for all tests, which only read it.
documentation = cache(build_documentation)


def of_data(language: str = "en", **sections: Any) -> Documentation:
    """The documentation of a spec that is given as data."""
    spec = {"gtmgen": 1, "project": "shop", "container": {"gtm": "GTM-TEST"}, **sections}
    return _of_text(to_yaml(spec), language)


@cache
def _of_text(text: str, language: str) -> Documentation:
    return build(load_text(text), words=load_words(language))


def html(
    found: Documentation, branding: Branding | None = None, changes: Changes | None = None
) -> str:
    words = load_words(found.language)
    return render(found, words, branding or Branding(), changes).decode("utf-8")


def event(found: Documentation, key: str) -> EventDoc:
    return next(item for item in found.events if item.key == key)


def data_key(found: Documentation, key: str) -> DataDoc:
    return next(item for item in found.data if item.key == key)


@dataclass
class Opened:
    """A page in the browser, and everything that it did beside showing itself."""

    page: Any
    url: str
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Another address of the same page; it is drawn when this returns."""
        self.page.evaluate("address => { location.hash = address; }", address)
        self.page.wait_for_function("address => location.hash === address", arg=address)
        self.page.wait_for_timeout(30)

    def text(self, selector: str = "main") -> str:
        return str(self.page.locator(selector).first.inner_text())

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = os.environ.get("GTMGEN_CHROMIUM") or find_chromium()
    if path is None:
        pytest.skip("no Chromium: name one in GTMGEN_CHROMIUM")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens a page of HTML; at the end, it must have asked nobody and complained of nothing."""
    contexts = []
    all_opened: list[Opened] = []

    def opened(content: str, address: str = "", **options: Any) -> Opened:
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(content, encoding="utf-8")
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        found = Opened(page, file.as_uri())
        all_opened.append(found)
        page.on("console", lambda message: found.messages.append(message.text))
        page.on("pageerror", lambda error: found.messages.append(str(error)))
        page.on("dialog", lambda dialog: (found.dialogs.append(dialog.message), dialog.dismiss()))

        def record(route: Any) -> None:
            if route.request.url.split("#")[0] == found.url:
                route.continue_()
            else:
                found.requests.append(route.request.url)
                route.abort()

        page.route("**/*", record)
        page.goto(found.url + address)
        return found

    yield opened
    seen = [(item.messages, item.requests, item.dialogs) for item in all_opened]
    for context in contexts:
        context.close()
    assert seen == [([], [], [])] * len(all_opened)
