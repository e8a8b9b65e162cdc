"""Fragments of a spec: compiled, read back and lifted, they are the same fragments again."""

from __future__ import annotations

from typing import Any

import pytest
from compile.specs import exported, spec

from gtmgen.spec.forms.registry import FORM_OF_WORD
from gtmgen.spec.sources.registry import SOURCES

from .lifting import converted, lifts

# What other fragments refer to.
OTHERS = {
    "other": {"path": "other", "scope": "model", "name": "Other value"},
    "number": {"path": "number", "scope": "model", "name": "A number"},
}
DATA: list[dict[str, Any]] = [
    {"path": "ecommerce.value", "scope": "model"},
    {"path": "user.plan", "scope": "model", "default": "free"},
    {"path": "user.plan", "scope": "model", "default": ""},
    {"path": "user.plan", "scope": "model", "description": "What they pay for.\nOr do not."},
    {"path": "a", "scope": "model", "replace": {"null": "none", "undefined": ""}, "case": "lower"},
    {"path": "a", "scope": "model", "default": "x", "case": "upper"},
    {"path": 'ümlaut."quotes" \\ ${HOME}', "scope": "model"},
    {"cookie": "_ga"},
    {"cookie": "_ga", "decode": False},
    {"cookie": "_ga", "replace": {"null": "none"}},
    {"query": "utm_source"},
    {"url": "path"},
    {"url": "url"},
    {"url": {"component": "host", "strip_www": True}},
    {"url": {"component": "fragment", "source": "other"}},
    {"url": {"component": "query", "key": "q", "source": "click_url"}},
    {"referrer": "host"},
    {"js": "app.version", "case": "lower"},
    {"dom": {"id": "price"}},
    {"dom": {"css": "meta[name=x]", "attribute": "content"}},
    {"dom": {"css": "h1"}, "replace": {"undefined": "none"}},
    {"element": {"attribute": "href"}},
    {"element": {"attribute": "data-id"}, "default": "none", "case": "lower"},
    {"element": {"url": "host", "strip_www": True}},
    {"element": {"url": "path", "default_pages": ["index.html"]}},
    {"element": {"url": "query", "key": "q"}},
    {"dom": {"css": "h1"}, "replace": {"null": "a", "undefined": "b"}, "case": "lower"},
    {"constant": "G-ABC"},
    {"constant": "007"},
    {"constant": {"text": "https://{{page_hostname}}/{{other}}"}},
    {"lookup": {"input": "other", "map": {"a": {"text": "{{other}}!"}}}},
    {
        "lookup": {
            "input": "other",
            "map": {"a": "1"},
            "default": {"text": "{{page_path}}"},
        }
    },
    {
        "regex": {
            "input": "other",
            "capture": True,
            "map": [{"pattern": "(a)", "value": {"text": "$1 {{other}}"}}],
            "default": {"text": "{{other}}"},
        }
    },
    {
        "regex": {
            "input": "other",
            "map": [{"pattern": {"text": "^{{page_hostname}}/{{other}}$"}, "value": "own"}],
        }
    },
    {"url": "query_string"},
    {"url": {"component": "path", "default_pages": ["index.html"], "source": "other"}},
    {"referrer": "query_string"},
    {"lookup": {"input": "other", "map": {"a": "1", "b": "2"}}},
    {"lookup": {"input": "other", "map": [{"key": k, "value": k} for k in "cab"]}},
    {"lookup": {"input": "other", "map": [{"key": "a", "value": k} for k in "12"]}},
    {"lookup": {"input": "other", "map": [{"key": {"text": "{{other}}!"}, "value": "1"}]}},
    {"lookup": {"input": "page_path", "map": {"/": "home"}}, "default": "else"},
    {"regex": {"input": "other", "map": [{"pattern": "^b", "value": ""}]}},
    {"regex": {"input": "other", "map": [{"pattern": k, "value": "1"} for k in "cab"]}},
    {
        "regex": {
            "input": "event",
            "full_match": True,
            "ignore_case": True,
            "map": [{"pattern": "x.*", "value": "1"}],
        },
        "default": "0",
    },
    {"script": "function() { return {{Page Path}} + {{Other value}}; }"},
    {"script": "function() {\n  return 'ä' + \"b\";\n}\n"},
]
TRIGGERS: list[dict[str, Any]] = [
    {"event": "purchase"},
    {"event": "purchase", "description": "An order is paid."},
    {"event": "purchase", "where": {"number": {"gt": 0}}},
    {"event": "purchase", "where": {"number": {"gte": 1, "not_lt": 2, "not_lte": 0}}},
    {"event": "purchase", "where": {"number": {"gt": "0.50"}}},
    {"event": "purchase", "where": {"other": "yes", "page_hostname": {"ends_with": ".example"}}},
    {"event": "e", "where": {"other": {"contains": "z", "not_contains": "b", "equals": "c"}}},
    {"event": "e", "where": {"page_url": {"matches": "^https", "ignore_case": True}}},
    {"event": "e", "where": {"other": {"matches": "z", "not_matches": "b", "ignore_case": True}}},
    {"event": "e", "where": {"other": {"not_equals": "x"}, "referrer": {"not_starts_with": "y"}}},
    {"event_matches": "^a|b$"},
    {"event_matches": ".*", "ignore_case": True},
    {"page": "home"},
    {"page": "product", "where": {"other": "yes"}},
    {"lifecycle": "page_view"},
    {"lifecycle": "page_view", "where": {"page_path": {"starts_with": "/shop"}}},
    {"lifecycle": "init", "where": {"other": "yes"}},
    {"lifecycle": "consent_init", "pages": ["home"]},
    {"lifecycle": "dom_ready"},
    {"lifecycle": "dom_ready", "pages": ["cart"]},
    {"lifecycle": "window_loaded", "pages": ["product"], "where": {"other": "x"}},
    {"history": "any"},
    {"history": "any", "where": {"history_source": {"not_equals": "replaceState"}}},
    {"click": ".buy"},
    {"click": ".buy, #order > a[x=',']"},
    {"click": "any"},
    {"click": "any", "where": {"click_text": "Buy", "click_element": {"not_css": ".buy, .add"}}},
    {"link": "a.out"},
    {"link": "any", "where": {"click_url": {"contains": "tel:"}}},
    {"link": "any", "wait": "2s", "check_validation": True},
    {"link": "a", "wait": "1500ms"},
    {"link": "a", "check_validation": True},
    {"submit": "form#f", "pages": ["home"]},
    {"submit": "any", "wait": "10s", "where": {"form_id": "f"}},
    {"visible": "#footer"},
    {"visible": ".x", "ratio": 10, "once": "element", "for": "250ms", "observe_dom": True},
    {"visible": ".x", "once": "every"},
    {"scroll": [25, 50]},
    {"scroll_pixels": [100, 2000], "scroll_horizontal": [50]},
    {"scroll_horizontal_pixels": [10]},
    {"link": "a", "wait": "2s", "enabled_where": {"page_path": {"contains": "/shop"}}},
    {"submit": "form", "enabled_where": {"other": "x"}},
    {"timer": "10s", "enabled_where": {"page_path": {"matches": ".*", "ignore_case": True}}},
    {"timer": "30s"},
    {"timer": "500ms", "limit": 3, "where": {"other": "x"}},
    {"video": {"start": True}},
    {"video": {"complete": True, "pause": True, "progress": [10, 90]}},
    {"js_error": True},
    {"js_error": True, "where": {"error_message": {"contains": "x"}}},
    {"group": ["first", "second"]},
]
PAGES = {
    "home": {"path": "/"},
    "product": {"path": "/products/*"},
    "cart": {"path": ["/cart", "/checkout/**"]},
}
NAMED = {
    "first": {"event": "first", "name": "First one"},
    "second": {"event": "second", "name": "Second one"},
}


