"""The engine in a real page: what needs a document, a layout, a policy or a second page."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.browser_process import find_chromium
from gtmgen.runtime.engine import EngineError, Run, RunLimits, run_scenario
from gtmgen.spec.load import load

SPECS = Path(__file__).parents[2] / "specs"
Play = Callable[..., Run]


@pytest.fixture(scope="module")
def play() -> Play:
    pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    path = os.environ.get("GTMGEN_CHROMIUM") or find_chromium()
    if path is None:
        pytest.skip("no Chromium: name one in GTMGEN_CHROMIUM")

    def run(container: Any, seconds: float = 30, **scenario: Any) -> Run:
        limits = RunLimits(seconds=seconds)
        return run_scenario(container, scenario, engine="browser", limits=limits, executable=path)

    return run


def template(key: str, value: str) -> dict[str, str]:
    return {"type": "TEMPLATE", "key": key, "value": value}


def container(
    *triggers: dict[str, Any],
    values: dict[str, str] | None = None,
    html: str = "",
    variables: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """A recorder tag on all triggers, or a Custom HTML tag on page view."""
    rows = [
        {"type": "MAP", "map": [template("parameter", name), template("parameterValue", text)]}
        for name, text in (values or {}).items()
    ]
    recorder = {
        "tagId": "1",
        "name": "Recorder",
        "type": "gaawe",
        "parameter": [{"type": "LIST", "key": "eventSettingsTable", "list": rows}],
        "firingTriggerId": [one["triggerId"] for one in triggers] or ["2147479553"],
    }
    custom = {
        "tagId": "2",
        "name": "Custom",
        "type": "html",
        "parameter": [template("html", html)],
        "firingTriggerId": ["2147479553"],
    }
    built_in = {
        "CLICK_ID": "Click ID",
        "CLICK_URL": "Click URL",
        "CLICK_TEXT": "Click Text",
        "FORM_ID": "Form ID",
        "SCROLL_DEPTH_THRESHOLD": "Scroll Depth Threshold",
    }
    return {
        "containerVersion": {
            "containerId": "5",
            "container": {"publicId": "GTM-TEST", "usageContext": ["WEB"]},
            "tag": [custom] if html else [recorder],
            "trigger": list(triggers),
            "variable": list(variables),
            "builtInVariable": [{"type": type_, "name": name} for type_, name in built_in.items()],
        }
    }


def fired(run: Run) -> list[tuple[int, str, dict[str, Any]]]:
    assert run.stopped is None
    assert run.skipped is None
    return [(one["step"], one["event"], one.get("params", {})) for one in run.observed["fired"]]


CLICK = {"triggerId": "10", "name": "Any click", "type": "CLICK"}


def waiting(type_: str) -> dict[str, Any]:
    return {
        "triggerId": "11",
        "name": "Waits",
        "type": type_,
        "waitForTags": {"type": "BOOLEAN", "value": "true"},
        "checkValidation": {"type": "BOOLEAN", "value": "false"},
        "waitForTagsTimeout": template("waitForTagsTimeout", "3000"),
    }


def test_a_click_is_seen_although_the_page_stops_it(play: Play) -> None:
    run = play(
        container(CLICK, values={"id": "{{Click ID}}", "text": "{{Click Text}}"}),
        html='<p id=buy onclick="event.stopPropagation()">Buy <b>two</b></p>',
        steps=[{"click": "#buy", "options": {"position": {"x": 2, "y": 2}}}],
    )
    assert fired(run) == [(0, "gtm.click", {"id": "buy", "text": "Buy two"})]


def test_a_link_is_followed_after_its_tags_and_the_next_page_starts_afresh(play: Play) -> None:
    run = play(
        container(waiting("LINK_CLICK"), values={"url": "{{Click URL}}"}),
        html='<a id=next href="/cart?x=1">Cart</a>',
        pages={"/cart": "<p id=cart>Cart</p>"},
        steps=[
            {"click": "#next", "settle": 100},
            {"eval": "[location.pathname, document.referrer, dataLayer.length]"},
        ],
    )
    assert fired(run) == [(0, "gtm.linkClick", {"url": "https://shop.example/cart?x=1"})]
    assert run.observed["navigations"] == [{"step": 0, "url": "https://shop.example/cart?x=1"}]
    assert run.observed["evals"] == [{"step": 1, "value": ["/cart", "https://shop.example/", 3]}]


def test_a_form_is_sent_after_its_tags_with_the_button_that_sent_it(play: Play) -> None:
    run = play(
        container(waiting("FORM_SUBMISSION"), values={"id": "{{Form ID}}"}),
        html='<form id=f action="/done"><input name=q>'
        "<button id=go name=how value=fast>Go</button></form>",
        steps=[{"fill": "#f input", "value": "shoes"}, {"click": "#go", "settle": 100}],
    )
    assert fired(run) == [(1, "gtm.formSubmit", {"id": "f"})]
    assert run.observed["navigations"] == [
        {"step": 1, "url": "https://shop.example/done?q=shoes&how=fast"}
    ]


def test_scroll_depths_fire_in_the_order_in_which_they_are_passed(play: Play) -> None:
    scroll = {
        "triggerId": "12",
        "name": "Depth",
        "type": "SCROLL_DEPTH",
        "parameter": [
            {"type": "BOOLEAN", "key": "verticalThresholdOn", "value": "true"},
            template("verticalThresholdUnits", "PIXELS"),
            template("verticalThresholdsPixels", "2500, 900"),
            template("triggerStartOption", "WINDOW_LOAD"),
        ],
    }
    run = play(
        container(scroll, values={"depth": "{{Scroll Depth Threshold}}"}),
        html='<div style="height:3000px"></div>',
        steps=[{"scroll": 100}, {"scroll": 300}, {"scroll": "bottom"}, {"scroll": 0}],
    )
    assert fired(run) == [
        (1, "gtm.scrollDepth", {"depth": 900}),
        (2, "gtm.scrollDepth", {"depth": 2500}),
    ]


def test_visibility_counts_the_time_on_screen(play: Play) -> None:
    visible = {
        "triggerId": "13",
        "name": "Seen",
        "type": "ELEMENT_VISIBILITY",
        "parameter": [
            template("selectorType", "ID"),
            template("elementId", "offer"),
            template("firingFrequency", "ONCE"),
            template("onScreenRatio", "50"),
            {"type": "BOOLEAN", "key": "useOnScreenDuration", "value": "true"},
            template("onScreenDuration", "5000"),
        ],
    }
    run = play(
        container(visible),
        html='<div style="height:2000px"></div><div id=offer style="height:80px">Offer</div>',
        steps=[{"wait": 9000}, {"scrollIntoView": "#offer"}, {"wait": 3000}, {"wait": 3000}],
    )
    assert [one[:2] for one in fired(run)] == [(3, "gtm.elementVisibility")]


def test_time_is_the_pages_own(play: Play) -> None:
    timer = {
        "triggerId": "14",
        "name": "Each minute",
        "type": "TIMER",
        "eventName": template("eventName", "gtm.timer"),
        "interval": template("interval", "60000"),
        "limit": template("limit", "2"),
    }
    run = play(
        container(timer),
        html="<script>window.opened = Date.now()</script>",
        steps=[{"wait": 60_000}, {"wait": 90_000}, {"eval": "Date.now() - opened >= 150000"}],
    )
    assert [one[:2] for one in fired(run)] == [(0, "gtm.timer"), (1, "gtm.timer")]
    assert run.observed["evals"] == [{"step": 2, "value": True}]


def test_dates_and_frames_follow_the_pages_time(play: Play) -> None:
    code = """<script>
      frames_ = 0;
      requestAnimationFrame(function frame() { frames_ += 1; requestAnimationFrame(frame); });
    </script>"""
    dates = (
        "[new Date() instanceof Date, structuredClone(new Date()) instanceof Date, "
        "new Date(2026, 0, 2).getDate(), typeof Date(), Date.UTC(1970, 0, 1), "
        "new Date().constructor === Date, +new Date() === Date.now(), frames_ > 50]"
    )
    run = play(container(html=code), steps=[{"wait": 1000}, {"eval": dates}])
    assert run.observed["evals"] == [
        {"step": 1, "value": [True, True, 2, "string", 0, True, True, True]}
    ]


SCRIPTS = (
    "<script>out = ['inline']</script>"
    '<script src="https://cdn.example/file.js"></script><script>out.push("after")</script>'
)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("script-src 'nonce-n1'", ["file"]),
        ("script-src 'nonce-n1' 'strict-dynamic'", ["inline", "file", "after"]),
        ("script-src 'unsafe-inline' https://www.googletagmanager.com", ["inline"]),
    ],
)
def test_custom_html_runs_what_the_policy_allows(
    play: Play, policy: str, expected: list[str]
) -> None:
    run = play(
        container(html=SCRIPTS),
        csp=policy,
        responses=[{"match": "file", "body": "(window.out = window.out || []).push('file')"}],
        steps=[{"eval": "window.out"}],
    )
    assert run.observed["evals"] == [{"step": 0, "value": expected}]


def test_custom_html_that_the_policy_blocks_has_not_fired(play: Play) -> None:
    run = play(container(html="<script>out = 1</script>"), csp="script-src 'nonce-n1'")
    assert fired(run) == []
    assert [one["message"] for one in run.errors] == [
        "an inline script is blocked by the page's script-src-elem"
    ]


def test_custom_html_stands_where_a_visitor_sees_it(play: Play) -> None:
    banner = "<div id=banner style='height:40px'>Cookies?</div>"
    script = "document.getElementById('banner').onclick = () => { hit = 1; };"
    html = f"{banner}<script>{script}</script>"
    run = play(container(html=html), steps=[{"click": "#banner"}, {"eval": "window.hit"}])
    assert run.observed["evals"] == [{"step": 1, "value": 1}]


def test_what_follows_a_file_that_does_not_load_does_not_run(play: Play) -> None:
    run = play(container(html=SCRIPTS), steps=[{"eval": "window.out"}])
    assert run.observed["evals"] == [{"step": 0, "value": ["inline"]}]
    assert run.observed["requests"] == [
        {"step": -1, "url": "https://cdn.example/file.js", "kind": "script"}
    ]


@pytest.mark.parametrize(("policy", "expected"), [("'unsafe-eval'", 3), ("", {"$undefined": True})])
def test_custom_javascript_needs_eval(play: Play, policy: str, expected: object) -> None:
    sum_ = {
        "variableId": "1",
        "name": "Sum",
        "type": "jsm",
        "parameter": [template("javascript", "function() { return 1 + 2; }")],
    }
    run = play(
        container(values={"sum": "{{Sum}}"}, variables=(sum_,)),
        csp=f"script-src 'nonce-n1' {policy}",
    )
    assert fired(run) == [(-1, "gtm.js", {"sum": expected})]


NEVER_ENDS = (
    "the page ran for more than 4 s: an endless loop, or a regular expression that never ends"
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for (;;) {}", NEVER_ENDS),
        ("/^(a+)+$/.test('a'.repeat(60) + 'b')", NEVER_ENDS),
        ("(function again() { again(); })()", "the page calls itself without end"),
    ],
)
def test_a_page_that_never_ends_is_cut_off_and_the_next_one_runs(
    play: Play, code: str, expected: str
) -> None:
    run = play(container(html=f"<script>{code}</script>"), seconds=4)
    assert run.stopped == expected
    assert play(container(html="<script>1</script>")).stopped is None


def test_nothing_leaves_the_machine(play: Play) -> None:
    code = """<script>
      window.seen = [];
      const note = (name) => () => seen.push(name);
      fetch('https://other.example/').catch(note('fetch'));
      fetch('http://127.0.0.1:80/').catch(note('loopback'));
      const socket = new WebSocket('ws://127.0.0.1:80/');
      socket.onerror = note('socket');
      socket.onopen = note('open socket');
      fetch('file:///etc/hostname').catch(note('file'));
      window.open('https://other.example/window');
    </script>"""
    run = play(container(html=code), steps=[{"wait": 500}, {"eval": "seen.sort()"}])
    assert run.observed["evals"] == [{"step": 1, "value": ["fetch", "file", "loopback", "socket"]}]
    assert run.observed["navigations"] == []


def test_an_element_that_is_missing_is_told(play: Play) -> None:
    message = r"^step 0: `click` finds no element that can be used: #none$"
    with pytest.raises(EngineError, match=message):
        play(container(CLICK), steps=[{"click": "#none"}])


@pytest.mark.parametrize("name", ["acme-shop.yaml", "lead-gen.yaml", "woocommerce.yaml"])
def test_compiled_specs_need_neither_inline_scripts_nor_eval(play: Play, name: str) -> None:
    loaded = load(str(SPECS / name), {})
    host = loaded.spec.site.hosts[0].replace("*", "www")
    run = play(
        json.loads(export_json(compile_spec(loaded))),
        url=f"https://{host}/",
        csp="script-src 'self' 'nonce-n1'",
        network="empty",
        consentDefault=dict.fromkeys(
            ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage"), "granted"
        ),
        html="<script nonce=n1>violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));</script>",
        steps=[{"push": {"event": "purchase"}}, {"eval": "violations"}],
    )
    assert fired(run) != []
    assert run.observed["evals"] == [{"step": 1, "value": []}]
