"""The backend's page: what it says is what the contract says, in every language."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from typing import Any

import pytest

from gtmgen.docs.markdown.files import render
from gtmgen.docs.model import BackendDoc, Chapter
from gtmgen.docs.words import list_languages, load_words

from .conftest import build_documentation, documentation, of_data


def backend(language: str = "en") -> BackendDoc:
    (found,) = build_documentation("acme-shop.yaml", language).backends
    return found


def chapter(found: BackendDoc, title: str) -> Chapter:
    return next(item for item in found.chapters if item.title == title)


def page(language: str = "en") -> str:
    found = build_documentation("acme-shop.yaml", language)
    return render(found, load_words(language))["backend.md"].decode("utf-8")


def test_the_chapters() -> None:
    assert [item.title for item in backend().chapters] == [
        "Two ways, one event",
        "Fields of an event",
        "Normalise, then hash",
        "Sending",
        "Responses",
        "Testing",
        "What TikTok shows",
    ]


def test_the_picture_has_one_name_and_one_id_for_both_ways() -> None:
    assert chapter(backend(), "Two ways, one event").code == (
        "visitor --+-- browser --- Purchase, purchase_1001 ---+--> TikTok\n"
        "          +-- backend --- Purchase, purchase_1001 ---+"
    )


def test_worked_values_are_what_their_hashes_say() -> None:
    rows = chapter(backend(), "Normalise, then hash").rows
    plain = [[cell.strip("`") for cell in row] for row in rows]
    hashed = {row[0]: row for row in plain if len(row[3]) == 64}
    for _, _, normal, digest in hashed.values():
        assert hashlib.sha256(normal.encode()).hexdigest() == digest
    assert {field: row[2] for field, row in hashed.items()} == {
        "email": "alice_abc@gmail.com",
        "phone": "+12133734253",
        "external_id": "user_123",
        "first_name": "alice",
        "last_name": "vandyke",
        "zip_code": "ec1a1bb",
    }
    assert [row[1:] for row in plain if row[0] == "city"] == [["San José", "sanjosé", "not hashed"]]


def test_required_fields_are_those_of_the_schema() -> None:
    rows = chapter(backend(), "Fields of an event").rows
    required = {row[0].strip("`") for row in rows if row[2] == "required"}
    assert required == {
        *("event", "event_time", "event_id", "user", "page.url"),
        *("properties.contents", "properties.value", "properties.currency"),
    }
    recommended = [row[0] for row in rows if row[2] == "recommended"]
    assert recommended == ["`properties.order_id`"]
    names = {row[0].strip("`") for row in rows}
    assert "user.ttclid" in names
    assert not any(name.startswith("device") for name in names)


def test_the_command_sends_the_example_and_the_token_of_the_environment() -> None:
    code = chapter(backend(), "Sending").code
    command, _, rest = code.partition("<<'JSON'\n")
    words = shlex.split(command.replace("\\\n", " "))
    assert words == [
        *("curl", "-X", "POST", "https://business-api.tiktok.com/open_api/v1.3/event/track/"),
        *("-H", "Access-Token: $ACCESS_TOKEN", "-H", "Content-Type: application/json"),
        *("--data-binary", "@-"),
    ]
    body: Any = json.loads(rest.removesuffix("\nJSON"))
    sent = next(
        event for event in documentation("acme-shop.yaml").events if event.key == "purchase"
    )
    server = sent.deliveries[0].server or sent.deliveries[1].server
    assert server is not None
    assert body == server.payload


@pytest.mark.parametrize("language", list_languages())
def test_every_language_has_the_whole_page(language: str) -> None:
    found = page(language)
    assert not re.search(r"\{[a-z_]+\}", found.replace("{setting", ""))
    for word in ("`40002`", "check-payload", "--events-api", "purchase_1001", "`sanjosé`"):
        assert word in found
    english = {line for line in page("en").splitlines() if line.startswith("- ")}
    if language != "en":
        assert english.isdisjoint(found.splitlines())


def test_a_spec_without_server_events_has_no_such_page() -> None:
    found = of_data(
        platforms={"ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"}},
        events={"contact": {"on": {"event": "contact"}, "send": ["ga4"]}},
    )
    assert found.backends == ()
    files = render(found, load_words())
    assert "backend.md" not in files
    assert b"backend.md" not in files["README.md"]


def test_two_accounts_have_a_part_each() -> None:
    account = {"pixel_id": "CACCOUNT000000000001", "consent": "not_required"}
    found = of_data(
        platforms={"tiktok": account, "brand": {"pack": "tiktok", **account}},
        events={
            "search": {"on": {"event": "search"}, "send": {"tiktok": "Search", "brand": "Search"}}
        },
    )
    assert [item.title for item in found.backends] == ["TikTok", "TikTok (brand)"]
    text = render(found, load_words())["backend.md"].decode()
    assert text.count("## TikTok") == 2


# -- a server container that sends -----------------------------------------------------


def test_where_a_server_container_sends_the_page_says_so() -> None:
    (found,) = documentation("acme-both.yaml").backends
    ways = chapter(found, "Two ways, one event")
    assert " ".join(ways.sentences[1:]) == (
        "The server container of this specification sends every event of TikTok as "
        "well: a backend does not have to, and if it does, it sends the same ID. The "
        "access token is read from the environment variable `TIKTOK_ACCESS_TOKEN` when "
        "you push; no file contains it."
    )
    assert ways.code == (
        "visitor --+-- browser --- Purchase, purchase_1001 ---+--> TikTok\n"
        "          +-- server  --- Purchase, purchase_1001 ---+"
    )


def test_the_privacy_page_tells_what_the_server_container_gets() -> None:
    rows = documentation("acme-both.yaml").privacy.rows
    told = {row.sent_as: row.form for row in rows if row.receiver == "sgtm.acme.example"}
    form = "unchanged, to the site's own server container, which hashes it for TikTok"
    assert told == dict.fromkeys(
        ("identify_email", "identify_external_id", "identify_phone_number"), form
    )


def test_a_hit_brings_the_ids_that_the_browser_makes() -> None:
    events = {event.key: event for event in documentation("acme-both.yaml").events}
    assert events["view_item"].event_id is not None
    assert events["view_item"].event_id.agreement == (
        "Browser and server agree because the hit to the server container carries the "
        "browser's ID. A backend of your own cannot know it."
    )
    assert events["purchase"].event_id is not None
    assert "from the same value" in events["purchase"].event_id.agreement
