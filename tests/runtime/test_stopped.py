"""What never ends is stopped, and fails with the reason and the name of what ran."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from gtmgen.diagnostics import Span
from gtmgen.runtime.engine import EngineError, RunLimits, run_scenario
from gtmgen.scenarios.accounts import accounts_of_packs
from gtmgen.scenarios.model import Result, Status
from gtmgen.scenarios.parse import parse_scenario
from gtmgen.scenarios.run import Runner, ScenarioSetting

from .conftest import template_text

_LOOP = "an endless loop, or a regular expression that never ends"
_BACKTRACKING = "/^(a+)+$/.test('a'.repeat(40) + 'b')"


def run(html: str = "", version: dict[str, Any] | None = None, seconds: float = 0.2) -> Result:
    raw = {"name": "x", "html": html, "steps": [{"load": "/"}], "expect": []}
    setting = ScenarioSetting(seconds=seconds)
    place = Span("x.yaml", 1, 1)
    container = {"containerVersion": version or {}}
    runner = Runner(container, accounts_of_packs(), setting, lambda path: place)
    return runner.run(parse_scenario(raw, ()))


def messages(result: Result) -> list[str]:
    assert result.status is Status.FAILED
    return [one.message for one in result.failures]


def template_version(code: str, kind: str = "TAG") -> dict[str, Any]:
    """A container whose one tag is of a template, or reads a variable of one."""
    text = template_text(code, kind=kind)
    template = {"containerId": "1", "templateId": "5", "name": "Probe", "templateData": text}
    tag = {"tagId": "1", "name": "Sender", "type": "cvt_1_5"}
    variables = []
    if kind == "MACRO":
        variables = [{"variableId": "2", "name": "Value", "type": "cvt_1_5"}]
        url = {"type": "TEMPLATE", "key": "url", "value": "https://a.example/{{Value}}"}
        tag = {**tag, "type": "img", "parameter": [url]}
    return {
        "containerId": "1",
        "customTemplate": [template],
        "tag": [{**tag, "firingTriggerId": ["2147479553"]}],
        "variable": variables,
    }


def html_version(script: str) -> dict[str, Any]:
    parameter = {"type": "TEMPLATE", "key": "html", "value": f"<script>{script}</script>"}
    tag = {"tagId": "1", "name": "Pixel", "type": "html", "parameter": [parameter]}
    return {"containerId": "1", "tag": [{**tag, "firingTriggerId": ["2147479553"]}]}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("for (;;) {}", f"ran for more than 0.2 s: {_LOOP}"),
        (_BACKTRACKING, f"ran for more than 0.2 s: {_LOOP}"),
        ("(function again() { again(); })();", "calls itself without end"),
        (
            "const all = []; for (;;) all.push(new Array(100000).fill(1));",
            "needs more than 256 MiB of memory",
        ),
    ],
)
def test_the_page_and_a_tag_are_named(script: str, reason: str) -> None:
    seconds = 20 if "memory" in reason else 0.2
    page = run(f"<script>{script}</script>", seconds=seconds)
    assert messages(page) == [f"stopped: the page {reason}"]
    tag = run(version=html_version(script), seconds=seconds)
    assert messages(tag) == [f"stopped: the tag `Pixel` {reason}"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("while (true) {}", f"ran for more than 0.2 s: {_LOOP}"),
        (
            "const text = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'; text.match('^(a+)+$');",
            f"ran for more than 0.2 s: {_LOOP}",
        ),
        ("const again = () => again(); again();", "calls itself without end"),
        (
            "let text = 'aaaaaaaaaaaaaaaa'; while (true) { text = text + text; }",
            "needs more than 256 MiB of memory",
        ),
        (
            "const all = []; while (true) all.push([1, 2, 3, 4]);",
            "",
        ),
    ],
)
@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("TAG", "the tag `Sender` (template `Probe`)"),
        ("MACRO", "the variable `Value` (template `Probe`)"),
    ],
)
def test_a_template_is_named(kind: str, what: str, code: str, reason: str) -> None:
    found = messages(run(version=template_version(code, kind)))
    if reason:
        assert found == [f"stopped: {what} {reason}"]
    else:  # whichever limit comes first: memory or time
        assert found in (
            [f"stopped: {what} needs more than 256 MiB of memory"],
            [f"stopped: {what} ran for more than 0.2 s: {_LOOP}"],
        )


def test_a_callback_of_a_template_is_named() -> None:
    code = "require('callLater')(() => { while (true) {} }); data.gtmOnSuccess();"
    assert messages(run(version=template_version(code))) == [
        f"stopped: the tag `Sender` (template `Probe`) ran for more than 0.2 s: {_LOOP}"
    ]


def test_timers_without_end_are_told() -> None:
    result = run("<script>(function again() { setTimeout(again, 0); })();</script>")
    assert messages(result) == ["stopped: still busy after 20000 timers in one step"]


@pytest.mark.parametrize("kind", ["TAG", "MACRO"])
def test_a_template_that_cannot_run_is_never_passed(kind: str) -> None:
    version = template_version("class A {}", kind)
    result = run(version=version)
    assert result.status is Status.NOT_TESTED
    what = "tag" if kind == "TAG" else "variable"
    assert result.reason.startswith(f"the runtime has no {what} type cvt_1_5 (")


@pytest.mark.parametrize(
    ("html", "status"),
    [
        ("<iframe src='https://www.youtube.com/embed/abc?enablejsapi=1'></iframe>", "not tested"),
        ("<p>No video</p>", "passed"),
    ],
)
def test_a_video_is_never_passed(html: str, status: str) -> None:
    image = {"type": "TEMPLATE", "key": "url", "value": "https://a.example/"}
    version = {
        "containerId": "1",
        "trigger": [{"triggerId": "9", "name": "Video", "type": "YOU_TUBE_VIDEO"}],
        "tag": [
            {
                "tagId": "1",
                "name": "Viewed",
                "type": "img",
                "parameter": [image],
                "firingTriggerId": ["9"],
            }
        ],
    }
    result = run(html, version)
    assert result.status.value == status
    reason = "the runtime has no trigger type YOU_TUBE_VIDEO (needs YouTube's player)"
    assert result.reason == (reason if status == "not tested" else "")


# ------------------------------------------------------------- pages do not reach each other

_POLLUTION = """
  Array.prototype.map = function () { return ['polluted']; };
  Array.prototype.extra = 1;
  Object.prototype.get = function () { return 'polluted'; };
  Object.defineProperty(Object.prototype, 'set', {value: 1, configurable: true});
  String.prototype.trim = 5;
  Function.prototype.call = null;
  Promise.prototype.then = function () {};
  JSON.parse = JSON.stringify = Math.random = window.Date = undefined;
  Object.setPrototypeOf(Date.prototype || {}, {leaked: 1});
  var declared = 1;
  function helper() {}
  window.dataLayer2 = [];
  delete window.Map;
  setTimeout(() => { window.late = 1; }, 100000);
  Promise.resolve().then(() => { window.job = 1; });
