"""Every data source and the variable that it becomes, whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gtmgen.errors import SpecError

from .specs import by_name, compact, compiled, exported, spec

NO_DEFAULT = {"setDefaultValue": "BOOLEAN false"}


def variable(source: dict[str, Any], folder: Path | None = None, **data: Any) -> dict[str, Any]:
    version = exported(spec(data={"x": source, **data}), folder)
    found = compact(by_name(version["variable"])["data - x"])
    assert found.pop("name") == "data - x"
    return found


def of(type_: str, **parameter: Any) -> dict[str, Any]:
    return {"type": type_, "parameter": parameter}


V = {"dataLayerVersion": "INTEGER 2"}
REGEX = {"fullMatch": "BOOLEAN false", "replaceAfterMatch": "BOOLEAN false"}
ROW = [{"key": "a.*", "value": "1"}]
CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"path": "ecommerce.value", "scope": "model"},
        of("v", **V, **NO_DEFAULT, name="ecommerce.value"),
    ),
    (
        {"path": "v", "default": 0, "scope": "model"},
        of("v", **V, setDefaultValue="BOOLEAN true", defaultValue="0", name="v"),
    ),
    (
        {"path": "v", "default": "", "scope": "model"},
        of("v", **V, setDefaultValue="BOOLEAN true", defaultValue="", name="v"),
    ),
    ({"cookie": "_fbp"}, of("k", decodeCookie="BOOLEAN true", name="_fbp")),
    ({"query": "q"}, of("u", component="QUERY", queryKey="q")),
    (
        {"query": "q", "replace": {"undefined": "none"}},
        {
            **of("u", component="QUERY", queryKey="q"),
            "formatValue": {"convertUndefinedToValue": "none"},
        },
    ),
    ({"url": "host"}, of("u", component="HOST")),
    (
        {"url": {"component": "host", "strip_www": True}},
        of("u", component="HOST", stripWww="BOOLEAN true"),
    ),
    (
        {"url": {"component": "query", "key": "q", "source": "page_url"}},
        of("u", component="QUERY", queryKey="q", customUrlSource="{{Page URL}}"),
    ),
    (
        {"url": {"component": "path", "source": "link"}},
        of("u", component="PATH", customUrlSource="{{data - link}}"),
    ),
    ({"url": "query_string"}, of("u", component="QUERY")),
    (
        {"url": {"component": "path", "default_pages": ["index.html", "a.php"]}},
        of("u", component="PATH", defaultPages=["index.html", "a.php"]),
    ),
    ({"referrer": "host"}, of("f", component="HOST")),
    ({"referrer": "query_string"}, of("f", component="QUERY")),
    (
        {"constant": {"text": "https://{{link}}/{{page_path}}?{x}"}},
        of("c", value="https://{{data - link}}/{{Page Path}}?{x}"),
    ),
    (
        {
            "lookup": {
                "input": "link",
                "map": {"a": {"text": "{{page_url}}#"}, "b": 2},
                "default": {"text": "{{link}}"},
            }
        },
        of(
            "smm",
            setDefaultValue="BOOLEAN true",
            defaultValue="{{data - link}}",
            input="{{data - link}}",
            map=[{"key": "a", "value": "{{Page URL}}#"}, {"key": "b", "value": "2"}],
        ),
    ),
    (
        {
            "regex": {
                "input": "link",
                "capture": True,
                "full_match": True,
                "map": [{"pattern": "(a).*", "value": {"text": "$1 of {{link}}"}}],
            }
        },
        of(
            "remm",
            **NO_DEFAULT,
            input="{{data - link}}",
            fullMatch="BOOLEAN true",
            replaceAfterMatch="BOOLEAN true",
            ignoreCase="BOOLEAN false",
            map=[{"key": "(a).*", "value": "$1 of {{data - link}}"}],
        ),
    ),
    ({"js": "app.user.id"}, of("j", name="app.user.id")),
    ({"dom": {"id": "price"}}, of("d", selectorType="ID", elementId="price")),
    (
        {"dom": {"css": "meta[name=a]", "attribute": "content"}},
        of("d", selectorType="CSS", elementSelector="meta[name=a]", attributeName="content"),
    ),
    ({"constant": 12.5}, of("c", value="12.5")),
    ({"constant": 3.0}, of("c", value="3")),
    ({"constant": True}, of("c", value="true")),
    (
        {"lookup": {"input": "page_hostname", "map": {"b": 2, "a": True}}},
        of(
            "smm",
            **NO_DEFAULT,
            input="{{Page Hostname}}",
            map=[{"key": "a", "value": "true"}, {"key": "b", "value": "2"}],
        ),
    ),
    (
        {
            "lookup": {
                "input": "link",
                "map": [
                    {"key": "b", "value": 2},
                    {"key": {"text": "{{link}}#"}, "value": ""},
                    {"key": "b", "value": 1},
                ],
            }
        },
        of(
            "smm",
            **NO_DEFAULT,
            input="{{data - link}}",
            map=[
                {"key": "b", "value": "2"},
                {"key": "{{data - link}}#", "value": ""},
                {"key": "b", "value": "1"},
            ],
        ),
    ),
    (
        {"lookup": {"input": "link", "map": {"a": ""}, "default": "d"}, "default": "outer"},
        of(
            "smm",
            setDefaultValue="BOOLEAN true",
            defaultValue="d",
            input="{{data - link}}",
            map=[{"key": "a", "value": ""}],
        ),
    ),
    (
        {"regex": {"input": "link", "map": {"a.*": 1}}},
        of(
            "remm",
            **NO_DEFAULT,
            **REGEX,
            input="{{data - link}}",
            ignoreCase="BOOLEAN false",
            map=ROW,
        ),
    ),
    (
        {
            "regex": {
                "input": "link",
                "map": [{"pattern": "b", "value": "x"}, {"pattern": "a", "value": "y"}],
                "full_match": True,
                "ignore_case": True,
            },
            "default": 0,
        },
        of(
            "remm",
            setDefaultValue="BOOLEAN true",
            defaultValue="0",
            input="{{data - link}}",
            fullMatch="BOOLEAN true",
            replaceAfterMatch="BOOLEAN false",
            ignoreCase="BOOLEAN true",
            map=[{"key": "b", "value": "x"}, {"key": "a", "value": "y"}],
        ),
    ),
    (
        {"script": "function() { return {{Page URL}}; }"},
        of("jsm", javascript="function() { return {{Page URL}}; }"),
    ),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_a_source_becomes_its_variable(source: dict[str, Any], expected: dict[str, Any]) -> None:
    assert variable(source, link={"path": "link"}) == {"formatValue": {}, **expected} or (
        variable(source, link={"path": "link"}) == expected
    )


def test_a_script_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text("function() {\n  return 1;\n}\n")
    found = variable({"script": {"file": "x.js"}}, tmp_path)
    assert found == of("jsm", javascript="function() {\n  return 1;\n}\n")


def test_a_script_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text("")
    (tmp_path / "spec").mkdir()
    with pytest.raises(SpecError) as caught:
        variable({"script": {"file": "../x.js"}}, tmp_path / "spec")
    (problem,) = caught.value.diagnostics
    assert problem.message == "the script `../x.js` lies outside the spec's folder"


def test_built_in_variables_that_a_script_refers_to_are_enabled() -> None:
    version = exported(spec(data={"x": {"script": "function() { return {{Click ID}} + {{y}}; }"}}))
    assert [item["name"] for item in version["builtInVariable"]] == ["Click ID"]


@pytest.mark.parametrize(
    ("source", "field", "expected"),
    [
        ({"query": "q", "default": "none"}, "default", "none"),
        ({"js": "a.b", "type": "number", "decimal": ","}, "decimal", ","),
        ({"dom": {"id": "a"}, "type": "string"}, "null_text", "BOOLEAN true"),
        ({"cookie": "c", "type": "currency"}, "type", "currency"),
    ],
)
def test_a_typed_value_reads_gtms_own_variable(
    source: dict[str, Any], field: str, expected: str
) -> None:
    variables = by_name(exported(spec(data={"x": source}))["variable"])
    parameter = compact(variables["data - x"])["parameter"]
    assert (parameter["read"], parameter["value"]) == ("value", "{{data - x (as it is)}}")
    assert parameter[field] == expected
    assert not compact(variables["data - x (as it is)"])["type"].startswith("cvt_")


@pytest.mark.parametrize(
    "source",
    [
        {"dom": {"css": "#a", "attribute": "data-b"}},
        {"cookie": "c"},
        {"query": "q"},
        {"url": "fragment"},
        {"referrer": "host"},
        {"js": "a.b"},
        {"first_of": ["b", "c"]},
    ],
)
def test_a_value_that_no_message_brings_is_typed_without_reading_the_data_layer(
    source: dict[str, Any],
) -> None:
    """Some versions of GTM's runtime lack `copyFromWindow`: there only event data is lost."""
    others = {"b": {"cookie": "b"}, "c": {"cookie": "c"}}
    version = exported(spec(data={**others, "x": {**source, "type": "integer", "default": 1}}))
    (template,) = version["customTemplate"]
    assert template["name"] == "Value (shop)"
    assert "copyFromWindow" not in template["templateData"]


