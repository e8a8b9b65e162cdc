"""A web container and its server container, side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from push.harness import Shell

from gtmgen.importer.read.container import Imported
from gtmgen.lint.engine import HALVES_RULES
from gtmgen.lint.halves import lint_halves
from gtmgen.lint.view import ContainerView
from gtmgen.rules.model import Rule
from gtmgen.rules.registry import all_rules

Json = dict[str, Any]
PIXEL, OTHER = "C4HALVES000000000001", "C4HALVES000000000002"


def text(key: str, value: str) -> Json:
    return {"type": "TEMPLATE", "key": key, "value": value}


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


def view_of(version: Json) -> ContainerView:
    source = Imported(version, "test")
    return ContainerView(source.entities, source.built_ins, source.context)


def view(context: str, *tags: Json, templates: tuple[Json, ...] = ()) -> ContainerView:
    trigger = {
        "triggerId": "1",
        "name": "Order",
        "type": "CUSTOM_EVENT",
        "customEventFilter": [
            {"type": "EQUALS", "parameter": [text("arg0", "{{_event}}"), text("arg1", "purchase")]}
        ],
    }
    numbered = [{"tagId": str(at), **tag} for at, tag in enumerate(tags)]
    found = {
        "container": {"publicId": "GTM-TEST", "usageContext": [context]},
        "tag": numbered,
        "trigger": [trigger],
        "variable": [
            {"variableId": "1", "name": "Pixel", "type": "c", "parameter": [text("value", PIXEL)]},
            {
                "variableId": "2",
                "name": "Hit ID",
                "type": "ed",
                "parameter": [text("keyPath", "event_id")],
            },
        ],
        "customTemplate": [*templates],
    }
    return view_of(found)


def web(name: str, *ga4: str, options: str = "{event_id: 'a'}") -> ContainerView:
    code = f"<script>ttq.load('{PIXEL}'); ttq.track('{name}', {{}}, {options});</script>"
    rows = [
        {"type": "MAP", "map": [text("parameter", key), text("parameterValue", "x")]} for key in ga4
    ]
    table = {"type": "LIST", "key": "eventSettingsTable", "list": rows}
    event = {
        "name": "GA4",
        "type": "gaawe",
        "firingTriggerId": ["1"],
        "parameter": [text("eventName", "purchase"), *([table] if rows else [])],
    }
    pixel_tag = {
        "name": "Pixel",
        "type": "html",
        "firingTriggerId": ["1"],
        "parameter": [text("html", code)],
    }
    return view("WEB", pixel_tag, event)


def server(**fields: str) -> ContainerView:
    template = {
        "templateId": "7",
        "containerId": "2",
        "name": "Events API",
        "templateData": "___INFO___\n\n{}\n",
        "galleryReference": {"owner": "tiktok", "repository": "gtm-template-eapi"},
    }
    tag = {
        "name": "TikTok server",
        "type": "cvt_2_7",
        "firingTriggerId": ["1"],
        "parameter": [text(key, value) for key, value in fields.items()],
    }
    return view("SERVER", tag, templates=(template,))


def found(web_view: ContainerView, server_view: ContainerView) -> list[tuple[str, str, str]]:
    """Rule, side and text of each finding."""
    return [
        (item.finding.rule, item.side, item.finding.text)
        for item in lint_halves(web_view, server_view)
    ]


def test_halves_that_agree() -> None:
    theirs = server(event="Purchase", pixel_code="{{Pixel}}")
    assert found(web("Purchase", "event_id"), theirs) == []


def test_names_accounts_and_ids_that_differ() -> None:
    theirs = server(event="{{Event Name}}", pixel_code=OTHER)
    assert found(web("Purchase"), theirs) == [
        (
            "halves-account",
            "server",
            (
                f"It sends TikTok events to `{OTHER}`, the browser to `{PIXEL}`: as the pixels "
                "differ, nothing is dropped as the same."
            ),
        ),
        (
            "halves-event-id",
            "server",
            (
                "It reads the event's ID from `event_id`, which no GA4 tag of the web container "
                "sends: without it, both sides are counted."
            ),
        ),
        (
            "halves-name",
            "server",
            "It sends TikTok `CompletePayment`, the browser `Purchase`: both may be counted.",
        ),
    ]


def test_events_of_one_side_alone() -> None:
    theirs = server(event="Purchase", pixel_code=PIXEL)
    assert found(web("Lead", "event_id"), theirs) == [
        (
            "halves-one-side",
            "server",
            "It sends TikTok `Purchase`, which no tag of the browser sends.",
        ),
        (
            "halves-one-side",
            "web",
            "It sends TikTok `Lead`, which no tag of the server container sends.",
        ),
    ]
    unknown = server(event="{{Somewhere}}", pixel_code=PIXEL)
    assert [item[1] for item in found(web("Lead", "event_id"), unknown)] == ["server", "web"]


@pytest.mark.parametrize(
    ("options", "event_id", "expected"),
    [
        ("{event_id: 'order_{{Order}}'}", "order_{{Order}}", []),
        ("{event_id: {{Order}}}", "{{Hit ID}}", []),
        (
            "{event_id: 'order_{{Order}}'}",
            "{{Order}}",
            [
                (
                    "Its event ID begins with nothing, that of the browser's `Purchase` with "
                    "`order_`: both are counted."
                )
            ],
        ),
        (
            "{}",
            "order_{{Order}}",
            [
                (
                    "It sends TikTok `Purchase` without an event ID, and the server container "
                    "sends it, too: both are counted."
                )
            ],
        ),
    ],
)
def test_ids_are_compared_as_they_are_made(
    options: str, event_id: str, expected: list[str]
) -> None:
    browser = web("Purchase", "event_id", options=options)
    theirs = server(event="Purchase", pixel_code=PIXEL, event_id=event_id)
    assert [text for _, _, text in found(browser, theirs)] == expected


PAGES = [rule for rule in all_rules().values() if rule.about == "halves"]


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_the_examples_of_a_page(rule: Rule) -> None:
    assert {example.is_good for example in rule.examples} == {True, False}
    for example in rule.examples:
        halves = json.loads(example.text)
        rules = {item[0] for item in found(view_of(halves["web"]), view_of(halves["server"]))}
        assert (rule.id in rules) is not example.is_good


def test_each_rule_has_a_page() -> None:
    assert tuple(rule.id for rule in PAGES) == HALVES_RULES


def test_the_command_finds_them_in_two_exports(shell: Shell) -> None:
    bad = next(one for one in all_rules()["halves-name"].examples if not one.is_good)
    for side, half in json.loads(bad.text).items():
        text = json.dumps({"exportFormatVersion": 2, "containerVersion": half})
        (shell.folder / f"{side}.json").write_text(text)
    both = ("lint", "--container", "web.json", "--container", "server.json")

    result = shell.run(*both, "--format", "json")

    problems = json.loads(result.out)["problems"]
    (problem,) = [one for one in problems if one["rule"] == "halves-name"]
    assert result.code == 1
    assert problem["file"] == "server.json"
    assert problem["message"] == (
        "tag `TikTok server`: It sends TikTok `CompletePayment`, the browser `Purchase`: both may "
        "be counted."
    )
    shell.run(*both, "--write-baseline", "known.json")
    assert shell.run(*both, "--baseline", "known.json").code == 0
    assert "halves-name" in shell.run(*both, "--format", "sarif").out
