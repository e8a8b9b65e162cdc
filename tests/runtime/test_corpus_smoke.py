"""Real exports on the runtime: nothing crashes, and what is not supported is told by name.

The table of all of them is printed with ``-s``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from container.corpus import FOLDER, needs_corpus, versions

from gtmgen.runtime.engine import PreparedContainer, Run, load_container, run_scenario

pytestmark = needs_corpus

#: What the runtime may lack, and says so: kinds of entities, by the first words of its message.
_KINDS = re.compile(r"(tag type|variable type|trigger type|condition|template|\{\{)")
_HTML = "<a id='link' class='button' href='/next'>Next</a><form id='f'><input name='q'></form>"


def web_versions() -> Iterator[dict[str, Any]]:
    for version in versions():
        context = version.get("container", {}).get("usageContext", ["WEB"])
        if "WEB" in [str(one).upper() for one in context]:
            yield version


def custom_events(version: dict[str, Any]) -> list[str]:
    """The first three names of events that the container waits for."""
    names: list[str] = []
    for trigger in version.get("trigger", ()):
        for condition in trigger.get("customEventFilter", ()):
            values = {one.get("key"): one.get("value", "") for one in condition["parameter"]}
            name = values.get("arg1", "")
            if condition["type"] == "EQUALS" and name and "{{" not in name and name not in names:
                names.append(name)
    return names[:3]


def scenario(version: dict[str, Any], *, click: bool) -> dict[str, Any]:
    pushes = [
        {"push": {"event": name, "ecommerce": {"value": 10, "items": [{"item_id": "1"}]}}}
        for name in custom_events(version)
    ]
    steps: list[dict[str, Any]] = [{"pushState": "/one"}, {"pushState": "/two?x=1"}, *pushes]
    if click:
        steps.append({"click": "#link"})
    pages = {"/next": _HTML}
    return {"html": _HTML, "pages": pages, "network": "empty", "steps": steps}


def describe(name: str, version: dict[str, Any], run: Run) -> str:
    ran = {one["tag"] for one in run.observed.get("fired", ())}
    lacking = [*run.unsupported, *([run.skipped] if run.skipped else ())]
    return (
        f"{name:28} {len(version.get('tag', ())):4} tags {len(ran):4} ran "
        f"{len(run.errors):3} errors  {'; '.join(lacking) or '-'}"
    )


def play(container: PreparedContainer, version: dict[str, Any], engine: Any) -> Run:
    return run_scenario(container, scenario(version, click=engine == "browser"), engine=engine)


def check(run: Run) -> None:
    assert run.stopped is None
    assert [one for one in run.unsupported if not _KINDS.match(one)] == []
    assert {one["event"] for one in run.trace} >= {"gtm.init", "gtm.js", "gtm.dom", "gtm.load"}


def test_real_exports_run_in_process() -> None:
    print()
    for version in web_versions():
        run = play(load_container({"containerVersion": version}), version, "quickjs")
        print(describe(version.get("container", {}).get("publicId", "?"), version, run))
        check(run)
        assert {one["event"] for one in run.trace} >= set(custom_events(version))


def test_real_exports_run_in_a_browser() -> None:
    pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    from gtmgen.runtime.browser_process import find_chromium

    if find_chromium() is None:
        pytest.skip("no Chromium: name one in GTMGEN_CHROMIUM")
    print()
    for version in web_versions():
        run = play(load_container({"containerVersion": version}), version, "browser")
        print(describe(version.get("container", {}).get("publicId", "?"), version, run))
        check(run)


def test_the_folder_holds_exports_of_websites() -> None:
    assert sum(1 for _ in web_versions()) > 10, FOLDER
