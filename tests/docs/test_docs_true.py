"""That what is said of an event is so: examples, checks, triggers, and what is not an event's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gtmgen.contract.sample import sample
from gtmgen.docs.changes.compare import compare
from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.markdown.files import render as markdown
from gtmgen.docs.model import Documentation
from gtmgen.docs.render import render
from gtmgen.docs.spreadsheet.checklist import make_checklist_table
from gtmgen.docs.words import load_words
from gtmgen.errors import GtmgenError
from gtmgen.generate.code import json_code

from .conftest import data_key, documentation, event, html, of_data

TIKTOK = {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"], "page_view": "off"}
GA4 = {"measurement_id": "G-ABC1234567", "consent": ["analytics_storage"], "page_view": "off"}
VALUE = {"path": "ecommerce.value", "type": "number"}


def one(on: Any, data: Any = None, platforms: Any = None, **more: Any) -> EventDoc:
    found = of_data(
        data=data or {"value": VALUE},
        platforms=platforms or {"ga4": GA4},
        events={"it": {"on": on, "send": {"ga4": "it"}, **more}},
    )
    return event(found, "it")


def test_every_example_of_an_event_meets_its_conditions() -> None:
    where = {"value": {"gte": 10, "lt": 12}}
    send = {"tiktok": "Contact", "ga4": "it"}
    platforms = {"tiktok": TIKTOK, "ga4": GA4}
    params = {"value": "value", "currency": {"const": "EUR"}}
    found = one({"event": "x"}, None, platforms, where=where, params=params, send=send)
    assert found.message is not None
    assert found.message.example["ecommerce"] == {"value": 10}
    assert {x.example for sent in found.deliveries for x in sent.params} == {10, "EUR"}
    server = next(sent.server for sent in found.deliveries if sent.server is not None)
    assert server.payload["data"][0]["properties"]["value"] == 10


def test_the_server_is_only_checked_where_it_can_send_the_same_event() -> None:
    found = documentation()
    for key, wanted in (("purchase", True), ("newsletter", False), ("search", False)):
        tiktok = next(x for x in event(found, key).deliveries if x.platform == "tiktok")
        assert any("test_event_code" in text for text in tiktok.checklist) is wanted
        assert "Diagnostics" in tiktok.checklist[-1]


def test_refused_consent_stops_only_who_waits_for_it() -> None:
    both = {"tiktok": {**TIKTOK, "consent": "not_required"}, "ga4": GA4}
    send = {"tiktok": "Contact", "ga4": "it"}
    some = one({"event": "x"}, None, both, send=send).checklist
    assert "Refuse consent and try again: nothing is sent to GA4." in some
    every = one({"event": "x"}).checklist
    assert "Refuse consent and try again: nothing is sent." in every


def test_checks_only_of_what_there_is() -> None:
    checks = one({"click": "#a", "where": {"click_text": "Buy"}}).checklist
    assert "Under it, `GA4 - it` fired once." in checks
    assert not any("variables have the values" in text for text in checks)
    assert "Try a case where the conditions do not hold: nothing fires." in checks


def test_personal_data_in_a_parameter_is_not_said_to_be_hashed() -> None:
    data = {"mail": {"path": "user.email", "type": "email", "pii": True}}
    found = one({"event": "x"}, data, params={"email": "mail"})
    assert found.message is not None
    assert found.message.notes[-1].startswith("`user.email` is personal data. The event sends it")


def test_each_alternative_has_its_own_trigger() -> None:
    found = one([{"event": "a"}, {"event": "b"}])
    assert [firing.names for firing in found.firings] == [("event - it.1",), ("event - it.2",)]


def test_alternatives_that_say_the_same_are_said_once_and_what_narrows_them_is_told() -> None:
    text = {"click_text": "Buy"}
    assert one([{"event": "x"}, {"event": "x", "name": "Other"}]).summary.count("`x`") == 1
    found = one([{"click": "#a", "where": text}, {"click": "#a", "where": {"click_text": "Go"}}])
    assert found.summary.startswith(
        "Fires on a click on `#a` (`click_text` is `Buy`) or a click on `#a` (`click_text` is `Go`)"
    )


def test_a_pattern_of_messages_has_an_example_and_a_schema() -> None:
    found = one({"event_matches": "^(shop|store)_[a-z]+$"}, platforms={"ga4": GA4})
    assert found.message is not None
    assert found.message.example == {"event": "shop_a"}
    assert found.message.schema["properties"]["event"]["pattern"] == "^(shop|store)_[a-z]+$"
    assert found.message.notes[0].startswith("Any name that matches `^(shop|store)_")
    assert found.event_id.shared


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("^x_.*", "x_"),
        (".*", "example"),
        ("a|b", "a"),
        (r"gtm\.video\d{2}", "gtm.video11"),
        (r"^(?:one|two)\.x?$", "one."),
        ("[^a]b+", "-b"),
        ("(?=never)x", None),
        ("(", None),
        ("^$", None),
        ("(" * 400, None),
    ],
)
def test_samples_of_patterns(pattern: str, found: str | None) -> None:
    assert sample(pattern) == found


def test_examples_of_tables_are_results_and_parts_of_addresses_are_such() -> None:
    found = of_data(
        site={"hosts": ["shop.example"]},
        data={
            "plan": {"path": "plan", "type": "string", "example": "free"},
            "worth": {
                "lookup": {"input": "plan", "map": {"pro": 200, "free": 40}},
                "type": "number",
            },
            "group": {"regex": {"input": "page_path", "map": {"/a/.*": "A"}}, "type": "string"},
            "listed": {
                "lookup": {
                    "input": "plan",
                    "map": [
                        {"key": {"text": "{{plan}}"}, "value": "first"},
                        {"key": "free", "value": "second"},
                    ],
                }
            },
            "chain": {"lookup": {"input": "worth", "map": {"1": "x"}, "default": "y"}},
            "host": {"url": "host", "type": "string"},
            "port": {"referrer": "port"},
            "anchor": {"url": {"component": "fragment"}},
            "utm": {"url": {"component": "query", "key": "utm_source"}},
        },
    )
    wanted = {"worth": 40, "group": "A", "chain": "y", "host": "shop.example", "port": "443"}
    wanted["listed"] = "first"
    assert {key: data_key(found, key).example for key in wanted} == wanted
    assert data_key(found, "anchor").source == "the fragment of the page's address"
    assert data_key(found, "utm").source == "the query `utm_source` of the page's address"


def test_who_the_visitor_is_is_told_to_developers() -> None:
    found = documentation()
    assert found.visitor is not None
    assert found.visitor.example == {
        "user": {"email": "ada@example.com", "id": "8712", "phone": "+4915112345678"}
    }
    assert "event" not in found.visitor.schema["properties"]
    assert "dataLayer.push({user: {email:" in text_of(found, "platforms/tiktok.md")
    assert "dataLayer.push({user: {email:" not in text_of(found, "platforms/ga4.md")
    assert "as soon as it knows the visitor" in html(found)


def test_nobody_is_identified_by_what_the_site_does_not_push() -> None:
    tiktok = {**TIKTOK, "identify": {"external_id": "uid"}}
    found = of_data(data={"uid": {"cookie": "uid"}}, platforms={"tiktok": tiktok})
    assert found.visitor is None


def text_of(found: Documentation, name: str) -> str:
    return markdown(found, load_words(found.language))[name].decode("utf-8")


def test_a_server_container_is_no_website() -> None:
    found = documentation("server/server.yaml")
    assert found.site.facts == ()
    assert not any("0 events" in text for text in found.overview)
    assert "specification takes over unchanged from Google Tag Manager" in found.overview[-1]
    front = text_of(found, "README.md")
    assert "## Events" not in front
    assert "## Platforms" not in front
    assert "Every event has what" not in front


def test_the_front_page_links_the_changes() -> None:
    found, words = documentation(), load_words()
    changes = compare(found, found, "git:v1")
    with_changes = render(found, ["markdown"], words, Branding(), changes)
    assert b"[What changed](changes.md)" in with_changes["README.md"]
    assert b"changes.md" not in render(found, ["markdown"], words)["README.md"]
    single = render(found, ["markdown"], words, Branding(), changes, single=True)
    assert b"[What changed](changes.md)" in single["acme-shop.md"]


@pytest.mark.parametrize(
    "value", [{}, [], {"a": []}, {"a": {"b": [1, 1.5, None, True, 'ä"\\\n\u2028']}}, "x", [[{}]]]
)
def test_json_is_written_as_the_standard_library_does(value: Any) -> None:
    assert json_code(value) == json.dumps(value, indent=2, ensure_ascii=False)


@pytest.mark.parametrize(
    "template",
    [
        b"{{ 1 / 0 }}",
        b'{{ words("nope") }}',
        b'{% extends "index.html" %}',
        b"{% for i in range(10000000000) %}{% endfor %}",
        b"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        b"\xff\xfe",
    ],
)
def test_whatever_a_template_of_ones_own_does_is_an_error_of_its_own(
    tmp_path: Path, template: bytes
) -> None:
    (tmp_path / "index.html").write_bytes(template)
    with pytest.raises(GtmgenError, match="template"):
        html(documentation(), Branding(templates=tmp_path))


def test_a_template_reaches_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "index.html").write_text(
        '{{ (branding.templates / "../secret.txt").read_text() }}', encoding="utf-8"
    )
    with pytest.raises(GtmgenError, match="template"):
        html(documentation(), Branding(templates=own))


def test_two_platforms_of_one_name_keep_their_checks() -> None:
    found = documentation()
    purchase = event(found, "purchase")
    same = tuple(replace(sent, title="Ads") for sent in purchase.deliveries)
    twice = replace(found, events=(replace(purchase, deliveries=same),))
    rows = make_checklist_table(twice, load_words()).rows
    checks = len(purchase.checklist) + sum(len(sent.checklist) for sent in same)
    assert len(rows) == checks


def of_server(language: str = "en") -> Documentation:
    return of_data(
        language,
        container={"gtm": "GTM-SERVER1", "context": "server"},
        data={"value": {"event_data": "value"}},
        platforms={"tiktok": TIKTOK},
        server={"accounts": {"tiktok": {"access_token": {"secret": "TIKTOK_TOKEN"}}}},
        events={"it": {"on": {"event": "contact"}, "send": {"tiktok": "Contact"}}},
    )


@pytest.mark.parametrize(
    ("language", "heading", "start"),
    [
        ("en", "## From the hit to the platform", "a hit that the server container takes"),
        ("de", "## Vom Hit zur Plattform", "ein Hit, den der Server-Container annimmt"),
    ],
)
def test_the_path_of_an_event_of_a_server_container_begins_with_a_hit(
    language: str, heading: str, start: str
) -> None:
    found = of_server(language)
    page = markdown(found, load_words(language))["events/it.md"].decode()
    assert heading in page.splitlines()
    assert f'  page_1["{start}"]' in page.splitlines()
    assert load_words(language)("markdown.any_page") not in page


def test_what_is_personal_is_told_and_else_that_it_is_not_marked() -> None:
    found = of_data(
        data={
            "mail": {"path": "user_data.email"},
            "typed": {"path": "user.phone", "type": "phone"},
            "told": {"path": "user.id"},
            "sent": {"path": "user.name", "pii": True},
        },
        platforms={"tiktok": {**TIKTOK, "identify": {"external_id": "told"}}, "ga4": GA4},
        events={"it": {"on": {"event": "x"}, "send": {"ga4": "it"}, "params": {"name": "sent"}}},
    )
    personal = {item.key: item.pii for item in found.data}
    assert personal == {"mail": False, "typed": True, "told": True, "sent": True}
    lines = markdown(found, load_words("en"))["data.md"].decode().splitlines()
    cells = {line.split("`")[1]: line.split(" | ")[4] for line in lines if line.startswith("| [`")}
    assert cells == {"mail": "not marked", "typed": "yes", "told": "yes", "sent": "yes"}


def test_a_server_container_takes_events_and_ids_from_hits() -> None:
    found = event(of_server(), "it")
    assert found.message is None
    assert found.firings[0].sentence == "The event `contact` of a hit"
    assert found.event_id is not None
    (step,) = found.event_id.steps
    assert step.startswith("The ID that the hit brings, as `event_id` of its event data.")