def test_a_value_of_the_events_own_message_is_a_template() -> None:
    version = exported(
        spec(
            data={
                "items": {"path": "ecommerce.items", "scope": "event"},
                "value": {"path": "ecommerce.value", "scope": "event", "default": 0},
            }
        )
    )
    (template,) = version["customTemplate"]
    assert template["name"] == "Event data (shop)"
    type_ = f"cvt_0_{template['templateId']}"
    items, value = map(compact, version["variable"])
    assert items == {"name": "data - items", **of(type_, read="event", path="ecommerce.items")}
    assert value == {
        "name": "data - value",
        **of(type_, read="event", path="ecommerce.value", default="0"),
    }


def test_a_built_in_variable_is_enabled_and_not_made() -> None:
    version = exported(
        spec(
            data={"path": {"builtin": "page_path"}},
            events={
                "e": {
                    "on": {"event": "e"},
                    "where": {"path": "/x", "click_text": "y"},
                    "send": {"ga4": "e"},
                }
            },
        )
    )
    assert version["builtInVariable"] == [
        {"accountId": "0", "containerId": "0", "type": "PAGE_PATH", "name": "Page Path"},
        {"accountId": "0", "containerId": "0", "type": "CLICK_TEXT", "name": "Click Text"},
    ]
    assert [item["name"] for item in version["variable"]] == ["event ID - generated"]