def _spec(**sections: Any) -> dict[str, Any]:
    return spec(
        **{"platforms": {}, "data": OTHERS, "triggers": NAMED, "pages": PAGES} | sections,
        gtm={"folders": {"shop": {"name": "Shop"}}},
    )


def _ids(fragments: list[dict[str, Any]]) -> list[str]:
    return [f"{place}-{next(iter(item))}" for place, item in enumerate(fragments)]


@pytest.mark.parametrize("fragment", DATA, ids=_ids(DATA))
def test_a_data_key(fragment: dict[str, Any]) -> None:
    fragment = {**fragment, "name": "Value of x"}
    found = lifts(exported(_spec(data={**OTHERS, "x": fragment})))
    assert found["data", "x"].data == fragment


@pytest.mark.parametrize("fragment", TRIGGERS, ids=_ids(TRIGGERS))
def test_a_trigger(fragment: dict[str, Any]) -> None:
    fragment = {**fragment, "name": "Moment of x"}
    found = lifts(exported(_spec(triggers={**NAMED, "x": fragment})))
    # The names of pages are nowhere in a container: they are made anew, of the first path.
    own = {"products": "product"}
    lifted = dict(found["triggers", "x"].data)
    if isinstance(lifted.get("page"), str):
        lifted["page"] = own.get(lifted["page"], lifted["page"])
    if "pages" in lifted:
        lifted["pages"] = [own.get(page, page) for page in lifted["pages"]]
    assert lifted == fragment


