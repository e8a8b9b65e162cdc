"""Whatever text a spec holds arrives in GTM as this text, and never as a reference."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gtmgen.container.entities import Owner
from gtmgen.container.export import export_json
from gtmgen.container.ownership import owner_in

from .specs import TIKTOK, by_name, compiled, parameters, spec

BRACE = "text - open brace"
NASTY = [
    "",
    "plain",
    "'\"`",
    "</script><script>alert(1)</script>",
    "{{Page URL}}",
    "{{data - x}}",
    "{{text - open brace}}",
    "{{{x}}}",
    "{{{{{",
    "{",
    "{{",
    "a{",
    "}}",
    "}{",
    "{ {",
    "{%x%}",
    "\\{{x}}\\",
    "\\",
    "\u2028\u2029\x85",
    "🎉🇩🇪é",
    "%(key)s %s {0} {key} $1 \\1",
    "a\nb\r\nc\t",
    "${HOME} $${x}",
    "#",
    "- a: b",
    "[gtmgen other tag/x]",
]
PIECES = [*"{}\\\"'$x🎉\u2028", "{{", "}}", "</script>", "{{Page URL}}"]
TEXT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)
NOT_EMPTY = TEXT.filter(lambda text: text.strip(",") != "")  # commas part CSS selectors
MISSING = "^(?:undefined|null|NaN)?$"  # beside a condition that would hold for it


def evaluate(template: str, version: dict[str, Any]) -> str:
    """What GTM makes of a template string; it refers to the stand-in for a brace alone."""
    variables = by_name(version.get("variable", []))

    def value(match: re.Match[str]) -> str:
        assert match.group(1) == BRACE, f"{match.group(1)} became a reference"
        (content,) = variables[BRACE]["parameter"]
        return content["value"]

    return re.sub(r"\{\{(.*?)\}\}", value, template, flags=re.DOTALL)


def data_for(text: str, filled: str) -> dict[str, Any]:
    """A spec with the text in every place that takes any (``filled``: that takes no empty one)."""
    return spec(
        platforms={"tiktok": {**TIKTOK, "content_id": filled}},
        data={
            "path": {"path": filled, "scope": "model", "default": text, "description": text},
            "event": {"path": filled, "scope": "event", "default": text},
            "cookie": {"cookie": filled, "default": text},
            "query": {"query": filled},
            "url": {"url": {"component": "query", "key": filled}},
            "js": {"js": filled},
            "dom": {"dom": {"css": filled, "attribute": filled}},
            "id": {"dom": {"id": filled}},
            "constant": {"constant": filled},
            "lookup": {"lookup": {"input": "path", "map": {filled: text}, "default": text}},
            "regex": {
                "regex": {"input": "path", "map": [{"pattern": filled, "value": text}]},
                "default": text,
            },
        },
        triggers={
            "matches": {"event_matches": filled, "description": text},
            "click": {"click": filled.replace(",", "")},
            "link": {"link": filled},
            "visible": {"visible": filled},
        },
        events={
            "lead": {
                "title": text,
                "description": text,
                "owner": text,
                "on": {"event": filled},
                "where": {
                    "path": {"contains": filled},
                    "js": {"ends_with": [filled, "z"]},
                    "cookie": {"matches": filled},
                },
                "event_id": {"from": "cookie", "prefix": text},
                "params": {"description": {"const": text}},
                "send": {"tiktok": "Lead"},
            }
        },
    )


def check(text: str, filled: str) -> str:
    """Looks at all that holds the texts; what arrives at the platform as the description."""
    exported = export_json(compiled(data_for(text, filled))).decode()
    version = json.loads(exported)["containerVersion"]
    variables = {
        name.removeprefix("data - "): parameters(item["parameter"])
        for name, item in by_name(version["variable"]).items()
    }
    formats = by_name(version["variable"])

    def same(template: str, expected: str) -> None:
        assert evaluate(template, version) == expected

    same(variables["path"]["name"], filled)
    same(variables["path"]["defaultValue"], text)
    same(variables["event"]["path"], filled)
    for key in ("event", "cookie"):
        same(variables[key]["default"], text)
    same(variables["cookie (as it is)"]["name"], filled)
    same(variables["query"]["queryKey"], filled)
    same(variables["url"]["queryKey"], filled)
    same(variables["js"]["name"], filled)
    same(variables["dom"]["elementSelector"], filled)
    same(variables["dom"]["attributeName"], filled)
    same(variables["id"]["elementId"], filled)
    same(variables["constant"]["value"], filled)
    (row,) = variables["lookup"]["map"]
    same(row["key"], filled)
    same(row["value"], text)
    same(variables["lookup"]["defaultValue"], text)
    (row,) = variables["regex"]["map"]
    same(row["key"], filled)
    same(row["value"], text)
    same(variables["regex"]["defaultValue"], text)
    same(variables["event ID - lead"]["prefix"], text)

    triggers = by_name(version["trigger"])

    def right(name: str, kind: str, place: int = 0) -> str:
        found = (parameters(item["parameter"])["arg1"] for item in triggers[name][kind])
        return [text for text in found if text != MISSING][place]

    same(right("event_matches - matches", "customEventFilter"), filled)
    same(right("link - link", "filter"), filled)
    same(parameters(triggers["visible - visible"]["parameter"])["elementSelector"], filled)
    lead = "event - lead"
    same(right(lead, "customEventFilter"), filled)
    same(right(lead, "filter", 0), filled)  # cookie, js, path
    pattern = evaluate(right(lead, "filter", 1), version)
    assert re.search(pattern, "before" + filled)
    same(right(lead, "filter", 2), filled)

    (tag,) = version["tag"]
    given = parameters(tag["parameter"])
    same(given["content_id_key"], filled)
    (description,) = given["params"]
    same(description["value"], text)
    lines = [line for line in (text, text, f"Owner: {text}" if text else "") if line]
    owner = "[gtmgen shop tag/lead.tiktok]"
    assert tag["notes"] == "\n".join([*lines, owner])
    assert formats["data - path"]["notes"].endswith("[gtmgen shop variable/path]")
    if text:
        assert formats["data - path"]["notes"] == f"{text}\n[gtmgen shop variable/path]"
        assert triggers["event_matches - matches"]["notes"].startswith(f"{text}\n[gtmgen shop ")
    return str(evaluate(description["value"], version))


@pytest.mark.parametrize("text", NASTY)
def test_awkward_text_arrives(text: str) -> None:
    assert check(text, text or "x") == text


@given(TEXT, NOT_EMPTY)
@example("{{", "{")
@settings(max_examples=150, deadline=None)
def test_any_text_arrives(text: str, filled: str) -> None:
    assert check(text, filled) == text


@given(st.lists(st.sampled_from("{}a/-.|^"), min_size=1, max_size=10).map("".join))
@settings(max_examples=60, deadline=None)
def test_braces_in_a_path_never_become_a_reference(text: str) -> None:
    version = json.loads(
        export_json(
            compiled(spec(pages={"p": {"path": f"/x/{text}"}}, triggers={"t": {"page": "p"}}))
        )
    )["containerVersion"]
    (trigger,) = version["trigger"]
    arg1 = parameters(trigger["filter"][0]["parameter"])["arg1"]
    assert "{{" not in arg1
    re.compile(arg1)


@pytest.mark.parametrize(
    "forged",
    ["[gtmgen other tag/x]", "x\n[gtmgen other tag/x]\n", "[gtmgen other tag/x]\n\n  \n"],
)
def test_a_forged_line_does_not_change_the_owner(forged: str) -> None:
    data = data_for(forged, "x")
    for entity in json.loads(export_json(compiled(data)))["containerVersion"]["tag"]:
        assert owner_in(entity["notes"]) == Owner("shop", "tag/lead.tiktok")
    for entity in compiled(data).entities():
        assert entity.owner is not None
        assert entity.owner.project == "shop"


def test_the_stand_in_for_a_brace_exists_only_where_it_is_needed() -> None:
    def variables(text: str) -> dict[str, dict[str, Any]]:
        version = json.loads(export_json(compiled(data_for(text, "x"))))["containerVersion"]
        return by_name(version["variable"])

    assert BRACE not in variables("{ }}")
    needed = variables("{{")[BRACE]
    assert parameters(needed["parameter"]) == {"value": "{"}
    assert needed["notes"].splitlines()[0] == "Stands for { in text with {{."
