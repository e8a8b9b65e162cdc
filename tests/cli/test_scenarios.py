"""`gtmgen test`: what a failure says, formats, exit codes, any container."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from push.harness import Shell

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
site: {hosts: [shop.example], navigation: spa}
platforms:
  ga4: {measurement_id: G-ABC1234567, page_view: "off", consent: not_required}
data:
  plan: {path: plan, type: string}
  seats: {path: seats, type: number, scope: model}
pages:
  pricing: {path: /pricing}
events:
  sign_up:
    on: {event: signed_up}
    where: {plan: pro}
    params: {seats: seats}
    send: [ga4]
  pricing_seen: {on: {page: pricing}, send: {ga4: pricing_seen}}
tests:
"""
RIGHT = """\
  - name: A sign-up is counted
    steps:
      - load: /pricing
        expect: [{ga4: pricing_seen}]
      - push: {event: signed_up, plan: pro, seats: 5}
        expect: [{ga4: sign_up, params: {seats: {type: number, gt: 4}}}]
"""
WRONG = """\
  - name: A free sign-up is counted
    steps:
      - load: /
      - push: {event: signed_up, plan: free}
    expect:
      - {ga4: sign_up}
"""
CLICK = """\
  - name: A click
    engine: quickjs
    html: <b id=b>b</b>
    steps:
      - load: /
      - click: "#b"
    expect: []
"""
TEXT = """\
FAILED  A free sign-up is counted

spec.yaml:25:9: ga4 `sign_up` was not received
   25 |       - {ga4: sign_up}
      |         ^^^^^^^^^^^^^^
  ga4 received nothing in this scenario
  the tag `GA4 - sign_up` did not fire:
    trigger `event - sign_up` on `signed_up` (step 2)
      holds: {{_event}} equals signed_up (it is "signed_up")
      fails: {{data - plan}} equals pro (it is "free")

1 failed
"""


@pytest.fixture
def spec(shell: Shell) -> Path:
    return shell.folder / "spec.yaml"


def test_what_passes_exits_with_0(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT)
    result = shell.run("test", "spec.yaml", "-q")
    assert (result.code, result.out) == (0, "1 passed\n")


def test_a_path_may_hold_an_address(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT.replace("/pricing", "/pricing?from=https://other.example/"))
    result = shell.run("test", "spec.yaml", "-q")
    assert (result.code, result.out) == (0, "1 passed\n")


def test_the_sites_name_of_the_data_layer_counts(shell: Shell, spec: Path) -> None:
    site = "navigation: spa"
    renamed = SPEC.replace(site, f"{site}, data_layer: acmeLayer")
    spec.write_text(renamed.replace("scope: model", "scope: event") + RIGHT)
    result = shell.run("test", "spec.yaml", "-q")
    assert (result.code, result.out) == (0, "1 passed\n")


def test_a_failure_shows_the_line_and_each_condition(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + WRONG)
    result = shell.run("test", "spec.yaml", "-q")
    assert (result.code, result.out) == (1, TEXT)


@pytest.mark.parametrize("value", [None, "G-SETHERE123"])
def test_accounts_need_no_value(shell: Shell, spec: Path, value: str | None) -> None:
    """A pull request from a fork has none, and what is tested reaches no account."""
    if value is not None:
        shell.monkeypatch.setenv("STREAM", value)
    text = f"{SPEC}{RIGHT}".replace("G-ABC1234567", '"${STREAM}"')
    spec.write_text(text, encoding="utf-8")

    result = shell.run("test", str(spec))

    assert (result.code, result.out) == (0, "1 passed\n")


def test_k_chooses_by_name(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT + WRONG)
    assert shell.run("test", "spec.yaml", "-q", "-k", "a sign-up").out == "1 passed\n"
    assert shell.run("test", "spec.yaml", "-q", "-k", "nothing").out == "no scenarios\n"


def test_what_an_engine_cannot_do_is_not_tested(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + CLICK)
    result = shell.run("test", "spec.yaml", "-q", "--engine", "quickjs")
    assert (result.code, result.out) == (
        0,
        "NOT TESTED  A click\n  the step `click` needs a browser\n\n1 not tested\n",
    )


def test_json(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT + WRONG + CLICK)
    result = shell.run("test", "spec.yaml", "-q", "--engine", "quickjs", "--format", "json")
    document = json.loads(result.out)
    assert result.code == 1
    counts = {key: document[key] for key in ("format_version", "passed", "failed", "not_tested")}
    assert counts == {"format_version": "2.0", "passed": 1, "failed": 1, "not_tested": 1}
    right, wrong, click = document["scenarios"]
    assert right["calls"] == [
        {
            "platform": "ga4", "account": "G-ABC1234567", "method": "track",
            "event": event, "step": step, "event_id": right["calls"][step]["event_id"],
            "params": params, "identify": {}, "state": "sent", "addressed": True,
        }
        for step, (event, params) in enumerate([("pricing_seen", {}), ("sign_up", {"seats": 5})])
    ]  # fmt: skip
    assert wrong["failures"][0] == {
        "file": "spec.yaml",
        "line": 31,
        "column": 9,
        "message": "ga4 `sign_up` was not received",
        "details": [line[2:] for line in TEXT.split("\n")[5:10]],
    }
    assert (click["status"], click["reason"]) == ("not_tested", "the step `click` needs a browser")


