"""The page of a visit in a real browser: readable at both ends, for everybody, and quiet."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.report.verify_page import verify_page
from gtmgen.runtime.browser_process import browser_host

from .test_judges import hostile

SIZES = [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def test_axe_finds_nothing_and_nothing_overflows(chromium: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    html = verify_page([hostile()], "shop.yaml", lambda file, line: "  tiktok: {}")
    host = browser_host(chromium, ("127.0.0.1",))
    asked: list[str] = []

    async def look() -> list[Any]:
        browser = await host.browser()
        page = await browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        await page.set_content(html)
        await page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        seen = []
        for width, scheme in SIZES:
            await page.set_viewport_size({"width": width, "height": 900})
            await page.emulate_media(color_scheme=scheme)
            found = (await axe.run(page, options=RULES)).response["violations"]
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            seen.append(([(one["id"], one["nodes"][0]["html"]) for one in found], over))
        await page.close()
        return seen

    assert host.run(look()) == [([], 0)] * len(SIZES)
    assert asked == []