def test_folders_are_kept() -> None:
    found = lifts(
        exported(
            _spec(
                data={
                    **OTHERS,
                    "x": {"path": "x", "scope": "model", "name": "X", "folder": "Shop"},
                },
                triggers={**NAMED, "y": {"event": "y", "name": "Y", "folder": "Shop"}},
            )
        )
    )
    assert found["data", "x"].data == {"path": "x", "scope": "model", "name": "X", "folder": "Shop"}
    assert found["triggers", "y"].data == {"event": "y", "name": "Y", "folder": "Shop"}


def test_all_of_them_at_once_are_proved_by_compiling() -> None:
    data = {f"d{place}": {**item, "name": f"D{place}"} for place, item in enumerate(DATA)}
    triggers = {f"t{place}": {**item, "name": f"T{place}"} for place, item in enumerate(TRIGGERS)}
    container = exported(_spec(data={**OTHERS, **data}, triggers={**NAMED, **triggers}))
    found = converted(container)
    assert [(lift.section, lift.key) for lift in found.undone] == []
    assert {lift.key for lift in found.lifts if lift.section == "data"} == {*OTHERS, *data}
    assert {lift.key for lift in found.lifts if lift.section == "triggers"} == {*NAMED, *triggers}
    assert {repr(lift.data) for lift in found.lifts if lift.section == "pages"} == {
        repr(page) for page in PAGES.values()
    }


SERVER_DATA: list[dict[str, Any]] = [
    {"event_data": "user_data.email_address"},
    {"event_data": "currency", "default": "EUR"},
    {"event_data": "event_id", "replace": {"undefined": "none"}, "case": "lower"},
    {"request_header": "user-agent"},
    {"request_query": "ep.content_type"},
    {"constant": {"text": "{{client_name}} {{request_path}}"}},
]
SERVER_TRIGGERS: list[dict[str, Any]] = [
    {"always": True, "where": {"client_name": "GA4"}},
    {"always": True, "where": {"visitor_region": {"starts_with": "DE"}, "d0": {"contains": "@"}}},
    {"event": "purchase", "where": {"client_name": {"contains": "GA4"}}},
]


def test_every_form_and_every_source_makes_the_round_trip() -> None:
    triggers = {word for item in (*TRIGGERS, *SERVER_TRIGGERS) for word in item}
    assert FORM_OF_WORD.keys() <= triggers
    data = {word for item in (*DATA, *SERVER_DATA) for word in item}
    assert {word for word, source in SOURCES.items() if source.types} <= data


def test_what_server_containers_have() -> None:
    data = {f"d{place}": {**item, "name": f"D{place}"} for place, item in enumerate(SERVER_DATA)}
    triggers = {
        f"t{place}": {**item, "name": f"T{place}"} for place, item in enumerate(SERVER_TRIGGERS)
    }
    tag = {"type": "sgtmgaaw", "consent": "not_required", "on": [{"always": True}]}
    made = spec(
        platforms={},
        container={"gtm": "GTM-ACME42", "context": "server"},
        data=data,
        triggers=triggers,
        gtm={"tags": {"ga4": {**tag, "name": "GA4"}}},
    )
    container = exported(made)
    (firing,) = container["tag"][0]["firingTriggerId"]
    assert firing == "2147479574"
    found = converted(container)
    assert found.undone == ()
    # What Google calls so in the event data says who the visitor is.
    data["d0"]["pii"] = True
    assert {lift.key: lift.data for lift in found.lifts if lift.section == "data"} == data
    assert {lift.key: lift.data for lift in found.lifts if lift.section == "triggers"} == triggers
    (event,) = [lift for lift in found.lifts if lift.section == "events"]
    assert (event.key, event.data["on"]) == ("every_event", {"always": True})