def test_junit(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT + WRONG + CLICK)
    result = shell.run("test", "spec.yaml", "-q", "--engine", "quickjs", "--format", "junit")
    (suite,) = ET.fromstring(result.out)
    assert (suite.get("name"), suite.get("tests")) == ("spec.yaml", "3")
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    assert [case.get("name") for case in suite] == [
        "A sign-up is counted",
        "A free sign-up is counted",
        "A click",
    ]
    assert suite[1][0].get("message") == "ga4 `sign_up` was not received"
    assert suite[1].get("line") == "26"


def test_markdown_and_github(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + WRONG)
    markdown = shell.run("test", "spec.yaml", "-q", "--format", "markdown").out
    assert markdown.startswith(
        "**Scenarios:** 1 failed\n\n- **failed**: A free sign-up is counted\n"
        "  - `spec.yaml:25:9` ga4 `sign_up` was not received\n"
    )
    github = shell.run("test", "spec.yaml", "-q", "--format", "github").out
    assert github.startswith(
        "::error file=spec.yaml,line=25,col=9,title=A free sign-up is counted::"
        "ga4 `sign_up` was not received%0Aga4 received nothing in this scenario%0A"
    )


def test_trace_tells_the_whole_story(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT)
    lines = shell.run("test", "spec.yaml", "-q", "--trace").out.split("\n")
    assert lines[0] == "PASSED  A sign-up is counted (quickjs)"
    assert '  step 2: push {"event": "signed_up", "plan": "pro", "seats": 5}' in lines
    assert "      trigger `event - sign_up` matches" in lines
    assert "      tag `GA4 - sign_up` fired" in lines
    assert any(
        line.startswith("    -> ga4 G-ABC1234567: `sign_up` (step 2), event_id ") for line in lines
    )


def test_any_container_with_scenarios_of_a_file(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT)
    shell.run("compile", "spec.yaml", "-o", "export.json", "-q")
    scenarios = shell.folder / "scenarios.yaml"
    scenarios.write_text(
        "tests:\n"
        "  - name: By the tag's name\n"
        "    steps:\n"
        "      - load: https://shop.example/pricing\n"
        "    expect:\n"
        "      - {tag: GA4 - pricing_seen, fields: {measurementIdOverride: G-ABC1234567}}\n"
        "      - {tag: GA4 - sign_up, times: 0}\n"
        "      - {ga4: pricing_seen}\n"
    )
    arguments = ("test", "--container", "export.json", "--scenario", "scenarios.yaml")
    assert shell.run(*arguments).out == "1 passed\n"
    scenarios.write_text(scenarios.read_text().replace("times: 0", "times: 2"))
    result = shell.run(*arguments)
    assert result.code == 1
    assert "scenarios.yaml:7:9: the tag `GA4 - sign_up` never fired, expected twice" in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: there is nothing to test\n\nhint: name a spec, or `--container EXPORT`\n"),
        (
            ["--container", "spec.yaml"],
            "error: a container alone has no scenarios\n\nhint: add `--scenario FILE`\n",
        ),
        (
            ["--container", "x.json", "--scenario", "y.yaml", "--explore"],
            "error: `--explore` needs a spec\n\nhint: it writes scenarios from its events\n",
        ),
    ],
)
def test_what_the_command_line_lacks(shell: Shell, arguments: list[str], message: str) -> None:
    result = shell.run("test", *arguments)
    assert (result.code, result.err) == (2, message)


def test_a_container_that_is_none(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT)
    (shell.folder / "x.json").write_text("{}")
    result = shell.run("test", "spec.yaml", "--container", "x.json")
    assert (result.code, result.err) == (
        1,
        "error: `x.json` is not a GTM export: it has no `containerVersion`\n",
    )


def test_explore(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + RIGHT)
    result = shell.run("test", "spec.yaml", "-q", "--explore", "--format", "json")
    document = json.loads(result.out)
    assert document["scenarios"] > 10
    assert all(one["scenario"]["steps"] for one in document["findings"])
    assert result.code == int(any(one["severity"] == "error" for one in document["findings"]))


def test_watch_runs_again_when_a_file_changes(shell: Shell, spec: Path) -> None:
    from gtmgen.cli.watch import watch

    spec.write_text("one")
    seen = []

    def work() -> int:
        seen.append(spec.read_text())
        if len(seen) == 1:
            return 1
        return 0

    import threading

    timer = threading.Timer(0.5, lambda: spec.write_text("two, which is longer"))
    timer.start()
    assert watch([spec], work, rounds=1) == 0
    assert seen == ["one", "two, which is longer"]


def test_the_event_of_a_banner_that_the_scenarios_do_not_push(shell: Shell) -> None:
    assert shell.run("init", "tracking", "--starter", "shop").code == 0
    spec = Path("tracking/tracking.yaml")
    spec.write_text(
        spec.read_text().replace(
            "consented: {event: consent_given}", "consented: {event: banner-answered}"
        )
    )

    result = shell.run("test", str(spec), "-k", "held back", "--quiet")

    assert result.code == 1
    assert (
        "    trigger `consent - tiktok page_view late` waits for `banner-answered` or "
        "`gtmgen.consented`; the events were `consent_given`\n"
    ) in result.out
