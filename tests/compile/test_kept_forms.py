"""Folders, replacements, any element, several raw tags: what containers have grown to hold."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.container.body import api_json, body
from gtmgen.container.entities import Kind, Variable
from gtmgen.container.names import Refs
from gtmgen.diagnostics import Diagnostic
from gtmgen.errors import SpecError

from .specs import by_name, compact, compiled, exported, spec

GTM = {
    "folders": {"old": {"name": "Old things"}},
    "tags": {
        "one": {"name": "One", "type": "html", "parameters": {"html": "1"}},
        "two": {"name": "Two", "type": "html", "parameters": {"html": "2"}},
    },
}


def problems(data: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    with pytest.raises(SpecError) as caught:
        compiled(data)
    found: list[Diagnostic] = list(caught.value.diagnostics)
    return [
        (item.rule, item.message, item.hint) for item in found if item.severity.value == "error"
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"case": "lower"}, {"caseConversionType": "LOWERCASE"}),
        ({"case": "upper"}, {"caseConversionType": "UPPERCASE"}),
        ({"replace": {"null": "a"}}, {"convertNullToValue": "a"}),
        (
            {"replace": {"null": "", "undefined": "b"}, "case": "lower"},
            {
                "convertNullToValue": "",
                "convertUndefinedToValue": "b",
                "caseConversionType": "LOWERCASE",
            },
        ),
    ],
)
def test_what_is_done_with_a_value(data: dict[str, Any], expected: dict[str, Any]) -> None:
    version = exported(spec(data={"x": {"path": "x", "scope": "model", **data}}))
    (found,) = version["variable"]
    plain = {
        key: value.get("value", "") if isinstance(value, dict) else value
        for key, value in found["formatValue"].items()
    }
    assert plain == expected


def test_a_replacement_goes_before_a_default() -> None:
    data = {"cookie": "x", "default": "a", "replace": {"undefined": "b"}}
    found = by_name(exported(spec(data={"x": data}))["variable"])["data - x"]
    assert found["formatValue"] == {"convertUndefinedToValue": {"type": "TEMPLATE", "value": "b"}}
    assert "default" not in compact(found)["parameter"]


def test_the_case_in_the_api_s_spelling() -> None:
    entity = Variable(name="X", case="LOWERCASE")
    fields = api_json(Kind.VARIABLE, body(entity, Refs(str, str, str)))
    assert fields["formatValue"] == {"caseConversionType": "lowercase"}


def test_folders_of_single_things() -> None:
    version = exported(
        spec(
            container={"gtm": "GTM-ACME42", "folder": "Main"},
            data={"x": {"path": "x", "folder": "Old things"}, "y": {"path": "y"}},
            triggers={"t": {"event": "t", "folder": "Old things"}},
            events={
                "e": {"on": "t", "send": {"ga4": {"event": "e", "folder": "Old things"}}},
                "f": {"on": {"event": "f", "folder": "Old things"}, "send": {"ga4": "f"}},
            },
            gtm={"folders": GTM["folders"]},
        )
    )
    names = {item["folderId"]: item["name"] for item in version["folder"]}
    found = {
        item["name"]: names[item["parentFolderId"]]
        for field in ("tag", "trigger", "variable")
        for item in version[field]
    }
    assert found == {
        "data - x": "Old things",
        "data - y": "Main",
        "event ID - generated": "Main",
        "event - t": "Old things",
        "event - f": "Old things",
        "GA4 - e": "Old things",
        "GA4 - f": "Main",
        "GA4 - Google tag": "Main",
    }


def test_a_folder_that_is_not_there() -> None:
    assert problems(
        spec(data={"x": {"path": "x", "folder": "Old thing"}}, gtm={"folders": GTM["folders"]})
    ) == [
        (
            "unknown-name",
            "there is no folder with the name `Old thing` in GTM",
            "did you mean `Old things`?",
        )
    ]


@pytest.mark.parametrize(
    ("trigger", "type_"),
    [
        ({"click": "any"}, "CLICK"),
        ({"link": "any"}, "LINK_CLICK"),
        ({"submit": "any"}, "FORM_SUBMISSION"),
    ],
)
def test_any_element(trigger: dict[str, Any], type_: str) -> None:
    version = exported(spec(triggers={"t": {**trigger, "where": {"page_path": "/x"}}}))
    (found,) = map(compact, version["trigger"])
    assert (found["type"], found["filter"]) == (type_, ["{{Page Path}} EQUALS /x"])


def test_one_event_fires_several_raw_tags() -> None:
    version = exported(
        spec(
            events={"e": {"on": {"event": "e"}, "send": {"custom": {"tag": ["one", "two"]}}}},
            gtm=GTM,
        )
    )
    tags = by_name(version["tag"])
    (trigger,) = version["trigger"]
    for name in ("One", "Two"):
        assert tags[name]["firingTriggerId"] == [trigger["triggerId"]]


def test_a_raw_tag_that_is_not_there() -> None:
    sends = {"custom": {"tag": ["one", "tow"]}}
    assert problems(spec(events={"e": {"on": {"event": "e"}, "send": sends}}, gtm=GTM)) == [
        ("unknown-tag", "there is no raw tag `tow`", "did you mean `two`?")
    ]