def test_a_name_a_description_and_a_folder() -> None:
    data = spec(
        container={"gtm": "accounts/12/containers/34", "folder": "Acme"},
        data={"x": {"js": "x", "name": "DLV | x", "description": "What it is."}},
    )
    version = exported(data)
    (folder,) = version["folder"]
    assert folder == {
        "accountId": "12",
        "containerId": "34",
        "folderId": "1",
        "name": "Acme",
        "fingerprint": "1577836800000",
        "notes": "[gtmgen shop folder/main]",
    }
    assert version["variable"] == [
        {
            "accountId": "12",
            "containerId": "34",
            "variableId": "2",
            "name": "DLV | x",
            "type": "j",
            "notes": "What it is.\n[gtmgen shop variable/x]",
            "parameter": [{"type": "TEMPLATE", "key": "name", "value": "x"}],
            "fingerprint": "1577836800000",
            "parentFolderId": "1",
            "formatValue": {},
        }
    ]


def test_names_follow_a_pattern() -> None:
    naming = {
        "variable": "{project}|{form}|{key} 100%",
        "tag": "{event} > {platform} > {title}",
        "trigger": "T {form} {key}",
        "template": "{title}, {key}",
    }
    container = compiled(
        spec(
            container={"gtm": "GTM-A1", "naming": naming},
            data={"x": {"js": "x"}},
            events={"e": {"title": "An E", "on": {"event": "e"}, "send": {"ga4": "e"}}},
        )
    )
    assert {item.name for item in container.entities()} == {
        "shop|data|x 100%",
        "shop|event ID|generated 100%",
        "e > GA4 > An E",
        "Google tag > GA4 > Google tag",
        "T event e",
        "Event data, event_data",
    }


def refusals(data: dict[str, Any]) -> list[str]:
    with pytest.raises(SpecError) as caught:
        compiled(data)
    return [problem.message for problem in caught.value.diagnostics]


def test_names_that_gtm_refuses() -> None:
    events = {"e": {"title": "A: b", "on": {"event": "e"}, "send": {"ga4": "e"}}}
    container = {"gtm": "GTM-A1", "naming": {"tag": "{title}", "trigger": "{key} {nonsense}"}}
    assert refusals(spec(container=container, events=events)) == [
        "GTM refuses the name `A: b` of the tag",
        "GTM refuses the name `e {nonsense}` of the trigger",
    ] or refusals(spec(container=container, events=events)) == [
        "GTM refuses the name `e {nonsense}` of the trigger",
        "GTM refuses the name `A: b` of the tag",
    ]
    title = {"e": {**events["e"], "title": "Two lines\n"}}
    naming = {"gtm": "GTM-A1", "naming": {"tag": "{title}"}}
    assert refusals(spec(container=naming, events=title)) == [
        "GTM refuses the name `Two lines\n` of the tag"
    ]


def test_every_name_of_the_page_trigger_that_is_refused_has_a_place() -> None:
    container = {"gtm": "GTM-A1", "naming": {"trigger": "a:b"}}
    platforms = {"ga4": {**spec()["platforms"]["ga4"], "page_view": "manual"}}
    data = spec(container=container, platforms=platforms, site={"navigation": "spa"})
    assert refusals(data) == ["GTM refuses the name `a:b` of the trigger"]


def test_a_name_is_used_once_and_not_for_what_gtm_has() -> None:
    one = {"js": "x", "name": "Same"}
    assert refusals(spec(data={"a": one, "b": one})) == ["two variables have the name `Same`"]
    assert refusals(spec(data={"a": {**one, "name": "Page URL"}})) == [
        "`Page URL` is the name of one of GTM's built-in variables"
    ]
    assert refusals(spec(triggers={"a": {"event": "x", "name": "All Pages"}})) == [
        "`All Pages` is the name of one of GTM's built-in triggers"
    ]


def test_a_query_parameter_with_characters_that_names_may_not_have() -> None:
    version = exported(
        spec(
            pages={"p": {"query": {"a:b": "1", "{{x}}": "2"}}},
            triggers={"t": {"page": "p"}},
        )
    )
    names = {item["name"]: compact(item)["parameter"] for item in version["variable"]}
    assert names["query - a%3Ab"]["queryKey"] == "a:b"
    assert names["query - %7B%7Bx%7D%7D"]["queryKey"] == "{{text - open brace}}{x}}"