"""
_PROBE = """[
  [1].map((one) => one + 1), [].extra, ({}).get, ({}).set, typeof ''.trim,
  typeof Function.prototype.call, typeof JSON.parse, typeof Math.random, typeof Date,
  typeof declared, typeof helper, typeof dataLayer2, typeof Map, typeof late, typeof job,
  Object.keys(window).filter((key) => /late|leaked|job/.test(key)),
]"""


def test_a_page_leaves_nothing_to_the_next() -> None:
    def probe(script: str) -> Any:
        scenario = {"html": f"<script>{script}</script>", "steps": [{"eval": _PROBE}]}
        try:
            observed = run_scenario({"containerVersion": {}}, scenario).observed
        except EngineError:  # what the runtime needs itself is gone: told, and not passed
            return None
        return observed["evals"][0]["value"] if observed["evals"] else None

    clean = probe("")
    probe(_POLLUTION)
    assert probe("") == clean
    for line in _POLLUTION.strip().splitlines():
        probe(line)
        assert probe("") == clean, line


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(window, 'fixed', {value: 1});",
        "Object.preventExtensions(Array.prototype);",
        "Object.freeze(Object.prototype);",
        "Object.defineProperty(Array.prototype, 'map', {value: 1, configurable: false});",
    ],
)
def test_what_cannot_be_undone_ends_the_realm(script: str) -> None:
    code = (
        "[typeof fixed, Object.isExtensible(Array.prototype), Object.isFrozen(Object.prototype), "
        "typeof [].map]"
    )
    for html in (f"<script>{script}</script>", ""):
        scenario = {"html": html, "steps": [{"eval": code}]}
        with suppress(EngineError):
            last = run_scenario({"containerVersion": {}}, scenario).observed
    assert last["evals"] == [{"step": 0, "value": ["undefined", True, False, "function"]}]


def test_a_stopped_page_is_not_used_again() -> None:
    limits = RunLimits(seconds=0.1)
    scenario: dict[str, Any] = {"html": "<script>window.left = 1; for (;;) {}</script>"}
    assert run_scenario({"containerVersion": {}}, scenario, limits=limits).stopped
    scenario = {"steps": [{"eval": "typeof left"}]}
    observed = run_scenario({"containerVersion": {}}, scenario, limits=limits).observed
    assert observed["evals"] == [{"step": 0, "value": "undefined"}]
