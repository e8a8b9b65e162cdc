"""Every template that ships passes the language checker and its own tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gtmgen.runtime import (
    ScenarioResult,
    TemplateError,
    check_template,
    load_template,
    parse_template,
    run_tests,
)

from .conftest import TEMPLATES, MakeTemplate, template_text

SHIPPED = sorted(TEMPLATES.rglob("*.tpl"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_passes_the_language_checker_and_its_own_tests(path: Path) -> None:
    template = load_template(path)
    assert check_template(template) == ()
    results = run_tests(template)
    assert len(results) > 0
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_is_laid_out_as_gtm_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\r" not in text
    assert text.startswith("___INFO___\n\n")
    for before, header, after in zip(
        text.split("\n"), text.split("\n")[1:], text.split("\n")[2:], strict=False
    ):
        if header.startswith("___"):
            assert (before, after) == ("", "")
    assert json.loads(text.split("___INFO___")[1].split("\n___")[0])["id"] == "cvt_temp_public_id"


def result_of(make: MakeTemplate, code: str, setup: str = "") -> ScenarioResult:
    tests = {"scenarios": [{"name": "probe", "code": code}], **({"setup": setup} if setup else {})}
    permissions = {"logging": {"environments": "all"}}
    body = "require('logToConsole')(data.a); data.gtmOnSuccess(); return data.a.b;"
    (result,) = run_tests(make(body, permissions, tests=tests))
    return result


def test_a_scenario_that_holds_passes(make: MakeTemplate) -> None:
    code = "assertThat(runCode({a: x})).isEqualTo([1]); assertApi('gtmOnSuccess').wasCalled();"
    assert result_of(make, code, "const x = {b: [1]};") == ScenarioResult("probe", True, "")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("assertThat(runCode({a: {b: 1}})).isEqualTo(2);", "Expected 1 to equal 2."),
        (
            "assertThat([1, undefined], 'why').hasLength(3);",
            'why: Expected [1,"(undefined)"] to have the length 3.',
        ),
        ("assertThat(1).isString();", "Expected 1 to be of type string."),
        ("assertThat(undefined).isDefined();", "Expected undefined to be defined."),
        ("fail('no');", "no"),
        ("fail();", "fail() was called."),
        ("runCode({});", "TypeError: Cannot read `b` of undefined."),
        (
            "assertApi('gtmOnSuccess').wasCalled();",
            "Expected gtmOnSuccess to have been called; found no call.",
        ),
        (
            "runCode({a: {}}); assertApi('gtmOnSuccess').wasNotCalled();",
            "Expected gtmOnSuccess not to have been called; found [].",
        ),
        (
            "runCode({a: {b: 1}}); assertApi('logToConsole').wasCalledWith('x');",
            'Expected logToConsole to have been called with ["x"]; found [{"b":1}].',
        ),
        ("mock('fetch', 1);", '"fetch" is not a valid API name.'),
        ("while (true) {}", "stopped: it ran for more than 0.2 s, an endless loop perhaps"),
    ],
)
def test_a_scenario_that_does_not_hold_is_reported(
    make: MakeTemplate, code: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gtmgen.runtime.template_tests._SECONDS", 0.2)
    assert result_of(make, code) == ScenarioResult("probe", False, message)


def test_mocks_last_for_one_scenario_and_need_no_permission(make: MakeTemplate) -> None:
    check = "assertThat(runCode({})).isEqualTo(%s);"
    scenarios = [
        {"name": "value", "code": "mock('copyFromWindow', 5); " + check % "5"},
        {"name": "function", "code": "mock('copyFromWindow', (key) => key); " + check % "'k'"},
        {"name": "none", "code": check % "5"},
    ]
    results = run_tests(
        make("return require('copyFromWindow')('k');", tests={"scenarios": scenarios})
    )
    assert [(one.passed, one.message) for one in results] == [
        (True, ""),
        (True, ""),
        (False, "Permission denied: access_globals read k"),
    ]


def test_nothing_of_one_scenario_reaches_the_next(make: MakeTemplate) -> None:
    code = (
        "const seen = [require('copyFromWindow')('k'), require('templateStorage').getItem('k'),"
        " require('copyFromDataLayer')('k')];"
        "require('setInWindow')('k', 1, true); require('templateStorage').setItem('k', 1);"
        "require('createQueue')('dataLayer')({k: 1});"
        "return seen;"
    )
    rights = {"read": True, "write": True, "execute": False}
    permissions = {
        "access_globals": {"keys": [{"key": key, **rights} for key in ("k", "dataLayer")]},
        "access_template_storage": {},
        "read_data_layer": {"allowedKeys": "any"},
    }
    fresh = "assertThat(runCode({})).isEqualTo([undefined, null, undefined]);"
    used = "assertThat(runCode({})).isEqualTo([1, 1, 1]);"
    scenarios = [{"name": name, "code": fresh + used} for name in ("first", "second", "third")]
    results = run_tests(make(code, permissions, tests={"scenarios": scenarios}))
    assert [(one.passed, one.message) for one in results] == [(True, "")] * 3


def test_code_that_the_sandbox_refuses_is_not_run() -> None:
    tests = {"scenarios": [{"name": "x", "code": "runCode({});"}]}
    with pytest.raises(TemplateError) as error:
        run_tests(parse_template(template_text("return `x`;", tests=tests)))
    assert str(error.value) == "13:8: The sandbox has no template literals. Use `'...' + value`."
